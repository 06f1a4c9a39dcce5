// Offsets of the program by which records of Docker are cut, in kernel memory, and what may be inside of them. Read
// by both compilers, as `parse-layout.ts` is.

/** Program of JSON by which a record is read. */
export const dockerRecord = 0;
/** Span column of the record's `log`, which nobody reads afterwards. */
export const dockerLog = 4;
/** What the text is, and the program by which it is cut: for a message, the column that it goes to, or 0. */
export const dockerInnerKind = 8;
export const dockerInner = 12;

// What may be inside.
export const innerMessage = 0;
export const innerJson = 1;
export const innerPairs = 2;
export const innerPattern = 3;
export const innerAccessLog = 4;
