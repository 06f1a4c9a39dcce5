// Offsets of a pattern's program in kernel memory, see `model/format/pattern.ts`. Read by both compilers, as
// `parse-layout.ts` is.

// Program: u32 each.
/** Address of the first step, and just past the last. */
export const patternSteps = 0;
export const patternStepsEnd = 4;
/** 1 if what follows behind a space is ignored. */
export const patternAppended = 8;
export const patternBytes = 12;

// Step: u32 each.
export const stepKind = 0;
/** Address and length of a literal, or of what a field ends at. */
export const stepText = 4;
export const stepTextBytes = 8;
/** How the end of a field is found, and how many spaces stand before it. */
export const stepEnd = 12;
export const stepSpaces = 16;
export const stepCheck = 20;
export const stepSplit = 24;
/** Span columns of the fields, three of them, 0 where nobody asks. */
export const stepColumns = 28;
/** Marks of a missing value: the first, and just past the last. */
export const stepMarks = 40;
export const stepMarksEnd = 44;
/** Where an optional part ends. */
export const stepSkip = 48;
export const stepBytes = 52;

// Mark: u32 address and u32 length.
export const markBytes = 8;

export const kindLiteral = 0;
export const kindField = 1;
export const kindBlanks = 2;
export const kindOptional = 3;

export const endText = 0;
export const endTextOrLine = 1;
export const endQuote = 2;
export const endList = 3;
export const endLast = 4;
export const endLine = 5;

export const checkNone = 0;
export const checkStatus = 1;
export const checkCount = 2;
export const checkNumber = 3;
export const checkHost = 4;
export const checkUser = 5;
export const checkWord = 6;
export const checkTime = 7;

export const splitNone = 0;
export const splitRequest = 1;
export const splitEndpoint = 2;
export const splitFirst = 3;
