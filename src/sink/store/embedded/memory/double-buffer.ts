// The live tables twice: those that grow, and those that are being written to segments meanwhile. So
// the sink goes on merging while it flushes, and each half has three eighths of the memory: a quarter is
// left for what is being received, checked, read and compacted beside them.

import { assert } from "../../../../shared/base/assert.ts";
import { loadSeededKernel } from "../../../../shared/kernel/seeded-kernel.ts";
import { LiveTables } from "./live-tables.ts";

/** Of the memory, for each half. */
const halfShare = 3 / 8;

export class DoubleBuffer {
  readonly halfBytesMax: number;
  #active: LiveTables;
  #other: LiveTables | null = null;
  #isFlushing = false;

  constructor(liveBytesMax: number, active: LiveTables) {
    this.halfBytesMax = liveBytesMax * halfShare;
    this.#active = active;
  }

  /** What merges go to. */
  get active(): LiveTables {
    return this.#active;
  }

  /** Both, as far as they hold anything that no segment holds. */
  get all(): readonly LiveTables[] {
    return this.#isFlushing ? [this.#active, this.#other!] : [this.#active];
  }

  get bytes(): number {
    return this.all.reduce((sum, tables) => sum + tables.bytes, 0);
  }

  /** Rows of a summary that were added to overflow rows in memory. */
  rowsFolded(summaryKey: string): number {
    const other = this.#other?.rowsFolded(summaryKey) ?? 0;
    return this.#active.rowsFolded(summaryKey) + other;
  }

  get isOverBudget(): boolean {
    return this.#active.bytesWhenSorted > this.halfBytesMax && !this.#active.isEmpty;
  }

  /** Hands out the tables for writing, and goes on with empty ones. */
  freeze(): LiveTables {
    assert(!this.#isFlushing, "one half is flushed at a time");
    const frozen = this.#active;
    this.#active = this.#other ?? new LiveTables(loadSeededKernel());
    this.#other = frozen;
    this.#isFlushing = true;
    return frozen;
  }

  /** The frozen tables are in segments now. */
  thaw(): void {
    assert(this.#isFlushing, "only what is frozen thaws");
    // Memory of a kernel never shrinks: what one large batch has taken is not kept for all that follow.
    const isLarge = this.#other!.bytes > this.halfBytesMax;
    this.#other!.clear();
    if (isLarge) this.#other!.moveTo(loadSeededKernel());
    this.#isFlushing = false;
  }
}
