// Which rows of a table stay: those with the `maxRows` smallest key hashes, equal ones by key. Hashes
// are gathered from any number of tables whose keys are distinct, in bounded memory, and then the
// limit is applied to tables that come in ascending order of keys.

import { assert } from "../base/assert.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { limitBytes, RowLimit } from "./row-limit-handle.ts";
import type { Table } from "./table.ts";

const hashBytes = 8;
const capacityMin = 1024;

/** Rows up to which a table may grow before it is brought back to `maxRows`. */
export function rowsBeforeFolding(maxRows: number): number {
  return Math.max(2 * maxRows, maxRows + capacityMin);
}

export class RowLimitFinder {
  readonly #kernel: Kernel;
  #hashes: number;
  #capacity = capacityMin;
  #held = 0;
  #rows = 0;
  readonly #maxRows: number;

  constructor(kernel: Kernel, maxRows: number) {
    assert(maxRows > 0, "at least one row stays");
    this.#kernel = kernel;
    this.#maxRows = maxRows;
    this.#hashes = kernel.alloc(this.#capacity * hashBytes);
  }

  /** Rows seen. */
  get rows(): number {
    return this.#rows;
  }

  /** Looks at all rows of a table. */
  add(table: Table): void {
    const { rows } = table;
    this.#reserve(rows);
    table.hashRows(this.#hashes + this.#held * hashBytes);
    this.#held += rows;
    this.#rows += rows;
    if (this.#held > rowsBeforeFolding(this.#maxRows)) this.#keep(this.#maxRows);
  }

  /**
   * The limit that lets `maxRows` of the rows seen through; null if there are no more than that.
   * @param maxRows at most what the finder was made for.
   */
  limit(maxRows: number): RowLimit | null {
    if (this.#rows <= maxRows) return null;
    return new RowLimit(this.#kernel, this.#find(maxRows));
  }

  free(): void {
    this.#kernel.free(this.#hashes, this.#capacity * hashBytes);
  }

  #find(count: number): number {
    const limit = this.#kernel.alloc(limitBytes);
    this.#kernel.exports.hashLimit(this.#hashes, this.#held, count, limit);
    return limit;
  }

  #keep(count: number): void {
    const limit = this.#find(count);
    this.#held = this.#kernel.exports.hashKeep(this.#hashes, this.#held, limit) >>> 0;
    this.#kernel.free(limit, limitBytes);
  }

  #reserve(more: number): void {
    let capacity = this.#capacity;
    while (capacity < this.#held + more) capacity *= 2;
    if (capacity === this.#capacity) return;
    const larger = this.#kernel.alloc(capacity * hashBytes);
    this.#kernel.u8.copyWithin(larger, this.#hashes, this.#hashes + this.#held * hashBytes);
    this.free();
    this.#hashes = larger;
    this.#capacity = capacity;
  }
}
