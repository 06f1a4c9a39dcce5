// Zeek's logs as it writes them by default: values between tabs, named by the directive `#fields` before them. What
// other directives say of separators and marks must be what Zeek's own configuration says, or no line is read.

import type { FieldTypes } from "./field-types.ts";

export interface ZeekFormat extends FieldTypes {
  readonly type: "zeek";
  /** Names of fields that are not among the known ones. */
  readonly more: readonly string[];
}

/** Fields by what `#fields` calls them, where the two differ. */
const renamed: Readonly<Record<string, string>> = {
  ts: "timestamp",
  "id.orig_h": "ip",
  uri: "url",
  host: "vhost",
  status_code: "status",
  response_body_len: "bytes",
  username: "user",
};

/** Those of conn.log, http.log, dns.log, ssl.log and files.log. */
const known =
  "uid id.orig_p id.resp_h id.resp_p trans_depth method referrer version user_agent origin request_body_len status_msg " +
  "info_code info_msg tags password proxied orig_fuids orig_filenames orig_mime_types resp_fuids resp_filenames " +
  "resp_mime_types proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history " +
  "orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents trans_id rtt query qclass qclass_name qtype " +
  "qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected cipher curve server_name resumed last_alert " +
  "next_protocol established fuid source depth analyzers mime_type filename seen_bytes total_bytes timedout md5 sha1";

/** All that a configuration may ask for without naming it. */
export const zeekFields: readonly string[] = [
  ...Object.values(renamed),
  ...known.split(" ").map(zeekField),
];

/** The field of what `#fields` names; characters that no name has become `_`. */
export function zeekField(written: string): string {
  if (Object.hasOwn(renamed, written)) return renamed[written]!;
  return written.replace(/[^A-Za-z0-9_-]+/g, "_");
}

/** What stands for an empty text or set, and for a value that there is not. */
const zeekEmpty = "(empty)";
const zeekUnset = "-";
export const zeekMissing: readonly string[] = [zeekUnset, zeekEmpty];

/** Directives that say how lines are read, and what they say by default. */
const directives: readonly (readonly [directive: string, byDefault: string | null])[] = [
  ["#separator ", "\\x09"],
  ["#empty_field\t", zeekEmpty],
  ["#unset_field\t", zeekUnset],
  ["#fields\t", null],
];

/** Whether a line says how those behind it are read. */
export function isZeekDirective(line: string): boolean {
  return directives.some(([begin]) => line.startsWith(begin));
}

/** Whether a line is the directive that names the values. */
export function isZeekFields(line: string): boolean {
  return line.startsWith("#fields\t");
}

/**
 * Directives in force behind a further one: the last of each, in the order above, each with a line feed.
 * @param header those before, likewise
 */
export function withDirective(header: string, line: string): string {
  const lines = header.split("\n").filter((other) => other !== "");
  const written = line.replace(/\r?\n?$/, "");
  return directives
    .map(([begin]) =>
      written.startsWith(begin) ? written : lines.find((other) => other.startsWith(begin)),
    )
    .flatMap((last) => (last === undefined ? [] : [`${last}\n`]))
    .join("");
}

/** Names of the values behind these directives, in order; none where they are not read. */
export function zeekNames(header: string): readonly string[] {
  const values = new Map(
    header.split("\n").flatMap((line) => {
      const [begin] = directives.find(([other]) => line.startsWith(other)) ?? [];
      return begin === undefined ? [] : [[begin, line.slice(begin.length)] as const];
    }),
  );
  const isDefault = directives.every(
    ([begin, byDefault]) => byDefault === null || (values.get(begin) ?? byDefault) === byDefault,
  );
  const fields = values.get("#fields\t");
  return isDefault && fields !== undefined ? fields.split("\t").map(zeekField) : [];
}
