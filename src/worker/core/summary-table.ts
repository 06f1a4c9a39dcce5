// One summary's table for one batch, with all its buckets: lines are grouped by bucket and
// dimensions, and every metric adds its column.

import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { PartialTable } from "../../shared/model/partial.ts";
import { addToColumn, type ColumnInput } from "../../shared/metric/stored-column.ts";
import { Table } from "../../shared/table/table.ts";
import type { BatchColumns, ValueColumn } from "./batch-columns.ts";
import type { Buckets } from "./calendar.ts";
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
  /** Buckets that have a line of this summary; null where every bucket has, for want of a `where`. */
  #used: Uint8Array | null;

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
    this.#used = summary.where === null ? null : new Uint8Array(0);
    this.#table = new Table(kernel, summary.schema, { bucketed: true });
    const dictionaries = summary.definition.dimensions.map((field) => columns.dictionary(field));
    dictionaries.forEach(({ dict }, dimension) =>
      kernel.exports.tableShareDictionary(this.#table.handle, dimension, dict),
    );
    const keys = [columns.bucketIds(summary.bucketing), ...dictionaries.map(({ ids }) => ids)];
    this.#keys = kernel.alloc(keys.length * 4);
    kernel.u32.set(keys, this.#keys / 4);
  }

  /** Adds a vector of lines whose columns and masks are computed. */
  add(n: number): void {
    const where = this.#masks.mask(this.#summary.where);
    this.#kernel.exports.tableGroup(this.#table.handle, this.#keys, n, where, this.#rows);
    this.#summary.columns.forEach((column, index) => this.#aggregate(column, index, n));
    if (where !== 0) this.#noteBuckets(where, n);
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

  #noteBuckets(where: number, n: number): void {
    const buckets = this.#columns.buckets(this.#summary.bucketing).starts.length;
    const flags = this.#kernel.place(new Uint8Array(buckets));
    const ids = this.#columns.bucketIds(this.#summary.bucketing);
    this.#kernel.exports.maskScatter(ids, where, n, flags);
    const used = this.#kernel.u8.slice(flags, flags + buckets);
    this.#used!.forEach((flag, bucket) => (used[bucket]! |= flag));
    this.#used = used;
    this.#kernel.free(flags, buckets);
  }

  /** The table's frames by bucket, ascending. */
  encode(): PartialTable[] {
    const buckets: Buckets = this.#columns.buckets(this.#summary.bucketing);
    return buckets.starts
      .map((bucketStart, bucket) => ({ bucketStart, bucket }))
      .filter(({ bucket }) => this.#used === null || this.#used[bucket] === 1)
      .sort((a, b) => a.bucketStart - b.bucketStart)
      .map(({ bucketStart, bucket }) => ({
        summary: this.#summary.key,
        bucketStart,
        frame: this.#table.encode(bucket),
      }));
  }
}
