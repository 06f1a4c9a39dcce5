// What may be inside of an envelope, and the program by which it is cut. Read by both compilers, as
// `parse-layout.ts` is.

/** No format: the program is the span column that the text goes to, or 0. */
export const innerMessage = 0;
export const innerJson = 1;
export const innerPairs = 2;
export const innerPattern = 3;
export const innerAccessLog = 4;
export const innerColumns = 5;
/** The body of one of rsyslog's CSV payloads. */
export const innerCsv = 6;
