// Offsets of the program by which records of Docker are cut, in kernel memory. Read by both compilers, as
// `parse-layout.ts` is.

/** Program of JSON by which a record is read. */
export const dockerRecord = 0;
/** Span column of the record's `log`, which nobody reads afterwards. */
export const dockerLog = 4;
/** What the text is, see `inner-layout.ts`, and the program by which it is cut. */
export const dockerInnerKind = 8;
export const dockerInner = 12;
/** Which streams are within a line, see `pending-layout.ts`. */
export const dockerPending = 16;
/** Of records that have more bytes only the first are looked at for that, and how many those are. */
export const dockerPartBytesMax = 20;
export const dockerBeginningBytes = 24;
