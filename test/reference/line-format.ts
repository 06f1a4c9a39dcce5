// Cutting a line into fields, slowly and plainly. Texts are "binary" strings: one character a byte.
// A field that is absent from the map is empty; one that is null is missing: the line ends before it.

import { zeekReader } from "./zeek-line.ts";
import { ReferenceCriParts, criLine } from "./cri-line.ts";
import { ReferenceParts } from "./docker-parts.ts";
import { isIPv4 } from "node:net";
import { fieldsOf } from "../../src/shared/model/format-fields.ts";
import type {
  AccessLogFormat,
  Format,
  Formats,
  RsyslogFormat,
} from "../../src/shared/model/plan.ts";
import type { RejectReason } from "../../src/shared/model/reasons.ts";
import { delimitedReader } from "./delimited-line.ts";
import { referenceJson } from "./json-line.ts";
import { isAddress, isHost, isIpv6Address, isUser, requestParts } from "./log-values.ts";
import { patternLine } from "./pattern.ts";
import { referenceSyslog, referenceTemplateBody } from "./syslog-line.ts";
import { referencePairs } from "./pairs-line.ts";

export type Fields = ReadonlyMap<string, string | null>;

/** Reads the lines of a content in order: the fields of each, or why it has none. */
export function referenceReader(
  format: Format,
  lineBytesMax = Infinity,
): (line: string) => Fields | RejectReason {
  if (format.type === "columns" || format.type === "w3c") {
    return delimitedReader(format, lineBytesMax);
  }
  if (format.type === "zeek") return zeekReader(format, lineBytesMax);
  const parts = partsOf(format);
  return (line) => {
    const isPart = parts?.take(line) === true;
    if (line.length > lineBytesMax) return "line_too_long";
    if (isPart) return "unfinished_record";
    return /^[ \t\r\v\f]*$/.test(line) ? "blank" : fieldsOfLine(format, line);
  };
}

function partsOf({ type }: Format): { readonly take: (line: string) => boolean } | null {
  if (type === "cri") return new ReferenceCriParts();
  return type === "docker" ? new ReferenceParts() : null;
}

/** Of formats whose lines say all of themselves. */
function fieldsOfLine(
  format: Exclude<Format, { readonly type: "columns" | "w3c" | "zeek" }>,
  line: string,
): Fields | RejectReason {
  switch (format.type) {
    case "rsyslog":
      return rsyslog(format, line);
    case "json":
      return referenceJson(format, line) ?? "bad_json";
    case "pattern":
      return patternLine(format, line);
    case "docker":
      return dockerLine(format, line);
    case "cri":
      return criLine(format, line, (inner, text) => referenceReader(inner)(text));
    case "syslog":
      return referenceSyslog(format, line, (inner, body) => referenceReader(inner)(body));
    case "pairs":
      return referencePairs(format, line) ?? "bad_envelope";
    default:
      return accessLog(format, line);
  }
}

/** The fields of a record of Docker and of the line that is inside of it. */
function dockerLine({ inner }: Formats["docker"], line: string): Fields | RejectReason {
  const paths = ["log", "time", "stream"].map((key) => ({ field: key, steps: [key] }));
  const record = referenceJson({ type: "json", paths }, line);
  if (record === null) return "bad_json";
  if (!record.has("log")) return "bad_envelope";
  const text = /^([^\n]*)(\n*)([^]*)$/.exec(record.get("log")!)!;
  if (!record.get("log")!.endsWith("\n")) return "unfinished_record";
  if (text[2] !== "\n" || text[3] !== "") return "bad_envelope";
  const message = text[1]!.endsWith("\r") ? text[1]!.slice(0, -1) : text[1]!;
  if (/^[ \t\r\v\f]*$/.test(message)) return "blank";
  const fields = inner === null ? new Map([["message", message]]) : referenceReader(inner)(message);
  if (typeof fields === "string") return fields;
  const ofRecord = new Map<string, string | null>();
  for (const [field, key] of [
    ["timestamp", "time"],
    ["stream", "stream"],
  ] as const) {
    if (inner === null || !fieldsOf(inner).includes(field))
      ofRecord.set(field, record.get(key) ?? "");
  }
  return new Map([...ofRecord, ...fields]);
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

function rsyslog(format: RsyslogFormat, line: string): Fields | RejectReason {
  const match = /^([^ ]+) ([^ ]+) ([^ ]+) (?: )?([^]*)$/.exec(line);
  if (match === null) return "bad_envelope";
  const [, timestamp, host, tag, body] = match;
  const program = [tag!, tag!.replace(/(?:\[[^\]]+\]:?|:)$/, "")].find((name) =>
    format.payloads.some((payload) => programBytes(payload) === name),
  );
  const payload = format.payloads.find((candidate) => programBytes(candidate) === program);
  if (payload === undefined) return "unknown_payload";
  const envelope = new Map<string, string | null>([
    ["timestamp", timestamp!],
    ["host", host!],
    ["program", program!],
  ]);
  if (payload.type === "format") {
    return referenceTemplateBody(envelope, payload, body!, (inner, text) =>
      referenceReader(inner)(text),
    );
  }
  const values = csv(body!);
  if (values === null) return "bad_csv";
  const fields = new Map<string, string | null>();
  for (const [index, name] of payload.fields.entries()) {
    if (name === "" || name === "_" || fields.has(name)) continue;
    fields.set(name, values[index] ?? null);
  }
  return new Map([...fields, ...envelope]);
}

