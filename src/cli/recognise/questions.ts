// What an operator asks first of a log, by the fields that it has: what is counted of every day, and by
// which fields. `logmill summarize` answers it.

import { fieldsOf } from "../../shared/model/format-fields.ts";
import { textOfBytes } from "../../shared/text/text-of-bytes.ts";
import type { Recognised } from "./recognise-format.ts";

/** A field by which lines are counted. */
interface Breakdown {
  /** The summary's name. */
  readonly summary: string;
  readonly field: string;
  /** Over its table. */
  readonly title: string;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly where?: string;
}

export interface Questions {
  /** What lines are called in metrics. */
  readonly counted: "requests" | "events";
  /** By day, and by the field of this name if there is one. */
  readonly overall: { readonly dimensions: readonly string[]; readonly metrics: object };
  readonly breakdowns: readonly Breakdown[];
}

/** Standard error of the visitors' estimate: 0.8 % of a day and status, 2.3 % of a path. */
const overallSketch = { log2m: 14, regwidth: 6 };
const rowSketch = { log2m: 11, regwidth: 5 };

/** Fields of few values, of which a table is worth while where a log is not of requests. */
const kinds = ["level", "severity", "event", "type", "action", "method", "program", "host"];
const breakdownsMax = 3;
/** Distinct values among the first lines, above which a field is more a name than a kind. */
const kindsMax = 20;

export function questionsOf(recognised: Recognised): Questions {
  const fields = new Set(foundFields(recognised));
  const isWeb = fields.has("url") && fields.has("status");
  const counted = isWeb ? "requests" : "events";
  const sketches = (sketch: object): Record<string, unknown> => {
    if (fields.has("ip")) return { visitors: { type: "distinct", field: "ip", ...sketch } };
    return fields.has("user") ? { users: { type: "distinct", field: "user", ...sketch } } : {};
  };
  const metricsOf = (sketch: object): Record<string, unknown> => ({
    [counted]: { type: "count" },
    ...sketches(sketch),
    ...(isWholeNumber("bytes", recognised) && {
      bytes: { type: "sum", field: "bytes", scale: 0 },
    }),
  });
  const overall = {
    dimensions: fields.has("status") ? ["status"] : [],
    metrics: metricsOf(overallSketch),
  };
  const breakdowns: Breakdown[] = [];
  const rows = metricsOf(rowSketch);
  if (fields.has("url")) {
    breakdowns.push({ summary: "paths", field: "url", title: "paths", metrics: rows });
  }
  if (fields.has("referrer")) {
    const metrics = { [counted]: { type: "count" } };
    const where = 'referrer != ""';
    const of = { summary: "referrers", field: "referrer", title: "referrers", metrics, where };
    breakdowns.push(of);
  }
  if (!isWeb) {
    const found = kindFields(recognised).slice(0, breakdownsMax - breakdowns.length);
    for (const field of found) {
      breakdowns.push({
        summary: `by_${field}`,
        field,
        title: `values of ${field}`,
        metrics: rows,
      });
    }
  }
  return { counted, overall, breakdowns };
}

/**
 * Fields that lines have, if only as an empty value: a header or directives may name few of those that the format
 * knows, and a summary of one that is not there would reject every line. All, where no line is known.
 */
function foundFields({ format, events }: Recognised): readonly string[] {
  const fields = fieldsOf(format);
  if (events.length === 0) return fields;
  return fields.filter((field) => events.some((event) => event.has(field)));
}

/** Whether all values that the first lines have are whole numbers. */
function isWholeNumber(field: string, recognised: Recognised): boolean {
  if (!foundFields(recognised).includes(field)) return false;
  return recognised.events.every((event) => /^\d*$/.test(textIn(event, field)));
}

function textIn(event: ReadonlyMap<string, Uint8Array>, field: string): string {
  return textOfBytes(event.get(field) ?? new Uint8Array());
}

/** Fields of few values: those that mostly say of which kind a line is before the others. */
function kindFields({ format, events }: Recognised): readonly string[] {
  const taken = new Set(["timestamp", "url", "status", "referrer", "ip", "user", "bytes"]);
  const distinct = (field: string): number =>
    new Set(events.map((event) => textIn(event, field))).size;
  const fields = fieldsOf(format).filter((field) => {
    const values = distinct(field);
    const valuesMax = kinds.includes(field) ? kindsMax : Math.min(kindsMax, events.length / 2);
    return !taken.has(field) && values > 1 && values <= valuesMax;
  });
  return fields.sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf(field: string): number {
  const rank = kinds.indexOf(field);
  return rank < 0 ? kinds.length : rank;
}

/** The summaries that answer the questions, as a configuration has them. */
export function summariesOf(
  { overall, breakdowns }: Questions,
  from: readonly string[],
): Readonly<Record<string, object>> {
  const common = { from, timestamp: "timestamp", granularity: "day" };
  return {
    traffic: { ...common, ...overall },
    ...Object.fromEntries(
      breakdowns.map(({ summary, field, metrics, where }) => [
        summary,
        { ...common, dimensions: [field], ...(where !== undefined && { where }), metrics },
      ]),
    ),
  };
}
