// THE ORACLE: what logmill must count, written without any regard for speed and without any of
// the code that counts in production. Distinct values are kept as exact sets.

import { isUtf8 } from "node:buffer";
import { bucketOf } from "../../src/shared/model/bucket.ts";
import { limits } from "../../src/shared/base/limits.ts";
import type { RejectReason } from "../../src/shared/model/reasons.ts";
import { summaryKey } from "../../src/shared/model/definition-key.ts";
import type {
  Expression,
  MetricDefinition,
  Plan,
  PlanSource,
  SummaryDefinition,
} from "../../src/shared/model/plan.ts";
import type { Balance, RejectSample } from "../../src/shared/model/partial.ts";
import { isDecimal, numericFields, referenceCondition } from "./condition.ts";
import { referenceFields, referenceLines, type Fields } from "./line-format.ts";
import { referenceDecimal, referenceTimestamp } from "./values.ts";

export type ReferenceMetric =
  | { readonly type: "count" | "sum"; value: bigint }
  | { readonly type: "min" | "max"; value: bigint | null }
  | { readonly type: "avg"; value: bigint; values: bigint }
  /** Distinct values, one character a byte. */
  | { readonly type: "hll"; readonly distinct: Set<string> };

export interface ReferenceRow {
  /** Values of the dimensions, one character a byte. */
  readonly values: readonly string[];
  readonly metrics: readonly ReferenceMetric[];
}

/** Rows by the JSON of their values. */
export type ReferenceTable = Map<string, ReferenceRow>;

export interface ReferenceResult {
  readonly balance: Balance;
  readonly samples: readonly RejectSample[];
  /** Tables by `summaryKey` and first second of the bucket. */
  readonly tables: Map<string, Map<number, ReferenceTable>>;
}

const greatest = 2n ** 63n - 1n;

