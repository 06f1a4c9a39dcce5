// Times of a batch's lines: seconds since the epoch, local times made UTC by the plan's zone, and
// numbers of buckets. Everything is exact to the second, whatever the zone does.

import { bucketOf, localToUtc } from "../../shared/model/bucket.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { IntervalList, type Interval } from "./interval-list.ts";
import type { Bucketing } from "./compiled-plan.ts";

const hourSec = 3600;

function secondAt(kernel: Kernel, column: number, line: number): number {
  return Number(BigInt.asIntN(64, kernel.u64[column / 8 + line]!));
}

/** Makes local times UTC. */
export class LocalTimes {
  readonly #kernel: Kernel;
  readonly #timezone: string;
  readonly #offsets: IntervalList;

  constructor(kernel: Kernel, timezone: string) {
    this.#kernel = kernel;
    this.#timezone = timezone;
    this.#offsets = new IntervalList(kernel);
  }

  /** @param local which of the seconds are local times; they are none afterwards */
  resolve(seconds: number, local: number, n: number): void {
    const { exports } = this.#kernel;
    const offsets = this.#offsets;
    let line = 0;
    for (;;) {
      line = exports.subtractOffsets(seconds, local, n, line, offsets.pointer, offsets.count);
      if (line >= n) return;
      offsets.add(this.#stretchAround(secondAt(this.#kernel, seconds, line)));
    }
  }

  /**
   * The clock hour around a local time if its offset is the same from end to end (the clocks never
   * change twice within an hour), or else the second alone.
   */
  #stretchAround(localSec: number): Interval {
    const start = Math.floor(localSec / hourSec) * hourSec;
    const end = start + hourSec;
    const offset = this.#offsetAt(start);
    if (this.#offsetAt(end - 1) === offset) return { start, end, value: offset };
    return { start: localSec, end: localSec + 1, value: this.#offsetAt(localSec) };
  }

  #offsetAt(localSec: number): number {
    return localSec - localToUtc(this.#timezone, localSec);
  }
}

/** Numbers the buckets of one zone and granularity in order of first appearance. */
export class Buckets {
  /** First second of each bucket, by its number. */
  readonly starts: number[] = [];
  readonly #kernel: Kernel;
  readonly #bucketing: Bucketing;
  readonly #intervals: IntervalList;

  constructor(kernel: Kernel, bucketing: Bucketing) {
    this.#kernel = kernel;
    this.#bucketing = bucketing;
    this.#intervals = new IntervalList(kernel);
  }

  /** Writes the bucket's number (u32) of every second. */
  lookUp(seconds: number, n: number, ids: number): void {
    const { exports } = this.#kernel;
    const { timezone, granularity } = this.#bucketing;
    const intervals = this.#intervals;
    let line = 0;
    for (;;) {
      line = exports.lookUp(seconds, n, line, intervals.pointer, intervals.count, ids);
      if (line >= n) return;
      const period = bucketOf(timezone, granularity, secondAt(this.#kernel, seconds, line));
      intervals.add({ ...period, value: this.starts.length });
      this.starts.push(period.start);
    }
  }
}
