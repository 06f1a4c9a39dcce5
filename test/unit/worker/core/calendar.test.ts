import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { bucketOf, localToUtc } from "../../../../src/shared/model/bucket.ts";
import { loadKernel } from "../../../../src/shared/kernel/kernel.ts";
import { Buckets, LocalTimes } from "../../../../src/worker/core/calendar.ts";
import { IntervalList } from "../../../../src/worker/core/interval-list.ts";
import { column, numbersAt, wordsAt } from "../../../support/kernel-columns.ts";

const kernel = loadKernel(9);
beforeEach(() => kernel.reset());

function secondsColumn(seconds: readonly number[]): number {
  const pointer = column(kernel, seconds.length, 8);
  seconds.forEach((second, line) => (kernel.u64[pointer / 8 + line] = BigInt(second)));
  return pointer;
}

const timezone = fc.constantFrom("UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns");
/** Around changes of the clocks in 2011, and anywhere between the years 0 and 9999. */
const second = fc.oneof(
  fc
    .constantFrom(1_301_187_600, 1_319_936_400, 1_301_751_000, 1_317_483_000)
    .chain((change) => fc.integer({ min: change - 8000, max: change + 8000 })),
  fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }),
);

describe("Buckets", () => {
  it("numbers the bucket of every second in order of first appearance", () => {
    const granularity = fc.constantFrom("hour", "day", "week", "month");
    fc.assert(
      fc.property(fc.array(second), timezone, granularity, (seconds, zone, unit) => {
        kernel.reset();
        const buckets = new Buckets(kernel, {
          timestamp: "timestamp",
          timezone: zone,
          granularity: unit,
        });
        const n = seconds.length;
        const ids = column(kernel, n, 4);
        buckets.lookUp(secondsColumn(seconds), n, ids);
        const starts = seconds.map((value) => bucketOf(zone, unit, value).start);
        expect(numbersAt(kernel, ids, n).map((id) => buckets.starts[id])).toEqual(starts);
        expect(buckets.starts).toEqual([...new Set(starts)]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("LocalTimes", () => {
  it("makes local times UTC, also in gaps and folds, and leaves the others alone", () => {
    const lines = fc.array(fc.tuple(second, fc.boolean()));
    fc.assert(
      fc.property(lines, timezone, (values, zone) => {
        kernel.reset();
        const n = values.length;
        const seconds = secondsColumn(values.map(([value]) => value));
        const local = column(kernel, n, 1);
        values.forEach(([, isLocal], line) => (kernel.u8[local + line] = isLocal ? 1 : 0));
        new LocalTimes(kernel, zone).resolve(seconds, local, n);
        const expected = values.map(([value, isLocal]) =>
          BigInt(isLocal ? localToUtc(zone, value) : value),
        );
        expect(wordsAt(kernel, seconds, n)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe("IntervalList", () => {
  it("keeps intervals sorted and finds them, in whatever order they come and however many", () => {
    const list = new IntervalList(kernel);
    const starts = Array.from({ length: 300 }, (_, index) => ((index * 7919) % 300) * 10 - 1000);
    starts.forEach((start) => list.add({ start, end: start + 10, value: start + 5000 }));
    const ids = column(kernel, 300, 4);
    const seconds = secondsColumn(starts.map((start) => start + 9));
    expect(kernel.exports.lookUp(seconds, 300, 0, list.pointer, list.count, ids)).toBe(300);
    expect(numbersAt(kernel, ids, 300)).toEqual(starts.map((start) => start + 5000));
    const outside = secondsColumn([-1000, -1001, 2000]);
    expect(kernel.exports.lookUp(outside, 3, 0, list.pointer, list.count, ids)).toBe(1);
    expect(kernel.exports.lookUp(outside, 3, 2, list.pointer, list.count, ids)).toBe(2);
  });

  it("refuses an interval that is empty or overlaps another", () => {
    const list = new IntervalList(kernel);
    list.add({ start: 0, end: 10, value: 1 });
    for (const [start, end] of [
      [20, 20],
      [9, 12],
      [-5, 1],
      [0, 10],
    ] as const) {
      expect(() => list.add({ start, end, value: 2 })).toThrow("assertion failed");
    }
  });
});
