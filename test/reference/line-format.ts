// Cutting a line into fields, slowly and plainly. Texts are "binary" strings: one character a byte.
// A field that is absent from the map is missing.

import type { AccessLogFormat, Format, RsyslogFormat } from "../../src/shared/model/plan.ts";
import type { RejectReason } from "../../src/shared/model/reasons.ts";

export type Fields = ReadonlyMap<string, string>;

/** The fields of a line, or why it has none. `needed` are the fields that somebody asks for. */
export function referenceFields(
  format: Format,
  line: string,
  needed: ReadonlySet<string>,
): Fields | RejectReason {
  return format.type === "rsyslog" ? rsyslog(format, line, needed) : accessLog(format, line);
}

/** Lines of a content without their endings. */
export function referenceLines(content: string): readonly { offset: number; text: string }[] {
  const lines: { offset: number; text: string }[] = [];
  let offset = 0;
  while (offset < content.length) {
    const newline = content.indexOf("\n", offset);
    const end = newline < 0 ? content.length : newline;
    const text = content.slice(offset, end);
    lines.push({ offset, text: text.endsWith("\r") ? text.slice(0, -1) : text });
    offset = end + 1;
  }
  return lines;
}

function rsyslog(
  format: RsyslogFormat,
  line: string,
  needed: ReadonlySet<string>,
): Fields | RejectReason {
  const match = /^([^ ]+) ([^ ]+) ([^ ]+) ([^]*)$/.exec(line);
  if (match === null) return "bad_envelope";
  const [, timestamp, host, program, body] = match;
  const payload = format.payloads.find(
    (candidate) => Buffer.from(candidate.program).toString("latin1") === program,
  );
  if (payload === undefined) return "unknown_payload";
  const values = csv(body!);
  if (values === null) return "bad_csv";
  const fields = new Map<string, string>();
  for (const [index, name] of payload.fields.entries()) {
    if (name === "" || name === "_" || fields.has(name)) continue;
    const isEnvelope = name === "timestamp" || name === "host" || name === "program";
    if (isEnvelope || !needed.has(name)) continue;
    const value = values[index];
    if (value === undefined) return "missing_field";
    fields.set(name, value);
  }
  fields.set("timestamp", timestamp!).set("host", host!).set("program", program!);
  return fields;
}

/** The fields of one record of RFC 4180, or null. */
function csv(body: string): readonly string[] | null {
  const values: string[] = [];
  let rest = body;
  for (;;) {
    const match = /^(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/.exec(rest);
    if (match === null) return null;
    values.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'));
    if (match[3] === "") return values;
    rest = rest.slice(match[0].length);
  }
}

const quoted = String.raw`"((?:[^"\\]|\\[^])*)"`;
const common = String.raw`([^ ]+) ([^ ]+) ((?:(?! \[)[^])+) \[([^\]]*)\] ${quoted} ([^ ]+) ([^ ]+)`;
const commonPattern = new RegExp(`^${common}(?: [^]*)?$`);
const combinedPattern = new RegExp(`^${common} ${quoted} ${quoted}(?: [^]*)?$`);

function accessLog(format: AccessLogFormat, line: string): Fields | RejectReason {
  const match = (format.type === "combined" ? combinedPattern : commonPattern).exec(line);
  if (match === null) return "bad_envelope";
  const [, ip, ident, user, timestamp, request, status, bytes, referrer, agent] = match;
  const fields = new Map<string, string>();
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== "-") fields.set(name, value);
  };
  const space = request!.indexOf(" ");
  if (space < 0) set("url", request);
  else {
    const last = request!.lastIndexOf(" ");
    const hasProtocol = last > space && request!.startsWith("HTTP/", last + 1);
    set("method", request!.slice(0, space));
    set("url", request!.slice(space + 1, hasProtocol ? last : undefined));
    if (hasProtocol) set("protocol", request!.slice(last + 1));
  }
  set("ip", ip);
  set("ident", ident);
  set("user", user);
  set("timestamp", timestamp);
  set("status", status);
  set("bytes", bytes);
  set("referrer", referrer);
  set("user_agent", agent);
  return fields;
}
