// THE ORACLE: what logmill must count, written without any regard for speed and without any of
// the code that counts in production. Distinct values are kept as exact sets.

import { bucketOf } from "../../src/shared/model/bucket.ts";
import { limits } from "../../src/shared/base/limits.ts";
import type { RejectReason } from "../../src/shared/model/reasons.ts";
import { fieldsOfValue } from "../../src/shared/model/expression-values.ts";
import { summaryKey } from "../../src/shared/model/definition-key.ts";
import type {
  Expression,
  MetricDefinition,
  Plan,
  PlanSource,
  SummaryDefinition,
} from "../../src/shared/model/plan.ts";
import type { RejectSample } from "../../src/shared/model/partial.ts";
import type { SourceSheet, SummarySheet } from "../../src/shared/model/sheet.ts";
import { referenceAddress } from "./address.ts";
import { referenceCondition, referenceValue, type TimeOf } from "./condition.ts";
import { referenceList } from "./json-line.ts";
import { referenceLines, referenceReader, type Fields } from "./line-format.ts";
import { referenceTimeField, referenceTimeOf } from "./time-forms.ts";
import { referenceDecimal, referenceNanos } from "./values.ts";

export type ReferenceMetric =
  | { readonly type: "count" | "sum"; value: bigint }
  | { readonly type: "min" | "max"; value: bigint | null }
  | { readonly type: "avg"; value: bigint; values: bigint }
  | {
      readonly type: "stddev" | "stddev_pop";
      value: bigint;
      squares: bigint;
      values: bigint;
    }
  /** Nanoseconds since the epoch, of times that have no form. */
  | { readonly type: "first" | "last"; instant: bigint; value: bigint | null }
  /** Distinct values, one character a byte. */
  | { readonly type: "hll"; readonly distinct: Set<string> };

export interface ReferenceRow {
  /** Values of the dimensions, one character a byte. */
  readonly values: readonly string[];
  readonly metrics: readonly ReferenceMetric[];
}

/** Rows by the JSON of their values. */
export type ReferenceTable = Map<string, ReferenceRow>;

/** A sample, with the text of the field that is at fault: null where it is missing, or there is none. */
type ReferenceSample = Omit<RejectSample, "value"> & { readonly text: string | null };

export interface ReferenceResult {
  readonly source: SourceSheet;
  /** By `summaryKey`. */
  readonly sheets: ReadonlyMap<string, SummarySheet>;
  readonly samples: readonly ReferenceSample[];
  /** Tables by `summaryKey` and first second of the bucket. */
  readonly tables: Map<string, Map<number, ReferenceTable>>;
}

const greatest = 2n ** 63n - 1n;

/** Why a line is rejected, and for the want of which field. */
interface Fault {
  readonly reason: RejectReason;
  readonly field: string;
}

/** Counts rejects and keeps the first lines of each reason. */
class Rejects {
  readonly byReason: Partial<Record<RejectReason, number>> = {};
  readonly samples: ReferenceSample[] = [];
  readonly #summary: string | null;

  constructor(summary: string | null) {
    this.#summary = summary;
  }

  add({ reason, field }: Fault, offset: number, text: string, fields?: Fields): void {
    const count = (this.byReason[reason] = (this.byReason[reason] ?? 0) + 1);
    if (count > limits.samplesPerReasonMax) return;
    const bytes = new Uint8Array(Buffer.from(text.slice(0, limits.sampleBytesMax), "latin1"));
    const summary = this.#summary;
    this.samples.push({ summary, reason, field, offset, bytes, text: fields?.get(field) ?? null });
  }
}

