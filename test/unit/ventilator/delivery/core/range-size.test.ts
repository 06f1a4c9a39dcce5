import { describe, expect, it } from "vitest";
import { RangeSizer } from "../../../../../src/ventilator/delivery/core/range-size.ts";

const MiB = 1024 * 1024;
const much = 10_000 * MiB;

function sizer(msPerMiB: number | null): RangeSizer {
  const ranges = new RangeSizer(32 * MiB);
  if (msPerMiB !== null) ranges.worked(MiB, msPerMiB);
  return ranges;
}

describe("the size of a range", () => {
  it("is the least one until a worker has shown its pace", () => {
    expect(sizer(null).next(much, 4)).toBe(8 * MiB);
  });

  it("is the greatest one for quick workers, and the least one for slow ones", () => {
    expect(sizer(2).next(much, 4)).toBe(32 * MiB);
    expect(sizer(25).next(much, 4)).toBe(10 * MiB);
    expect(sizer(1000).next(much, 4)).toBe(8 * MiB);
  });

  it("follows the pace, but not a single slow batch", () => {
    const ranges = sizer(2);
    ranges.worked(MiB, 8);
    expect(ranges.next(much, 4)).toBe(32 * MiB);
    for (let batch = 0; batch < 20; batch += 1) ranges.worked(MiB, 25);
    expect(ranges.next(much, 4) / MiB).toBeCloseTo(10, 1);
  });

  it("becomes shorter towards the end, so that all workers end together", () => {
    const ranges = sizer(2);
    const sizes = [200, 128, 100, 40, 20].map((mebibytes) => ranges.next(mebibytes * MiB, 4));
    expect(sizes).toEqual([32, 32, 25, 10, 8].map((mebibytes) => mebibytes * MiB));
  });

  it("is what makes a partial of four mebibytes, and no less than one mebibyte", () => {
    const ranges = sizer(2);
    ranges.worked(8 * MiB, 16, 8 * MiB);
    expect(ranges.next(much, 4)).toBe(4 * MiB);
    ranges.worked(4 * MiB, 8, 80 * MiB);
    expect(ranges.next(much, 4)).toBe(MiB);
    for (let batch = 0; batch < 40; batch += 1) ranges.worked(MiB, 2, MiB / 10);
    expect(ranges.next(much, 4)).toBe(32 * MiB);
  });

  it("is halved by a range that fails, and grows again with those that get through", () => {
    const ranges = sizer(2);
    ranges.failed(32 * MiB);
    expect(ranges.next(much, 4)).toBe(16 * MiB);
    ranges.failed(16 * MiB);
    ranges.failed(8 * MiB);
    expect(ranges.next(much, 4)).toBe(8 * MiB);
    for (let batch = 0; batch < 6; batch += 1) ranges.worked(MiB, 2);
    expect(ranges.next(much, 4)).toBe(10 * MiB);
    for (let batch = 0; batch < 100; batch += 1) ranges.worked(MiB, 2);
    expect(ranges.next(much, 4)).toBe(32 * MiB);
  });

  it("leaves room in the flight for every worker", () => {
    expect(sizer(2).next(much, 8)).toBe(16 * MiB);
    expect(sizer(2).next(much, 1000)).toBe(8 * MiB);
    expect(sizer(2).next(much, 0)).toBe(32 * MiB);
  });
});
