// A table that keeps no more than a number of rows: those with the smallest key hashes. What the
// others add up to is one overflow row. A row that stays is complete, for it was never put out, so
// the outcome is a function of the set of events: neither order nor batches show.
//
// Rows are put out only when there are about twice as many as allowed, and when the table is read:
// a table below its bound pays one comparison a frame.

import type { Kernel } from "../kernel/kernel.ts";
import { Overflow } from "./overflow.ts";
import { RowLimitFinder, rowsBeforeFolding } from "./row-limit.ts";
import type { TableSchema } from "./schema.ts";
import { Table } from "./table.ts";

/** Rows that are moved at a time when a table is folded. */
const rowsPerMove = 1024;

export class CappedTable {
  readonly schema: TableSchema;
  readonly #kernel: Kernel;
  readonly #maxRows: number;
  readonly #overflow: Overflow;
  #table: Table;
  #rowsFolded = 0;

  constructor(kernel: Kernel, schema: TableSchema, maxRows: number) {
    this.schema = schema;
    this.#kernel = kernel;
    this.#maxRows = maxRows;
    this.#overflow = new Overflow(kernel, schema);
    this.#table = new Table(kernel, schema);
  }

  /** Rows, the overflow row included; before it is read, there may be more than in the end. */
  get rows(): number {
    return this.#table.rows + (this.#overflow.isEmpty ? 0 : 1);
  }

  /** Rows that were added to the overflow row; a key that came again counts again. */
  get rowsFolded(): number {
    return this.#rowsFolded;
  }

  get bytesUsed(): number {
    return this.#table.bytesUsed + this.#overflow.bytesUsed;
  }

  /** As `Table.growth`. */
  growth(rows: number, frameBytes: number): number {
    return this.#table.growth(rows, frameBytes);
  }

  /** Merges a table frame. @throws LogmillError bad_table; the table is then unchanged. */
  merge(frame: Uint8Array): void {
    this.#table.merge(frame);
    if (this.#table.rows > rowsBeforeFolding(this.#maxRows)) this.#fold();
  }

  /** As `Table.encodeSorted`; the overflow row is the last frame, if there is one. */
  *encodeSorted(rowsPerFrame: number): Generator<Uint8Array, void, undefined> {
    for (const step of this.encodeSortedSteps(rowsPerFrame)) if (step !== null) yield step;
  }

  /** As `encodeSorted` in short steps, of which those without a frame give null. */
  *encodeSortedSteps(rowsPerFrame: number): Generator<Uint8Array | null, void, undefined> {
    if (this.#table.rows > this.#maxRows) this.#fold();
    yield* this.#table.encodeSortedSteps(rowsPerFrame);
    const overflow = this.#overflow.encode();
    if (overflow !== null) yield overflow;
  }

  #fold(): void {
    const whole = this.#table;
    const finder = new RowLimitFinder(this.#kernel, this.#maxRows);
    finder.add(whole);
    const limit = finder.limit(this.#maxRows)!;
    finder.free();
    const kept = new Table(this.#kernel, this.schema);
    for (const { frame, isWithin } of whole.encodeParted(rowsPerMove, limit)) {
      if (isWithin) kept.merge(frame);
      else this.#overflow.addRows(frame, this.#maxRows);
    }
    limit.free();
    this.#rowsFolded += whole.rows - kept.rows;
    this.#table = kept;
    whole.free();
  }
}
