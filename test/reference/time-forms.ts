// Times of the forms that a format may name, slowly and plainly: patterns become regular expressions. Texts are
// "binary" strings: one character a byte.

import type { Format } from "../../src/shared/model/plan.ts";
import type { TimeReading } from "../../src/shared/model/format/time-form.ts";
import { timeReadingOf } from "../../src/shared/model/format-fields.ts";
import type { Fields } from "./line-format.ts";
import { instant, months, referenceTimestamp } from "./values.ts";

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const zones: Readonly<Record<string, string>> = {
  ...{ UTC: "Z", GMT: "Z", UT: "Z", Z: "Z" },
  ...{ EST: "-05", EDT: "-04", CST: "-06", CDT: "-05" },
  ...{ MST: "-07", MDT: "-06", PST: "-08", PDT: "-07" },
};

/** Digits behind those of a second. */
const epochs: Readonly<Record<string, number>> = {
  epoch_s: 0,
  epoch_ms: 3,
  epoch_us: 6,
  epoch_ns: 9,
};

/** Seconds since the epoch, or null. */
export function referenceTime(
  { form, year }: TimeReading,
  text: string,
  timezone: string,
): number | null {
  if (form === "auto") return referenceTimestamp(text, timezone);
  const digits = epochs[form];
  if (digits !== undefined) return epoch(text, digits);
  if (form === "syslog") {
    const known = referenceTimestamp(text, timezone);
    return known ?? ofPattern("MMM d HH:mm:ss", year, text, timezone);
  }
  const pattern = form === "rfc3164" ? "MMM d HH:mm:ss" : form;
  return ofPattern(pattern, year, text, timezone);
}

function epoch(text: string, digits: number): number | null {
  const match = (digits === 0 ? /^(\d+)(?:[.,]\d+)?$/ : /^(\d+)$/).exec(text);
  if (match === null) return null;
  const value = BigInt(match[1]!);
  const seconds = value / 10n ** BigInt(digits);
  if (digits > 0 && seconds < 100_000_000n) return null;
  return seconds < BigInt(Date.UTC(2262, 0, 1) / 1000) ? Number(seconds) : null;
}

const short = String.raw`(?: \d|\d\d?)`;
const words: readonly (readonly [RegExp, string])[] = [
  [/^yyyy/, String.raw`(?<year>\d{4})`],
  [/^yy/, String.raw`(?<century>\d\d)`],
  [/^MMM/, `(?<name>${months.join("|")})`],
  [/^MM/, String.raw`(?<month>\d\d)`],
  [/^M/, `(?<month>${short})`],
  [/^dd/, String.raw`(?<day>\d\d)`],
  [/^d/, `(?<day>${short})`],
  [/^(?:HH|hh)/, String.raw`(?<hour>\d\d)`],
  [/^[Hh]/, `(?<hour>${short})`],
  [/^mm/, String.raw`(?<minute>\d\d)`],
  [/^m/, `(?<minute>${short})`],
  [/^ss/, String.raw`(?<second>\d\d)`],
  [/^s/, `(?<second>${short})`],
  [/^EEE/, `(?<weekday>${weekdays.join("|")})`],
  [/^[XZ]+/, String.raw`(?<offset>[Zz]|[+-]\d\d(?::?\d\d)?)`],
  [/^z/, `(?<zone>${Object.keys(zones).join("|")})`],
  [/^a/, "(?<half>[AaPp][Mm])"],
  [/^\[/, "(?:"],
  [/^\]/, ")?"],
];

function ofPattern(
  pattern: string,
  year: number | undefined,
  text: string,
  timezone: string,
): number | null {
  let source = "";
  for (let rest = pattern; rest !== "";) {
    const quoted = /^'((?:[^']|'')*)'/.exec(rest);
    const fraction = /^(f+|S+)/.exec(rest);
    const word = words.find(([letters]) => letters.test(rest));
    if (quoted !== null) source += literal(quoted[1] === "" ? "'" : quoted[1]!.replace(/''/g, "'"));
    else if (fraction !== null)
      source += fraction[0].length === 1 ? "\\d+" : `\\d{${fraction[0].length}}`;
    else source += word === undefined ? literal(rest[0]!) : word[1];
    const taken =
      quoted?.[0] ?? fraction?.[0] ?? (word === undefined ? rest[0] : word[0].exec(rest)![0]);
    rest = rest.slice(taken!.length);
  }
  const parts = new RegExp(`^${source}$`).exec(text)?.groups;
  return parts === undefined ? null : timeOf(parts, year, timezone);
}

function literal(text: string): string {
  const bytes = Buffer.from(text).toString("latin1");
  return bytes.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function timeOf(
  parts: Readonly<Record<string, string | undefined>>,
  given: number | undefined,
  timezone: string,
): number | null {
  const century = parts["century"] === undefined ? given : 2000 + Number(parts["century"]);
  const year = parts["year"] === undefined ? century! : Number(parts["year"]);
  const named = months.indexOf(parts["name"] ?? "") + 1;
  const month = parts["name"] === undefined ? Number(parts["month"]) : named;
  const day = Number(parts["day"]);
  let hour = Number(parts["hour"] ?? 0);
  if (parts["half"] !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (/p/i.test(parts["half"]) ? 12 : 0);
  }
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year);
  const { weekday } = parts;
  if (weekday !== undefined && weekdays[date.getUTCDay()] !== weekday) return null;
  const zone = parts["zone"] === undefined ? parts["offset"] : zones[parts["zone"]];
  const time = [hour, Number(parts["minute"] ?? 0), Number(parts["second"] ?? 0)];
  return instant([year, month, day], time, zone, timezone);
}

/** The field `timestamp` where the format makes it of others. */
export function referenceTimeField(
  format: Format,
  fields: Fields,
): readonly [string, string | null][] {
  const timestamp = timeReadingOf(format);
  const values = timestamp?.from?.map(
    (field) => fields.get(field) ?? (fields.has(field) ? null : ""),
  );
  if (values === undefined) return [];
  if (values.includes(null)) return [["timestamp", null]];
  return [["timestamp", values.includes("") ? "" : values.join(" ")]];
}

/** Seconds of a field that a summary has its time from. */
export function referenceTimeOf(
  format: Format,
  field: string,
  text: string,
  timezone: string,
): number | null {
  const timestamp = timeReadingOf(format);
  const { from = [], isUtc = false } = timestamp ?? {};
  const isOfForm = field === "timestamp" || (from.length === 1 && from[0] === field);
  return isOfForm && timestamp !== undefined
    ? referenceTime(timestamp, text, isUtc ? "UTC" : timezone)
    : referenceTimestamp(text, timezone);
}
