// One row of a result, with its values still exact: they are compared here and only turned into
// text by the formats.

import { derivedDecimalsMax, evaluateDerived } from "../../shared/metric/derived/evaluate.ts";
import { valueOf } from "../../shared/metric/kinds.ts";
import { compareValues, toFraction, type Value } from "../../shared/metric/value.ts";
import { overflowSchema } from "../../shared/table/overflow-frame.ts";
import type { TableSchema } from "../../shared/table/schema.ts";
import { decodeTable, type TableView } from "../../shared/table/table-view.ts";
import type { MetricColumn, ResultColumns } from "./columns.ts";

export interface Row {
  /** Bytes as they came, in the order of the key columns; null in the dimensions of the overflow row. */
  readonly keys: readonly (Uint8Array | null)[];
  /** In the order of the metric columns. */
  readonly values: readonly Value[];
}

/** What a query gives. */
export interface Answer {
  readonly columns: ResultColumns;
  /** Blocks of rows, once. Ascending by key unless a metric orders them. */
  readonly rows: AsyncIterable<readonly Row[]>;
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

/** Orders by a metric, greatest first, or least first; missing values last; ties by key. Total and exact. */
export function compareByMetric(metric: number, isAscending = false): (a: Row, b: Row) => number {
  return (a, b) => {
    const [mine, other] = [a.values[metric] ?? null, b.values[metric] ?? null];
    const isTurned = isAscending && mine !== null && other !== null;
    const order = isTurned ? compareValues(mine, other) : compareValues(other, mine);
    return order || compareKeys(a, b);
  };
}

function readValues(view: TableView, metrics: readonly MetricColumn[], row: number): Value[] {
  const values = metrics.map((metric) =>
    metric.kind === "stored" ? valueOf(view, metric.definition, metric.column, row) : null,
  );
  for (const [at, metric] of metrics.entries()) {
    if (metric.kind === "stored") continue;
    const fraction = evaluateDerived(metric.expression, (name) => {
      const index = metrics.findIndex((other) => other.name === name);
      return toFraction(values[index] ?? null);
    });
    values[at] =
      fraction === null ? null : { type: "fraction", decimals: derivedDecimalsMax, ...fraction };
  }
  return values;
}