export function referenceSummarise(
  plan: Plan,
  sourceName: string,
  content: Uint8Array,
): ReferenceResult {
  const source = plan.sources.find(({ name }) => name === sourceName)!;
  const summaries = plan.summaries.filter(({ from }) => from.includes(sourceName));
  const rejected: Partial<Record<RejectReason, number>> = {};
  const samples: RejectSample[] = [];
  const tables = summaries.map((summary) => ({
    summary,
    buckets: new Map<number, ReferenceTable>(),
  }));
  const needed = neededBy(summaries);
  const lines = referenceLines(Buffer.from(content).toString("latin1")).flatMap(withoutHole);
  let accepted = 0;
  let filtered = 0;
  for (const { offset, text } of lines) {
    const isHole = text.startsWith("\0");
    const fields = isHole ? "nul_bytes" : judge(plan, source, summaries, needed, text);
    if (typeof fields === "string") {
      const count = (rejected[fields] = (rejected[fields] ?? 0) + 1);
      if (count > limits.samplesPerReasonMax) continue;
      const bytes = Buffer.from(text.slice(0, limits.sampleBytesMax), "latin1");
      samples.push({ reason: fields, offset, bytes });
      continue;
    }
    const wanting = tables.filter(({ summary }) => isWanted(summary.where, fields));
    if (wanting.length > 0) accepted += 1;
    else filtered += 1;
    for (const { summary, buckets } of wanting) add(plan, summary, buckets, fields);
  }
  const bytes = content.length;
  return {
    balance: { lines: lines.length, bytes, accepted, filtered, rejected, deadLettered: 0 },
    samples,
    tables: new Map(tables.map(({ summary, buckets }) => [summaryKey(summary), buckets])),
  };
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

function isWanted(where: Expression | undefined, fields: Fields): boolean {
  return where === undefined || referenceCondition(where, fields);
}

function conditionsOf(summary: SummaryDefinition): readonly Expression[] {
  const conditions = [summary.where, ...summary.metrics.map(({ where }) => where)];
  return conditions.filter((condition) => condition !== undefined);
}

function fieldsIn(expression: Expression): readonly string[] {
  if (expression.op === "field") return [expression.name];
  if (expression.op === "string" || expression.op === "number") return [];
  if (expression.op === "not") return fieldsIn(expression.operand);
  if (expression.op === "in") return fieldsIn(expression.left);
  return [...fieldsIn(expression.left), ...fieldsIn(expression.right)];
}

/** The fields that some summary reads. */
function neededBy(summaries: readonly SummaryDefinition[]): ReadonlySet<string> {
  return new Set(
    summaries.flatMap((summary) => [
      summary.timestamp,
      ...summary.dimensions,
      ...summary.metrics.flatMap((metric) => (metric.type === "count" ? [] : [metric.field])),
      ...conditionsOf(summary).flatMap(fieldsIn),
    ]),
  );
}

/** The fields of a line that counts, or the reason why it does not. */
function judge(
  plan: Plan,
  source: PlanSource,
  summaries: readonly SummaryDefinition[],
  needed: ReadonlySet<string>,
  line: string,
): Fields | RejectReason {
  if (line.length > source.maxLineBytes) return "line_too_long";
  if (/^[ \t\r\v\f]*$/.test(line)) return "blank";
  const fields = referenceFields(source.format, line, needed);
  if (typeof fields === "string") return fields;
  const value = (name: string): string => fields.get(name) ?? "";
  for (const { timestamp } of summaries) {
    if (referenceTimestamp(value(timestamp), plan.timezone) === null) return "bad_timestamp";
  }
  for (const summary of summaries) {
    if (summary.metrics.some((metric) => isBadNumber(metric, value))) return "bad_number";
    for (const name of conditionsOf(summary).flatMap(numericFields)) {
      if (value(name) !== "" && !isDecimal(value(name))) return "bad_number";
    }
  }
  for (const name of summaries.flatMap(({ dimensions }) => dimensions)) {
    if (!isUtf8(Buffer.from(value(name), "latin1"))) return "invalid_utf8";
  }
  return fields;
}

function isBadNumber(metric: MetricDefinition, value: (name: string) => string): boolean {
  if (metric.type === "count" || metric.type === "hll" || value(metric.field) === "") return false;
  const units = referenceDecimal(value(metric.field), metric.scale);
  if (units === null || units > greatest || units < -greatest) return true;
  return metric.type === "min" && units === greatest;
}

function add(
  plan: Plan,
  summary: SummaryDefinition,
  buckets: Map<number, ReferenceTable>,
  fields: Fields,
): void {
  const second = referenceTimestamp(fields.get(summary.timestamp) ?? "", plan.timezone)!;
  const { start } = bucketOf(summary.timezone, summary.granularity, second);
  const table: ReferenceTable = buckets.get(start) ?? new Map<string, ReferenceRow>();
  buckets.set(start, table);
  const values = summary.dimensions.map((name) => fields.get(name) ?? "");
  const key = JSON.stringify(values);
  const row = table.get(key) ?? { values, metrics: summary.metrics.map(emptyMetric) };
  table.set(key, row);
  for (const [index, metric] of summary.metrics.entries()) {
    if (isWanted(metric.where, fields)) addMetric(row.metrics[index]!, metric, fields);
  }
}

function emptyMetric({ type }: MetricDefinition): ReferenceMetric {
  if (type === "hll") return { type, distinct: new Set() };
  if (type === "avg") return { type, value: 0n, values: 0n };
  if (type === "min" || type === "max") return { type, value: null };
  return { type, value: 0n };
}

function addMetric(state: ReferenceMetric, metric: MetricDefinition, fields: Fields): void {
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
  if (state.type === "avg") state.values += 1n;
  if (state.type === "sum" || state.type === "avg") state.value += units;
  else if (state.value === null) state.value = units;
  else if (state.type === "min") state.value = units < state.value ? units : state.value;
  else if (state.type === "max") state.value = units > state.value ? units : state.value;
}
