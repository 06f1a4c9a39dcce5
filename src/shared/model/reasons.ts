// Why a line was rejected: THE bounded list. The position of a reason is its number in partials
// and in the balance sheet, so entries are only ever added at the end.

export const rejectReasons = [
  /** The line has no bytes besides blanks. */
  "blank",
  /** The line is longer than `max_line_bytes`. */
  "line_too_long",
  /** The envelope or the log line is not of the source's format. */
  "bad_envelope",
  /** The program of the envelope is none of the source's payloads. */
  "unknown_payload",
  /** The payload breaks the quoting rules of RFC 4180. */
  "bad_csv",
  /** The payload has fewer fields than a summary needs. */
  "missing_field",
  /** A timestamp that some summary needs is empty, is no date, or is not of the years 1970 to 2261. */
  "bad_timestamp",
  /** A number that some summary needs is no decimal, has digits below its scale or exceeds 64 bits. */
  "bad_number",
  /** A dimension's value is not UTF-8. No longer a reason; stores of earlier versions have it. */
  "invalid_utf8",
  /** NULs at the beginning of a line: a hole in the file, which is no text. */
  "nul_bytes",
  /** A field of type `ip` that some summary needs is no address. */
  "bad_ip",
  /** The line is no JSON object. */
  "bad_json",
  /** The line is a comment, a directive or a header: it says something of others, and is no event. */
  "comment",
  /** The record is a part of a longer one, which goes on in the next line. */
  "unfinished_record",
  /** Nothing before the line says what its values are. */
  "no_header",
] as const;

export type RejectReason = (typeof rejectReasons)[number];

/** Lines that are no events in any case: nobody has to be told to look at them. */
export const noEvents: readonly RejectReason[] = ["blank", "comment"];
