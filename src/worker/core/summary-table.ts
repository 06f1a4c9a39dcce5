// One summary's table for one batch, with all its buckets: lines are grouped by bucket and
// dimensions, and every metric adds its column.

import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { PartialTable } from "../../shared/model/partial.ts";
import {
  addToColumn,
  type AggregateInput,
  type ColumnInput,
} from "../../shared/metric/stored-column.ts";
import { Table } from "../../shared/table/table.ts";
import type { BatchColumns, ValueColumn } from "./batch-columns.ts";
import type { MaskColumns } from "./mask-columns.ts";
import { ExplodedTable } from "./exploded-table.ts";
import type { CompiledColumn, CompiledSummary } from "./compiled-plan.ts";

export class SummaryTable {
  readonly #kernel: Kernel;
  readonly #summary: CompiledSummary;
  readonly #columns: BatchColumns;
  readonly #masks: MaskColumns;
  readonly #table: Table;
  /** The columns that lines are grouped by, and their list in memory. */
  readonly #ids: readonly number[];
  readonly #keys: number;
  readonly #exploded: ExplodedTable | null;
  /** When the lines were, 0 where no column keeps that. */
  readonly #instants: number;
  readonly #rows: number;
  readonly #combined: number;

  constructor(
    kernel: Kernel,
    summary: CompiledSummary,
    columns: BatchColumns,
    masks: MaskColumns,
    scratch: { readonly rows: number; readonly mask: number; readonly vectorLines: number },
  ) {
    this.#kernel = kernel;
    this.#summary = summary;
    this.#columns = columns;
    this.#masks = masks;
    this.#rows = scratch.rows;
    this.#combined = scratch.mask;
    this.#table = new Table(kernel, summary.schema, { bucketed: true });
    const { dimensions, explode } = summary.definition;
    const { vectorLines } = scratch;
    this.#exploded =
      explode === undefined ? null : new ExplodedTable(kernel, columns, explode, vectorLines);
    const dictionaries = dimensions.map((field) => columns.dictionary(field));
    dimensions.forEach((field, dimension) => {
      const { dict } = field === explode?.field ? this.#exploded!.lines : dictionaries[dimension]!;
      kernel.exports.tableShareDictionary(this.#table.handle, dimension, dict);
    });
    this.#ids = [columns.bucketIds(summary.bucketing), ...dictionaries.map(({ ids }) => ids)];
    const isDated = summary.columns.some(({ input }) => input.kind === "dated");
    this.#instants = isDated ? columns.instants(summary.definition.timestamp) : 0;
    this.#keys = kernel.alloc(this.#ids.length * 4);
    kernel.u32.set(this.#ids, this.#keys / 4);
  }

  /** Adds a vector of lines whose columns and masks are computed. @param counted mask; 0: all lines. */
  add(n: number, counted: number): void {
    const exploded = this.#exploded;
    if (exploded === null) {
      this.#addRows(n, counted, (input) => input);
      return;
    }
    const at = 1 + this.#summary.definition.dimensions.indexOf(exploded.field);
    for (const part of exploded.lines.parts(n, counted)) {
      const keys = exploded.keysOf(part, this.#ids, at);
      this.#kernel.u32.set(keys, this.#keys / 4);
      this.#addRows(part.n, 0, (input) => exploded.inputOf(part, input), n);
    }
  }

  /**
   * Adds rows of the key columns.
   * @param of the values and the mask of the rows, from those of the lines
   * @param lines of the vector, where the rows stand for others
   */
  #addRows(
    n: number,
    counted: number,
    of: (input: AggregateInput) => AggregateInput,
    lines = n,
  ): void {
    this.#kernel.exports.tableGroup(this.#table.handle, this.#keys, n, counted, this.#rows);
    this.#summary.columns.forEach((column, index) => {
      const target = { table: this.#table.handle, column: index, rows: this.#rows };
      const input = of(this.#inputOf(column, lines));
      addToColumn(this.#kernel.exports, column.layout, target, input, n);
    });
  }

  #inputOf({ input, where }: CompiledColumn, n: number): AggregateInput {
    const values = this.#valuesOf(input);
    const mask = this.#masks.mask(where);
    if (values === null) return { values: 0, mask, instants: 0 };
    const instants = input.kind === "dated" ? this.#instants : 0;
    return { values: values.values, mask: this.#present(values, mask, n), instants };
  }

  /** The values that go into a column; null where lines themselves are counted. */
  #valuesOf(input: ColumnInput): ValueColumn | null {
    switch (input.kind) {
      case "line":
        return null;
      case "decimal":
      case "dated":
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
