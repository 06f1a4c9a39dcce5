// Offsets of the structures in kernel memory that the parsing half shares with JavaScript. This
// file is read by both compilers, so there is one place to change: plain integer constants only,
// which AssemblyScript takes as i32.

/** Bytes of text whose newlines are indexed at a time, so that text and index stay in the cache. */
export const windowBytes = 16384;
export const newlinesBytes = 65792;
/** Bytes that must be readable before and after a batch's text, so that loads may run over it. */
export const paddingBytes = 64;

// Cursor: where a batch's tokenising stands, and where it writes. u32 each.
/** Address of the first line that is not tokenised yet. */
export const cursorNext = 0;
/** Address just past the last newline; the byte before it is always one. */
export const cursorEnd = 4;
/** Address up to which newlines are indexed. */
export const cursorIndexed = 8;
/** Buffer for the addresses of newlines, `newlinesBytes` long. */
export const cursorNewlines = 12;
/** Next unread element of the buffer, and its end. */
export const cursorNewlineAt = 16;
export const cursorNewlinesEnd = 20;
/** 1 if the lines of the window that is indexed may hold a quote. */
export const cursorQuotes = 24;
/** Lines seen so far. */
export const cursorLines = 28;
export const cursorLineBytesMax = 32;
/** Address of the counts and samples of rejected lines. */
export const cursorRejects = 36;
/** Span column of the whole line, written for every event. */
export const cursorLineColumn = 40;
/** Where the next field that is not in the text as it is may be copied to, and the end of that block. */
export const cursorSpare = 44;
export const cursorSpareEnd = 48;
/** 1 if the line that the window ends within has a quote already. */
export const cursorQuotesAhead = 52;
/** Lines that ended before a field that somebody asks for. */
export const cursorShortLines = 56;
/** 1 if a NUL is in a window that was indexed. */
export const cursorNuls = 60;
export const cursorBytes = 64;

/** Span (u64) of a field that the line ends before: empty, at an address where no text is. */
export const missingSpan = 1;

// Rejects: u32 samples kept per reason, then per reason a record: u32 lines, then (u32 address, u32 length)
// of the line and of the value at fault for each sample; of no value, zeros.
export const rejectsHeaderBytes = 4;
export const rejectsSampleBytes = 16;

// rsyslog program: addresses of span columns, 0 where nobody asks for the field, then payloads.
export const rsyslogTimestampColumn = 0;
export const rsyslogHostColumn = 4;
export const rsyslogProgramColumn = 8;
export const rsyslogPayloadCount = 12;
/** Address of the array of payloads. */
export const rsyslogPayloads = 16;
export const rsyslogBytes = 20;

// Payload: the program's name with the space behind it, as far as it goes into 8 bytes, and which
// of those bytes it fills; then how to cut the body.
export const payloadName = 0;
export const payloadNameMask = 8;
/** Length of the name without the space, and the address of all of it with the space. */
export const payloadNameLength = 16;
export const payloadNameAddress = 20;
/** Fields of the body that are cut: those up to the last that somebody asks for. */
export const payloadFieldCount = 24;
/**
 * Address of the span columns of the body's fields, u32 each: so many as are cut, a column
 * that nobody reads for those that nobody asks for, and 8 times that column at the end.
 */
export const payloadColumns = 28;
/** Address and number of u32 span columns that this payload has no field for. */
export const payloadAbsent = 32;
export const payloadAbsentCount = 36;
export const payloadBytes = 40;
/** Columns that a tokeniser may write to without looking. */
export const payloadColumnsSpare = 8;

// Access log program: span columns by field in the order of the format, 0 where nobody asks.
export const accessIp = 0;
export const accessIdent = 4;
export const accessUser = 8;
export const accessTimestamp = 12;
export const accessMethod = 16;
export const accessUrl = 20;
export const accessProtocol = 24;
export const accessStatus = 28;
export const accessSize = 32;
export const accessReferrer = 36;
export const accessUserAgent = 40;
/** The virtual host that may stand in front, and its port. */
export const accessVhost = 44;
export const accessPort = 48;
/** 1 if referrer and user agent follow. */
export const accessCombined = 52;
/** 1 if a virtual host stands in front. */
export const accessVirtual = 56;
export const accessBytes = 60;

// Interval: i64 first value, i64 value after the last, i64 what it stands for. Sorted, disjoint.
export const intervalStart = 0;
export const intervalEnd = 8;
export const intervalValue = 16;
export const intervalBytes = 24;

// Number literal: canonical digits of a decimal, without leading zeros before the point or
// trailing ones after it.
export const numberNegative = 0;
export const numberDigits = 4;
export const numberWholeLength = 8;
/** Digits of the fraction follow those of the whole part. */
export const numberFractionLength = 12;
export const numberBytes = 16;

// Comparisons: the first six of numbers, the first two and the last three of texts.
export const compareEqual = 0;
export const compareNotEqual = 1;
export const compareLess = 2;
export const compareLessOrEqual = 3;
export const compareGreater = 4;
export const compareGreaterOrEqual = 5;
export const compareStartsWith = 6;
export const compareEndsWith = 7;
export const compareContains = 8;
