// Puts events into a table as a worker does: columns in kernel memory, then dictionary, grouping
// and aggregation over vectors of lines.

import type { Kernel } from "../../src/shared/kernel/kernel.ts";
import type { TableSchema } from "../../src/shared/table/schema.ts";
import { Table, type TableOptions } from "../../src/shared/table/table.ts";
import { instantOf, unitsOf, type ModelEvent } from "./table-model.ts";

export interface FeedOptions extends TableOptions {
  /** Lines that are grouped and added at a time. */
  readonly vectorLines?: number;
  /** Number of a line's bucket, for a bucketed table. */
  readonly bucketOf?: (index: number) => number;
  /** Lines that are not grouped at all. */
  readonly left?: (index: number) => boolean;
}

export function feedTable(
  kernel: Kernel,
  schema: TableSchema,
  events: readonly ModelEvent[],
  options: FeedOptions = {},
): Table {
  const table = new Table(kernel, schema, options);
  const vectorLines = options.vectorLines ?? Math.max(1, events.length);
  for (let from = 0; from < events.length; from += vectorLines) {
    feedVector(kernel, table, events.slice(from, from + vectorLines), from, options);
  }
  return table;
}

function feedVector(
  kernel: Kernel,
  table: Table,
  events: readonly ModelEvent[],
  from: number,
  { bucketOf, left }: FeedOptions,
): void {
  const { exports } = kernel;
  const n = events.length;
  const mask =
    left === undefined
      ? 0
      : placeMask(
          kernel,
          events.map((_, i) => !left(from + i)),
        );
  const columns = bucketOf === undefined ? [] : [kernel.alloc(n * 4)];
  if (bucketOf !== undefined) {
    kernel.u32.set(
      events.map((_, i) => bucketOf(from + i)),
      columns[0]! / 4,
    );
  }
  for (let dimension = 0; dimension < table.schema.dimensions; dimension += 1) {
    const spans = placeSpans(
      kernel,
      events.map(({ keys }) => keys[dimension]!),
    );
    const ids = kernel.alloc(n * 4);
    exports.dictEncode(table.dictionary(dimension), spans, n, mask, ids);
    columns.push(ids);
  }
  const idColumns = kernel.alloc(Math.max(columns.length * 4, 4));
  kernel.u32.set(columns, idColumns / 4);
  const rows = kernel.alloc(n * 4);
  exports.tableGroup(table.handle, idColumns, n, mask, rows);
  for (let metric = 0; metric < table.schema.metrics.length; metric += 1) {
    addColumn(
      kernel,
      table,
      metric,
      rows,
      events.map(({ values }) => values[metric] ?? null),
    );
  }
}

function addColumn(
  kernel: Kernel,
  table: Table,
  metric: number,
  rows: number,
  values: readonly (bigint | null)[],
): void {
  const { exports } = kernel;
  const n = values.length;
  const all = values.every((value) => value !== null);
  const valid = all
    ? 0
    : placeMask(
        kernel,
        values.map((value) => value !== null),
      );
  const { type } = table.schema.metrics[metric]!;
  if (type === "first" || type === "last") {
    const dated = values.map((value) => value ?? 0n);
    const units = placeWords(kernel, dated.map(unitsOf));
    const instants = placeWords(kernel, dated.map(instantOf));
    const parts = [table.handle, metric, rows, units, valid, n, instants] as const;
    if (type === "first") exports.aggFirst(...parts);
    else exports.aggLast(...parts);
    return;
  }
  const column = placeWords(
    kernel,
    values.map((value) => value ?? 0n),
  );
  if (type === "count") exports.aggCount(table.handle, metric, rows, valid, n);
  if (type === "sum") exports.aggSum(table.handle, metric, rows, column, valid, n);
  if (type === "squares") exports.aggSquares(table.handle, metric, rows, column, valid, n);
  if (type === "min") exports.aggMin(table.handle, metric, rows, column, valid, n);
  if (type === "max") exports.aggMax(table.handle, metric, rows, column, valid, n);
  if (type === "hll") exports.aggHll(table.handle, metric, rows, column, valid, n);
}

function placeWords(kernel: Kernel, words: readonly bigint[]): number {
  const column = kernel.alloc(words.length * 8);
  kernel.u64.set(
    words.map((word) => BigInt.asUintN(64, word)),
    column / 8,
  );
  return column;
}

function placeMask(kernel: Kernel, mask: readonly boolean[]): number {
  return kernel.place(Uint8Array.from(mask, Number));
}

/** Copies texts into one block and returns the column of their spans. */
export function placeSpans(kernel: Kernel, texts: readonly Uint8Array[]): number {
  const block = kernel.place(Buffer.concat(texts));
  const spans = kernel.alloc(texts.length * 8);
  let at = block;
  const column = texts.map((text) => {
    const span = BigInt(at) | (BigInt(text.length) << 32n);
    at += text.length;
    return span;
  });
  kernel.u64.set(column, spans / 8);
  return spans;
}
