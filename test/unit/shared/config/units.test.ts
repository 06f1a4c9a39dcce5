import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  durationPattern,
  formatDuration,
  formatSize,
  parseDuration,
  parseSize,
  sizePattern,
} from "../../../../src/shared/config/units.ts";

describe("sizes", () => {
  it.each([
    ["0", 0],
    ["512", 512],
    ["512B", 512],
    ["64KiB", 65_536],
    ["64 KiB", 65_536],
    ["1.5MiB", 1_572_864],
    ["1MB", 1_000_000],
    ["1kB", 1000],
    ["2GiB", 2_147_483_648],
  ])("%s are %d bytes", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
    expect(text).toMatch(new RegExp(sizePattern));
  });

  it.each(["", "KiB", "64kib", "64K", "-1", "1e3", "0.3B", "1.0001KiB", "99999999GiB", "1 2"])(
    "%j is none",
    (text) => {
      expect(parseSize(text)).toBeNull();
    },
  );

  it("are read as they are written", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
    expect(formatSize(1024 ** 2)).toBe("1MiB");
    expect(formatSize(1000)).toBe("1kB");
  });
});

describe("durations", () => {
  it.each([
    ["200ms", 200],
    ["0ms", 0],
    ["5s", 5000],
    ["1.5s", 1500],
    ["1m", 60_000],
    ["1h", 3_600_000],
  ])("%s are %d milliseconds", (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
    expect(text).toMatch(new RegExp(durationPattern));
  });

  it.each(["", "5", "ms", "5d", "5S", "-5s", "0.1ms"])("%j is none", (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it("are read as they are written", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });
});
