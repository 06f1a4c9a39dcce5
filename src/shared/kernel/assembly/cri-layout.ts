// Offsets of the program by which lines of container runtimes are cut, in kernel memory. Read by both compilers, as
// `parse-layout.ts` is.

/** Span columns of what the envelope says, 0 where nobody asks. */
export const criTimestamp = 0;
export const criStream = 4;
/** What the text is, see `inner-layout.ts`, and the program by which it is cut. */
export const criInnerKind = 8;
export const criInner = 12;
/** Which streams are within a line, see `pending-layout.ts`. */
export const criPending = 16;