export function referenceSummarise(
  plan: Plan,
  sourceName: string,
  content: Uint8Array,
): ReferenceResult {
  const source = plan.sources.find(({ name }) => name === sourceName)!;
  const rejects = new Rejects(null);
  const lines = referenceLines(Buffer.from(content).toString("latin1")).flatMap(withoutHole);
  const parsed: { readonly offset: number; readonly text: string; readonly fields: Fields }[] = [];
  const read = referenceReader(source.format, source.maxLineBytes);
  const timeOf: TimeOf = (field, fields) => ({
    second: secondOf(plan, source, field, fields),
    timezone: plan.timezone,
  });
  for (const { offset, text } of lines) {
    const fields = text.startsWith("\0") ? "nul_bytes" : parse(source, text, read, timeOf);
    if (typeof fields === "string") rejects.add({ reason: fields, field: "" }, offset, text);
    else parsed.push({ offset, text, fields });
  }
  const bytes = content.length;
  const tables: ReferenceResult["tables"] = new Map();
  const sheets = new Map<string, SummarySheet>();
  const samples = [...rejects.samples];
  for (const summary of plan.summaries.filter(({ from }) => from.includes(sourceName))) {
    const key = summaryKey(summary);
    const ofSummary = new Rejects(key);
    const buckets = new Map<number, ReferenceTable>();
    let counted = 0;
    let filtered = 0;
    for (const { offset, text, fields } of parsed) {
      const isOfSource = isWanted(source.where, fields, timeOf);
      if (!isOfSource || !isWanted(summary.where, fields, timeOf)) {
        filtered += 1;
        continue;
      }
      const fault = faultOf(plan, source, summary, fields, timeOf);
      if (fault !== null) {
        ofSummary.add(fault, offset, text, fields);
        continue;
      }
      counted += 1;
      add(summary, buckets, fields, timeOf);
    }
    const rejected = ofSummary.byReason;
    sheets.set(key, { bytes, parsed: parsed.length, counted, filtered, rejected });
    samples.push(...ofSummary.samples);
    tables.set(key, buckets);
  }
  const rejected = rejects.byReason;
  const sheet = { lines: lines.length, bytes, parsed: parsed.length, rejected, deadLettered: 0 };
  return { source: sheet, sheets, samples, tables };
}

interface Line {
  readonly offset: number;
  readonly text: string;
}

/** NULs at the beginning of a line are a hole, and what follows them is a line of its own. */
function withoutHole(line: Line): Line[] {
  const { offset, text } = line;
  const rest = text.replace(/^\0+/, "");
  const bytes = text.length - rest.length;
  if (bytes === 0) return [line];
  const hole = { offset, text: text.slice(0, bytes) };
  return rest === "" ? [hole] : [hole, { offset: offset + bytes, text: rest }];
}

function isWanted(where: Expression | undefined, fields: Fields, timeOf: TimeOf): boolean {
  return where === undefined || referenceCondition(where, fields, timeOf);
}

type Reader = ReturnType<typeof referenceReader>;

/** The fields of a line, or why the format rejects it. */
function parse(
  source: PlanSource,
  line: string,
  read: Reader,
  timeOf: TimeOf,
): Fields | RejectReason {
  const fields = read(line);
  if (typeof fields === "string") return fields;
  const typed = Object.keys(source.format.fields ?? {}).flatMap((name): [string, string][] => {
    const address = referenceAddress(fields.get(name) ?? "");
    return address === null ? [] : [[name, address]];
  });
  const all = new Map([...fields, ...referenceTimeField(source.format, fields), ...typed]);
  return withComputed(source, all, timeOf);
}

/** Computed fields as they can be computed: those that others are made of before these. */
function withComputed({ computed = [] }: PlanSource, fields: Fields, timeOf: TimeOf): Fields {
  const all = new Map(fields);
  let left = computed;
  while (left.length > 0) {
    const names = left.map(({ name }) => name);
    const ready = left.filter(
      ({ value }) => !fieldsOfValue(value).some((use) => names.includes(use)),
    );
    for (const { name, value } of ready) all.set(name, referenceValue(value, all, timeOf));
    left = left.filter((field) => !ready.includes(field));
  }
  return all;
}

/** Whether a field that has a type holds what is none of its values. */
function isBadValue(source: PlanSource, name: string, fields: Fields): boolean {
  const value = fields.get(name) ?? "";
  if (value === "" || source.format.fields?.[name] === undefined) return false;
  return referenceAddress(value) === null;
}

/** Why a summary that wants a line cannot count it; null where it can. */
function faultOf(
  plan: Plan,
  source: PlanSource,
  summary: SummaryDefinition,
  fields: Fields,
  timeOf: TimeOf,
): Fault | null {
  const value = (name: string): string => fields.get(name) ?? "";
  const { timestamp, dimensions } = summary;
  if (fields.get(timestamp) === null) return { reason: "missing_field", field: timestamp };
  if (secondOf(plan, source, timestamp, fields) === null) {
    return { reason: "bad_timestamp", field: timestamp };
  }
  for (const field of dimensions) {
    if (fields.get(field) === null) return { reason: "missing_field", field };
    if (isBadValue(source, field, fields)) return { reason: "bad_ip", field };
  }
  for (const metric of summary.metrics) {
    if (metric.type === "count" || !isWanted(metric.where, fields, timeOf)) continue;
    const { field } = metric;
    if (fields.get(field) === null) return { reason: "missing_field", field };
    if (metric.type === "hll" && isBadValue(source, field, fields)) {
      return { reason: "bad_ip", field };
    }
    if (isBadNumber(metric, value)) return { reason: "bad_number", field };
  }
  return null;
}

