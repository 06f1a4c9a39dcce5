// The program of lines that are values between delimiters. This file is read by both compilers, as
// `parse-layout.ts` is. u32 each.

/** The byte between values; 0: blanks, as in W3C's logs. */
export const delimitedDelimiter = 0;
/** How quotes are read; see below. */
export const delimitedQuotes = 4;
/** The byte that a comment begins with; 0: there are none. */
export const delimitedComment = 8;
/** Which lines are given to the caller, who may change the program before the next line is cut. */
export const delimitedReports = 12;
/** Values that are cut, those up to the last that somebody asks for, and the address of their span columns. */
export const delimitedFieldCount = 16;
export const delimitedColumns = 20;
/** How many values a line has, at least and at most. */
export const delimitedValuesLeast = 24;
export const delimitedValuesMost = 28;
/** Address and number of span columns of fields that no value is. */
export const delimitedAbsent = 32;
export const delimitedAbsentCount = 36;
/** Address and number of marks, (address, length) each: values that stand for a missing one. */
export const delimitedMarks = 40;
export const delimitedMarkCount = 44;
/** Address and length of the line that is given to the caller; 0: there is none. */
export const delimitedLine = 48;
export const delimitedLineLength = 52;
/** 1 if it is known what the values are. */
export const delimitedNamed = 56;
export const delimitedBytes = 60;

// Quotes: none; those of RFC 4180; the same around whole values, while others may have quotes inside.
export const quotesNone = 0;
export const quotesStrict = 1;
export const quotesAround = 2;

// Reports: none; every comment; the next line that is not blank.
export const reportsNone = 0;
export const reportsComments = 1;
export const reportsNext = 2;
