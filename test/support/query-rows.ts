// Columns and rows of results, written by hand, for tests of what prints them.

import type { Expression, MetricDefinition } from "../../src/shared/model/plan.ts";
import type { MetricColumn, ResultColumns } from "../../src/sink/query/columns.ts";
import { derivedDecimalsMax } from "../../src/shared/metric/derived/evaluate.ts";
import type { Value } from "../../src/shared/metric/value.ts";
import type { Row } from "../../src/sink/query/row.ts";

const metricDefinitions: readonly MetricDefinition[] = [
  { name: "clicks", type: "count" },
  { name: "revenue", type: "sum", field: "revenue", scale: 6 },
  { name: "least", type: "min", field: "revenue", scale: 0 },
  { name: "users", type: "hll", field: "user", log2m: 11, regwidth: 5 },
];
const ratio: Expression = {
  op: "/",
  left: { op: "field", name: "clicks" },
  right: { op: "field", name: "users" },
};

/** day, campaign | clicks, revenue, least, users, rate */
export const columns: ResultColumns = {
  keys: [
    { kind: "bucket", name: "day", granularity: "day" },
    { kind: "dimension", name: "campaign", index: 0 },
  ],
  metrics: [
    ...metricDefinitions.map((definition, column): MetricColumn => {
      return { kind: "stored", name: definition.name, column, definition };
    }),
    { kind: "derived", name: "rate", expression: ratio },
  ],
};

export const count = (value: bigint): Value => ({ type: "count", count: value });

export const decimal = (units: bigint, scale: number): Value => ({ type: "decimal", units, scale });

export const fraction = (numerator: bigint, denominator: bigint): Value => {
  return { type: "fraction", decimals: derivedDecimalsMax, numerator, denominator };
};

/** An estimate with its bounds, or an exact number where there are none. */
export const estimate = (value: number, lo = value, hi = value): Value => {
  return { type: "estimate", estimate: value, lo, hi, exact: lo === hi };
};

export const row = (keys: readonly string[], values: readonly Value[]): Row => {
  return { keys: keys.map((key) => Buffer.from(key)), values };
};

/** Blocks of rows as a query streams them. */
export async function* stream(
  ...blocks: readonly (readonly Row[])[]
): AsyncIterable<readonly Row[]> {
  for (const block of blocks) yield await Promise.resolve(block);
}
