// Intervals of seconds that a batch has met, for the kernel to look lines up in: the buckets of a
// granularity, and stretches of local time with one offset. The kernel stops at the first line that
// no interval holds; the interval is found here, by the calendar, and the kernel goes on.

import { assert } from "../../shared/base/assert.ts";
import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";

export interface Interval {
  readonly start: number;
  /** First second after it. */
  readonly end: number;
  readonly value: number;
}

const capacityFirst = 64;

export class IntervalList {
  readonly #kernel: Kernel;
  readonly #intervals: Interval[] = [];
  #capacity = capacityFirst;
  #pointer: number;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#pointer = kernel.alloc(capacityFirst * layout.intervalBytes);
  }

  get pointer(): number {
    return this.#pointer;
  }

  get count(): number {
    return this.#intervals.length;
  }

  /** Adds an interval that touches none of those there. */
  add(interval: Interval): void {
    const index = this.#placeOf(interval.start);
    const before = this.#intervals[index - 1];
    const after = this.#intervals[index];
    assert(interval.start < interval.end, "an interval is not empty");
    assert(before === undefined || before.end <= interval.start, "intervals are disjoint");
    assert(after === undefined || interval.end <= after.start, "intervals are disjoint");
    this.#intervals.splice(index, 0, interval);
    this.#makeRoom();
    const at = this.#pointer + index * layout.intervalBytes;
    const end = this.#pointer + (this.#intervals.length - 1) * layout.intervalBytes;
    this.#kernel.u8.copyWithin(at + layout.intervalBytes, at, end);
    const words = this.#kernel.u64;
    words[(at + layout.intervalStart) / 8] = BigInt(interval.start);
    words[(at + layout.intervalEnd) / 8] = BigInt(interval.end);
    words[(at + layout.intervalValue) / 8] = BigInt(interval.value);
  }

  /** Number of intervals that start before this second. */
  #placeOf(start: number): number {
    let low = 0;
    let high = this.#intervals.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#intervals[middle]!.start < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #makeRoom(): void {
    if (this.#intervals.length <= this.#capacity) return;
    const bytes = this.#capacity * layout.intervalBytes;
    const larger = this.#kernel.alloc(bytes * 2);
    this.#kernel.u8.copyWithin(larger, this.#pointer, this.#pointer + bytes);
    this.#kernel.free(this.#pointer, bytes);
    this.#pointer = larger;
    this.#capacity *= 2;
  }
}
