// One row of a result, with its values still exact: they are compared here and only turned into
// text by the formats.

import { overflowSchema } from "../../shared/table/overflow-frame.ts";
import type { TableSchema } from "../../shared/table/schema.ts";
import { decodeTable, type TableView } from "../../shared/table/table-view.ts";
import type { MetricColumn, ResultColumns } from "./columns.ts";
import { compareFractions, evaluateDerived, type Fraction } from "./derived.ts";

export type Value =
  | { readonly type: "count"; readonly count: bigint }
  /** Units of 10^-scale. */
  | { readonly type: "decimal"; readonly units: bigint; readonly scale: number }
  /** Whole numbers; lo and hi hold the true value with 95 % confidence, or always if `exact`. */
  | {
      readonly type: "estimate";
      readonly estimate: number;
      readonly lo: number;
      readonly hi: number;
      readonly exact: boolean;
    }
  | ({ readonly type: "fraction" } & Fraction)
  /** Nothing to tell: a minimum of nothing, a division by zero. */
  | null;

export interface Row {
  /** UTF-8, in the order of the key columns; null in the dimensions of the overflow row. */
  readonly keys: readonly (Uint8Array | null)[];
  /** In the order of the metric columns. */
  readonly values: readonly Value[];
}

/**
 * Reads the rows `from` to before `to` of a frame, as far as it has them.
 * @param bucket the label that stands in the bucket column, if there is one.
 * @param dimensions by key column, the frame's dimension; -1 for the bucket column.
 */
export function readRows(
  view: TableView,
  columns: ResultColumns,
  bucket: Uint8Array,
  dimensions: readonly number[],
  from: number,
  to: number,
): Row[] {
  const rows: Row[] = [];
  for (let row = from; row < Math.min(to, view.rows); row += 1) {
    const keys = dimensions.map((dimension) =>
      dimension < 0 ? bucket : view.value(dimension, row),
    );
    rows.push({ keys, values: readValues(view, columns.metrics, row) });
  }
  return rows;
}

/** The row of an overflow frame. `frame` is the one inside, of no dimensions. */
export function readOverflow(
  frame: Uint8Array,
  schema: TableSchema,
  columns: ResultColumns,
  bucket: Uint8Array,
): Row {
  const view = decodeTable(frame, overflowSchema(schema));
  const keys = columns.keys.map(({ kind }) => (kind === "bucket" ? bucket : null));
  return { keys, values: readValues(view, columns.metrics, 0) };
}

export function isOverflowRow({ keys }: Row): boolean {
  return keys.includes(null);
}

/** Orders by key, column by column: bytes ascending, shorter first, the overflow row last. */
export function compareKeys(a: Row, b: Row): number {
  for (let index = 0; index < a.keys.length; index += 1) {
    const mine = a.keys[index] ?? null;
    const other = b.keys[index] ?? null;
    const order =
      mine === null || other === null
        ? Number(mine === null) - Number(other === null)
        : Buffer.compare(mine, other);
    if (order !== 0) return order;
  }
  return 0;
}

/** Orders by a metric, greatest first, missing values last; ties by key. Total and exact. */
export function compareByMetric(metric: number): (a: Row, b: Row) => number {
  return (a, b) =>
    compareValues(b.values[metric] ?? null, a.values[metric] ?? null) || compareKeys(a, b);
}

function readValues(view: TableView, metrics: readonly MetricColumn[], row: number): Value[] {
  const values = metrics.map((metric) =>
    metric.kind === "stored" ? readValue(view, metric, row) : null,
  );
  for (const [at, metric] of metrics.entries()) {
    if (metric.kind === "stored") continue;
    const fraction = evaluateDerived(metric.expression, (name) => {
      const index = metrics.findIndex((other) => other.name === name);
      return toFraction(values[index] ?? null);
    });
    values[at] = fraction === null ? null : { type: "fraction", ...fraction };
  }
  return values;
}

function readValue(
  view: TableView,
  { index, definition }: MetricColumn & { readonly kind: "stored" },
  row: number,
): Value {
  switch (definition.type) {
    case "count":
      return { type: "count", count: view.count(index, row) };
    case "sum":
      return { type: "decimal", units: view.sum(index, row), scale: definition.scale };
    case "min":
    case "max": {
      const units = definition.type === "min" ? view.min(index, row) : view.max(index, row);
      return units === null ? null : { type: "decimal", units, scale: definition.scale };
    }
    case "hll": {
      const sketch = view.hll(index, row);
      const { lo, hi } = sketch.bounds();
      return {
        type: "estimate",
        estimate: Math.round(sketch.estimate()),
        lo: Math.floor(lo),
        hi: Math.ceil(hi),
        exact: sketch.form === "explicit",
      };
    }
  }
}

function toFraction(value: Value): Fraction | null {
  if (value === null) return null;
  switch (value.type) {
    case "count":
      return { numerator: value.count, denominator: 1n };
    case "decimal":
      return { numerator: value.units, denominator: 10n ** BigInt(value.scale) };
    case "estimate":
      return { numerator: BigInt(value.estimate), denominator: 1n };
    case "fraction":
      return value;
  }
}

function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  if (a.type === "count" && b.type === "count") {
    return a.count < b.count ? -1 : a.count > b.count ? 1 : 0;
  }
  return compareFractions(toFraction(a)!, toFraction(b)!);
}
