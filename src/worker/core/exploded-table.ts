// The columns of a summary's rows where a line counts for each of several values: those of the lines, gathered.

import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { AggregateInput } from "../../shared/metric/stored-column.ts";
import type { Explode } from "../../shared/model/list-elements.ts";
import type { BatchColumns } from "./batch-columns.ts";
import { ExplodedLines, type ExplodedPart } from "./exploded-lines.ts";

export class ExplodedTable {
  readonly lines: ExplodedLines;
  readonly field: string;
  readonly #columns: BatchColumns;
  /** Columns for what is gathered, by the place of a key. */
  readonly #ids: number[] = [];
  readonly #values: number;
  #instants = 0;
  readonly #mask: number;

  /** @param vectorLines how many rows are made at a time */
  constructor(kernel: Kernel, columns: BatchColumns, explode: Explode, vectorLines: number) {
    this.lines = new ExplodedLines(kernel, columns, explode, vectorLines);
    this.field = explode.field;
    this.#columns = columns;
    this.#values = columns.take(8);
    this.#mask = columns.take(1);
  }

  /** The key columns of some rows. @param at place of the key that is the element itself */
  keysOf(part: ExplodedPart, ids: readonly number[], at: number): readonly number[] {
    return ids.map((column, index) => {
      if (index === at) return part.elements;
      const out = (this.#ids[index] ??= this.#columns.take(4));
      return part.gather(column, 4, out);
    });
  }

  /** What is added to a column: good until the next call. */
  inputOf(part: ExplodedPart, { values, mask, instants }: AggregateInput): AggregateInput {
    return {
      values: values === 0 ? 0 : part.gather(values, 8, this.#values),
      instants: instants === 0 ? 0 : this.#gatherInstants(part, instants),
      mask: mask === 0 ? 0 : part.gather(mask, 1, this.#mask),
    };
  }

  #gatherInstants(part: ExplodedPart, instants: number): number {
    if (this.#instants === 0) this.#instants = this.#columns.take(8);
    return part.gather(instants, 8, this.#instants);
  }
}
