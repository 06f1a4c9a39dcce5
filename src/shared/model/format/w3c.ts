// Logs in W3C's extended format, as IIS, CloudFront and others write them: a directive in the file names the
// values of the lines behind it.

import type { FieldTypes } from "./field-types.ts";

export interface W3cFormat extends FieldTypes {
  readonly type: "w3c";
  /** Names of fields that are not among the known ones. */
  readonly more: readonly string[];
}

/** Fields by what `#Fields:` calls them, where the two differ. */
const renamed: Readonly<Record<string, string>> = {
  "c-ip": "ip",
  "cs-username": "user",
  "cs-method": "method",
  "cs-uri-stem": "url",
  "cs-uri": "url",
  "cs-uri-query": "query",
  "cs(host)": "vhost",
  "cs-host": "vhost",
  "cs-version": "protocol",
  "cs-protocol-version": "protocol",
  "sc-status": "status",
  "sc-bytes": "bytes",
  "cs(referer)": "referrer",
  "cs(user-agent)": "user_agent",
  "cs(cookie)": "cookie",
};

const names =
  "date time date-local time-local c-port s-ip s-port s-sitename s-computername cs-bytes sc-substatus sc-win32-status " +
  "time-taken cs-protocol cs-uri-scheme cs-uri-port x-edge-location x-edge-result-type x-edge-request-id x-host-header " +
  "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type fle-status fle-encrypted-fields " +
  "time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end";

/** All that a configuration may ask for without naming it. */
export const w3cFields: readonly string[] = [
  ...new Set([...names.split(" "), ...Object.values(renamed)]),
];

/** The field of what `#Fields:` names; of others the characters that no name has become `_`. */
export function w3cField(written: string): string {
  const lower = written.toLowerCase();
  if (Object.hasOwn(renamed, lower)) return renamed[lower]!;
  const known = names.split(" ").includes(lower) ? lower : written;
  return known.replace(/[^A-Za-z0-9_-]+/g, "_").replace(/_$/, "");
}

/** Names of the values behind a directive, in order. */
export function w3cNames(directive: string): readonly string[] {
  const [, ...written] = directive.trim().split(/[ \t]+/);
  return written.map(w3cField);
}