function programBytes(payload: { readonly program: string }): string {
  return Buffer.from(payload.program).toString("latin1");
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
/** The last quote of the line closes, though a backslash is before it. */
const lastQuoted = String.raw`"((?:[^"\\]|\\[^])*\\)"$`;
const common = String.raw`([^ ]+) ([^ ]+) ((?:(?! \[)[^])*) \[([^\]]*)\] +${quoted} (-|[1-5]\d\d) (\d+|-|-1)`;
const commonPattern = new RegExp(`^${common}(?: [^]*)?$`);
const combinedPatterns = [
  new RegExp(`^${common} ${quoted} ${quoted}(?: [^]*)?$`),
  new RegExp(`^${common} ${quoted} ${lastQuoted}`),
];
const vhostPattern =
  /^(?:([\w.-]+)(?::(\d{1,5}))?|(\[[^\] ]*\])(?::(\d{1,5}))?|([^ ]*:[^ ]*:[^ ]*)) (([^ ]*) [^]*)$/;
/** The virtual host, its port, and the rest of the line; null if no virtual host stands in front. */
function virtualHost(
  line: string,
): { readonly vhost: string; readonly port: string; readonly rest: string } | null {
  const match = vhostPattern.exec(line);
  if (match === null) return null;
  const [, name, namePort, bracketed, bracketedPort, bare, rest, client] = match;
  const vhost = (name ?? bracketed ?? bare)!;
  if (bracketed !== undefined && !isIpv6Address(bracketed.slice(1, -1))) return null;
  if (bare !== undefined && !isIpv6Address(bare)) return null;
  const isNamed = name !== undefined && name !== "-" && !isIPv4(name);
  if (client === "-" || (!isNamed && !isAddress(client!))) return null;
  return { vhost, port: namePort ?? bracketedPort ?? "", rest: rest! };
}

function accessLog({ type }: AccessLogFormat, line: string): Fields | RejectReason {
  const front = type.startsWith("vhost") ? virtualHost(line) : { vhost: "", port: "", rest: line };
  if (front === null) return "bad_envelope";
  const patterns = type.endsWith("combined") ? combinedPatterns : [commonPattern];
  const match = patterns.map((pattern) => pattern.exec(front.rest)).find((found) => found !== null);
  if (match === undefined) return "bad_envelope";
  const [, ip, ident, user, timestamp, request, status, bytes, referrer, agent] = match;
  if (!isHost(ip!) || isAddress(ident!) || !isUser(user!)) return "bad_envelope";
  const fields = new Map<string, string>();
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== "" && value !== "-") fields.set(name, value);
  };
  const [method, url, protocol] = requestParts(request!);
  set("method", method);
  set("url", url);
  set("protocol", protocol);
  set("vhost", front.vhost);
  set("port", front.port);
  set("ip", ip);
  set("ident", ident);
  set("user", user);
  set("timestamp", timestamp);
  set("status", status);
  set("bytes", bytes === "-1" ? "-" : bytes);
  set("referrer", referrer);
  set("user_agent", agent);
  return fields;
}
