// The fields that a line of each format has, by name.

import { patternFields } from "./format/pattern.ts";
import { syslogFields } from "./format/syslog.ts";
import type { AccessLogType, Format, Formats, FormatType, RsyslogPayload } from "./plan.ts";
import { w3cFields } from "./format/w3c.ts";
import { zeekFields } from "./format/zeek.ts";
import type { TimeReading } from "./format/time-form.ts";

export const envelopeFields = ["timestamp", "host", "program"] as const;

const commonFields = [
  "ip",
  "ident",
  "user",
  "timestamp",
  "method",
  "url",
  "protocol",
  "status",
  "bytes",
] as const;

const agentFields = ["referrer", "user_agent"] as const;
const vhostFields = ["vhost", "port"] as const;

/** What an access log has around the fields of `common`. */
export interface AccessLogShape {
  /** A virtual host, and perhaps its port, in front. */
  readonly vhost: boolean;
  /** Referrer and user agent behind. */
  readonly agent: boolean;
}

export const accessLogShapes: { readonly [Type in AccessLogType]: AccessLogShape } = {
  common: { vhost: false, agent: false },
  combined: { vhost: false, agent: true },
  vhost_common: { vhost: true, agent: false },
  vhost_combined: { vhost: true, agent: true },
};

export const accessLogTypes = Object.keys(accessLogShapes) as readonly AccessLogType[];

export function isAccessLog(type: FormatType): type is AccessLogType {
  return type in accessLogShapes;
}

/** Whether a column of a payload is one that nobody asks for. */
export function isUnnamed(column: string): boolean {
  return column === "" || column === "_";
}

const fieldsByType: { readonly [Type in FormatType]: (format: Formats[Type]) => string[] } = {
  rsyslog: ({ payloads }) => {
    const columns = payloads.flatMap(payloadFields);
    return [...envelopeFields, ...columns.filter((column) => !isUnnamed(column))];
  },
  common: accessLogFields,
  combined: accessLogFields,
  vhost_common: accessLogFields,
  vhost_combined: accessLogFields,
  json: ({ paths }) => paths.map(({ field }) => field),
  pattern: patternFields,
  pairs: ({ keys }) => keys.map(({ field }) => field),
  w3c: ({ more }) => [...w3cFields, ...more],
  zeek: ({ more }) => [...zeekFields, ...more],
  columns: ({ columns }) => columns.filter((column) => !isUnnamed(column)),
  docker: recordFields,
  cri: recordFields,
  syslog: syslogLineFields,
};

/** The fields of a program's bodies. */
function payloadFields(payload: RsyslogPayload): readonly string[] {
  if (payload.type === "csv") return payload.fields;
  return payload.format === null ? [bodyMessage] : fieldsOf(payload.format);
}

function syslogLineFields({ sd = [], payloads = [], inner }: Formats["syslog"]): string[] {
  const inside = [...payloads.map(({ format }) => format), inner ?? null];
  const ofBodies = inside.flatMap((format) => (format === null ? [] : fieldsOf(format)));
  return [...syslogFields, ...sd.map(({ field }) => field), ...ofBodies];
}

/** What a record of a container says of the line that is inside of it; a field of that line goes before. */
export const containerFields = ["timestamp", "stream"] as const;

/** The text inside of an envelope, where it is of no format. */
export const bodyMessage = "message";

function recordFields({ inner }: Formats["docker" | "cri"]): string[] {
  const ofLine = inner === null ? [bodyMessage] : fieldsOf(inner);
  return [...containerFields.filter((field) => !ofLine.includes(field)), ...ofLine];
}

function accessLogFields({ type }: { readonly type: AccessLogType }): string[] {
  const { vhost, agent } = accessLogShapes[type];
  return [...(vhost ? vhostFields : []), ...commonFields, ...(agent ? agentFields : [])];
}

/** Fields that are all elements of an array. */
export function listFieldsOf(format: Format): readonly string[] {
  if (format.type === "docker" || format.type === "cri") {
    return format.inner === null ? [] : listFieldsOf(format.inner);
  }
  if (format.type !== "json") return [];
  return format.paths.filter(({ isList = false }) => isList).map(({ field }) => field);
}

/** How the time is read: as the format says, or as its kind has it. */
export function timeReadingOf({ type, timestamp }: Format): TimeReading | undefined {
  if (type === "syslog") return timestamp ?? { form: "syslog" };
  if (type === "zeek") return timestamp ?? { form: "epoch_s" };
  if (type !== "w3c" || timestamp?.from !== undefined) return timestamp;
  return { form: "auto", ...timestamp, from: ["date", "time"], isUtc: true };
}

/** Names of all fields that lines have, each once, in the order of the line. */
export function cutFieldsOf(format: Format): readonly string[] {
  const fields = fieldsByType[format.type] as (format: Format) => string[];
  return [...new Set(fields(format))];
}

/** Those and the time, where it is made of others. */
export function fieldsOf(format: Format): readonly string[] {
  const made = timeReadingOf(format)?.from === undefined ? [] : ["timestamp"];
  return [...new Set([...cutFieldsOf(format), ...made])];
}