function isBadNumber(metric: MetricDefinition, value: (name: string) => string): boolean {
  if (metric.type === "count" || metric.type === "hll" || value(metric.field) === "") return false;
  const units = referenceDecimal(value(metric.field), metric.scale);
  if (units === null || units > greatest || units < -greatest) return true;
  return metric.type === "min" && units === greatest;
}

function secondOf(
  plan: Plan,
  { format }: PlanSource,
  field: string,
  fields: Fields,
): number | null {
  return referenceTimeOf(format, field, fields.get(field) ?? "", plan.timezone);
}

function add(
  summary: SummaryDefinition,
  buckets: Map<number, ReferenceTable>,
  fields: Fields,
  timeOf: TimeOf,
): void {
  const second = timeOf(summary.timestamp, fields).second!;
  const nanos = referenceNanos(fields.get(summary.timestamp) ?? "");
  const instant = BigInt(second) * 1_000_000_000n + nanos;
  const { start } = bucketOf(summary.timezone, summary.granularity, second);
  const table: ReferenceTable = buckets.get(start) ?? new Map<string, ReferenceRow>();
  buckets.set(start, table);
  for (const values of rowKeysOf(summary, fields)) {
    const key = JSON.stringify(values);
    const row = table.get(key) ?? { values, metrics: summary.metrics.map(emptyMetric) };
    table.set(key, row);
    for (const [index, metric] of summary.metrics.entries()) {
      if (!isWanted(metric.where, fields, timeOf)) continue;
      addMetric(row.metrics[index]!, metric, fields, instant);
    }
  }
}

/** The values of the dimensions: one for each different value of the one that is exploded. */
function rowKeysOf(
  { dimensions, explode }: SummaryDefinition,
  fields: Fields,
): readonly string[][] {
  const value = (name: string): string => fields.get(name) ?? "";
  if (explode === undefined) return [dimensions.map(value)];
  const whole = value(explode.field);
  const delimiter = Buffer.from(explode.delimiter ?? "").toString("latin1");
  const all = explode.delimiter === undefined ? referenceList(whole) : whole.split(delimiter);
  const values = new Set(all.filter((element) => element !== ""));
  return [...(values.size === 0 ? [""] : values)].map((element) =>
    dimensions.map((name) => (name === explode.field ? element : value(name))),
  );
}

function emptyMetric({ type }: MetricDefinition): ReferenceMetric {
  if (type === "hll") return { type, distinct: new Set() };
  if (type === "avg") return { type, value: 0n, values: 0n };
  if (type === "stddev" || type === "stddev_pop") {
    return { type, value: 0n, squares: 0n, values: 0n };
  }
  if (type === "min" || type === "max") return { type, value: null };
  if (type === "first" || type === "last") return { type, instant: 0n, value: null };
  return { type, value: 0n };
}

function addMetric(
  state: ReferenceMetric,
  metric: MetricDefinition,
  fields: Fields,
  instant: bigint,
): void {
  if (metric.type === "count") {
    if (state.type === "count") state.value += 1n;
    return;
  }
  const text = fields.get(metric.field) ?? "";
  if (text === "") return;
  if (state.type === "hll") {
    state.distinct.add(text);
    return;
  }
  if (metric.type === "hll") return;
  const units = referenceDecimal(text, metric.scale)!;
  if (state.type === "stddev" || state.type === "stddev_pop") state.squares += units * units;
  if (state.type === "first" || state.type === "last") {
    const isLater = state.type === "last" ? instant > state.instant : instant < state.instant;
    const isLess = instant === state.instant && units < (state.value ?? units);
    if (state.value === null || isLater || isLess) Object.assign(state, { instant, value: units });
    return;
  }
  if ("values" in state) state.values += 1n;
  if (state.type === "sum" || "values" in state) state.value += units;
  else if (state.value === null) state.value = units;
  else if (state.type === "min") state.value = units < state.value ? units : state.value;
  else if (state.type === "max") state.value = units > state.value ? units : state.value;
}
