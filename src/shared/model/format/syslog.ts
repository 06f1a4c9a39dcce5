// Envelopes of syslog, which have lines of other formats inside.

import type { FieldTypes } from "./field-types.ts";

export interface SyslogFormat<Inner> extends FieldTypes {
  readonly type: "syslog";
  /** Which envelopes there are: of RFC 3164, of RFC 5424, or each line as it says. */
  readonly rfc: "auto" | 3164 | 5424;
  /** Parameters of structured data by the field that they are; absent where nobody wants one. */
  readonly sd?: readonly { readonly field: string; readonly id: string; readonly param: string }[];
  /** What is inside by program; absent where it is the same for all. */
  readonly payloads?: readonly FormatPayload<Inner>[];
  /** What is inside; null: nothing but the message. Absent with payloads. */
  readonly inner?: Inner | null;
}

/** What is inside of the lines of a program; null: nothing but the message. */
export interface FormatPayload<Inner> {
  readonly program: string;
  readonly type: "format";
  readonly format: Inner | null;
}

export const syslogFields: readonly string[] = [
  ...["timestamp", "host", "program", "pid", "severity", "facility", "msgid", "message"],
];

/** Names by number, as `syslog.conf` has them. */
export const severityNames: readonly string[] = [
  ...["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"],
];
export const facilityNames: readonly string[] = [
  ...["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron"],
  ...["authpriv", "ftp", "ntp", "audit", "alert", "clock"],
  ...["local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"],
];
