// One summary's table for one batch, with all its buckets: lines are grouped by bucket and
// dimensions, and every metric adds its column.

import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { PartialTable } from "../../shared/model/partial.ts";
import { addToColumn, type ColumnInput } from "../../shared/metric/stored-column.ts";
import { Table } from "../../shared/table/table.ts";
import type { BatchColumns, ValueColumn } from "./batch-columns.ts";
import type { MaskColumns } from "./mask-columns.ts";
import type { CompiledColumn, CompiledSummary } from "./compiled-plan.ts";

export class SummaryTable {
  readonly #kernel: Kernel;
  readonly #summary: CompiledSummary;
  readonly #columns: BatchColumns;
  readonly #masks: MaskColumns;
  readonly #table: Table;
  /** Pointers to the columns that lines are grouped by. */
  readonly #keys: number;
  readonly #rows: number;
  readonly #combined: number;

  constructor(
    kernel: Kernel,
    summary: CompiledSummary,
    columns: BatchColumns,
    masks: MaskColumns,
    scratch: { readonly rows: number; readonly mask: number },
  ) {
    this.#kernel = kernel;
    this.#summary = summary;
    this.#columns = columns;
    this.#masks = masks;
    this.#rows = scratch.rows;
    this.#combined = scratch.mask;
    this.#table = new Table(kernel, summary.schema, { bucketed: true });
    const dictionaries = summary.definition.dimensions.map((field) => columns.dictionary(field));
    dictionaries.forEach(({ dict }, dimension) =>
      kernel.exports.tableShareDictionary(this.#table.handle, dimension, dict),
    );
    const keys = [columns.bucketIds(summary.bucketing), ...dictionaries.map(({ ids }) => ids)];
    this.#keys = kernel.alloc(keys.length * 4);
    kernel.u32.set(keys, this.#keys / 4);
  }

  /** Adds a vector of lines whose columns and masks are computed. @param counted mask; 0: all lines. */
  add(n: number, counted: number): void {
    this.#kernel.exports.tableGroup(this.#table.handle, this.#keys, n, counted, this.#rows);
    this.#summary.columns.forEach((column, index) => this.#aggregate(column, index, n));
  }

  #aggregate({ layout, input, where }: CompiledColumn, column: number, n: number): void {
    const target = { table: this.#table.handle, column, rows: this.#rows };
    const values = this.#valuesOf(input);
    const mask = this.#masks.mask(where);
    const wanted =
      values === null
        ? { values: 0, mask }
        : { values: values.values, mask: this.#present(values, mask, n) };
    addToColumn(this.#kernel.exports, layout, target, wanted, n);
  }

  /** The values that go into a column; null where lines themselves are counted. */
  #valuesOf(input: ColumnInput): ValueColumn | null {
    switch (input.kind) {
      case "line":
        return null;
      case "decimal":
        return this.#columns.decimals(input.field, input.scale);
      case "hash":
        return this.#columns.hashes(input.field);
    }
  }

  /** Mask of lines that have a value and are wanted; 0 if all do and are. */
  #present({ valid, empty }: ValueColumn, mask: number, n: number): number {
    if (empty === 0) return mask;
    if (mask === 0) return valid;
    this.#kernel.exports.maskAnd(valid, mask, this.#combined, n);
    return this.#combined;
  }

  /** The table's frames by bucket, ascending. */
  *encode(): Generator<PartialTable, void, undefined> {
    // Lines that do not count have buckets, too.
    const { starts } = this.#columns.buckets(this.#summary.bucketing);
    const order = [...starts.keys()].sort((a, b) => starts[a]! - starts[b]!);
    for (const { bucket, frame } of this.#table.encodeBuckets(starts.length, order)) {
      yield { summary: this.#summary.key, bucketStart: starts[bucket]!, frame };
    }
  }
}
