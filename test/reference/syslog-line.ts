// Envelopes of syslog, read slowly and plainly: by regular expressions. Texts are "binary" strings, one character a
// byte.

import { facilityNames, severityNames } from "../../src/shared/model/format/syslog.ts";
import { fieldsOf } from "../../src/shared/model/format-fields.ts";
import type { Formats, InnerFormat, RsyslogFormat } from "../../src/shared/model/plan.ts";
import type { RejectReason } from "../../src/shared/model/reasons.ts";
import type { Fields } from "./line-format.ts";
import { isHost } from "./log-values.ts";
import { months } from "./values.ts";

type ReadLine = (format: InnerFormat, line: string) => Fields | RejectReason;

interface Envelope {
  readonly fields: ReadonlyMap<string, string>;
  readonly body: string;
}

const iso = String.raw`\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d[^ ]*`;
const short = String.raw`(?:${months.join("|")}) [ 0-3]\d \d\d:\d\d:\d\d`;
const tag = String.raw`([^ \[\]]+)(?:\[([^ \[\]]+)\])?:`;
const spacedTag = String.raw`([^ \[\]:](?:[^\[\]:]{0,30}[^ \[\]:])?)\[(\d+)\]:`;
const [line3164, spaced3164] = [tag, spacedTag].map(
  (each) => new RegExp(`^(?:<(\\d{1,3})>)?(${short}|${iso}) ([^ ]+) ${each}(?: ([^]*))?$`),
) as [RegExp, RegExp];
const param = String.raw` +([^ =\]"]+)= *"((?:[^"\\]|\\[^])*)"`;
const element = String.raw`\[([^ =\]"]+)((?:${param})*) *\]`;
const line5424 = new RegExp(
  `^<(\\d{1,3})>1 (-|${iso}) ([^ ]+) ([^ ]+) ([^ ]+) ([^ ]+) (-|(?:${element})+)(?: ([^]*))?$`,
);

function priorityFields(written: string | undefined): ReadonlyMap<string, string> | null {
  if (written === undefined) return new Map();
  const priority = Number(written);
  if (priority > 191 || String(priority) !== written) return null;
  return new Map([
    ["severity", severityNames[priority % 8]!],
    ["facility", facilityNames[Math.floor(priority / 8)]!],
  ]);
}

function read3164(line: string): Envelope | null {
  const match = line3164.exec(line) ?? spaced3164.exec(line);
  const [, written, timestamp, host, program, pid, body = ""] = match ?? [];
  const priority = priorityFields(written);
  if (match === null || priority === null || !isHost(host!)) return null;
  const fields = new Map([...priority, ["timestamp", timestamp!], ["host", host!]]);
  fields.set("program", program!);
  if (pid !== undefined) fields.set("pid", pid);
  return { fields, body };
}

function read5424({ sd = [] }: Formats["syslog"], line: string): Envelope | null {
  const match = line5424.exec(line);
  if (match === null) return null;
  const [, written, ...words] = match.slice(0, 8);
  const priority = priorityFields(written);
  const [timestamp, host, program, pid, msgid, data] = words;
  if (priority === null || (host !== "-" && !isHost(host!))) return null;
  const fields = new Map(priority);
  for (const [field, value] of Object.entries({ timestamp, host, program, pid, msgid })) {
    if (value !== "-") fields.set(field, value!);
  }
  for (const [, id, params] of data!.matchAll(new RegExp(element, "g"))) {
    for (const [, name, value] of params!.matchAll(new RegExp(param, "g"))) {
      for (const wanted of sd.filter((one) => one.id === id && one.param === name)) {
        fields.set(wanted.field, value!.replaceAll(/\\(["\\\]])/g, "$1"));
      }
    }
  }
  return { fields, body: (match.at(-1) ?? "").replace(/^\xef\xbb\xbf/, "") };
}

/** The fields of a line, or why it has none. */
export function referenceSyslog(
  format: Formats["syslog"],
  line: string,
  read: ReadLine,
): Fields | RejectReason {
  const is5424 = /^<\d{1,3}>1 /.test(line);
  const rfc = format.rfc === "auto" ? (is5424 ? 5424 : 3164) : format.rfc;
  const envelope = rfc === 5424 ? read5424(format, line) : read3164(line);
  if (envelope === null) return "bad_envelope";
  const { fields, body } = envelope;
  const all = new Map<string, string | null>([...fields, ["message", body]]);
  const payload = format.payloads?.find(({ program }) => program === fields.get("program"));
  if (format.payloads !== undefined && payload === undefined) return "unknown_payload";
  return withBody(all, payload?.format ?? format.inner ?? null, body, read);
}

/** As rsyslog's template has it, of a payload that is no CSV. */
export function referenceTemplateBody(
  envelope: Fields,
  payload: Extract<RsyslogFormat["payloads"][number], { readonly type: "format" }>,
  body: string,
  read: ReadLine,
): Fields | RejectReason {
  const { format } = payload;
  const all = format === null ? new Map([...envelope, ["message", body]]) : envelope;
  return withBody(all, format, body, read);
}

function withBody(
  envelope: Fields,
  format: InnerFormat | null,
  body: string,
  read: ReadLine,
): Fields | RejectReason {
  if (format === null) return envelope;
  if (/^[ \t\r\v\f]*$/.test(body)) return "bad_envelope";
  const fields = read(format, body);
  if (typeof fields === "string") return fields;
  const own = fieldsOf(format).map((field) => [field, fields.get(field) ?? ""] as const);
  return new Map([...envelope, ...own]);
}
