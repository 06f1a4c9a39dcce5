import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addSample, progressLine, speedOf } from "../../../../src/cli/screens/progress-line.ts";
import type { ProgressSample } from "../../../../src/cli/screens/progress-line.ts";
import type { ProgressReport } from "../../../../src/shared/process/role-report.ts";

const MiB = 1024 * 1024;

const report = (changes: Partial<ProgressReport> = {}): ProgressReport => ({
  type: "progress",
  filesTotal: 3,
  filesDone: 1,
  bytesTotal: 120 * MiB,
  bytesRead: 60 * MiB,
  linesAcknowledged: 500_000,
  batchesInFlight: 16,
  batches: 60,
  redelivered: 0,
  duplicates: 0,
  ...changes,
});

const samples: readonly ProgressSample[] = [
  { atMs: 1000, bytesRead: 30 * MiB, lines: 250_000 },
  { atMs: 1500, bytesRead: 60 * MiB, lines: 500_000 },
];

describe("progressLine", () => {
  it("shows bar, share, bytes, speed, flight and the time left at 120 columns", () => {
    expect(progressLine(report(), samples, 120)).toBe(
      "████████████············  50%  60.0 MiB of 120 MiB  500,000 events/s  16 in flight  ETA 0:01",
    );
  });

  it("fits 80 columns with everything in it", () => {
    const line = progressLine(report(), samples, 80);
    expect(line.length).toBeLessThanOrEqual(77);
    expect(line).toContain("16 in flight  ETA 0:01");
  });

  it("drops what says least when it gets narrow", () => {
    expect(progressLine(report(), samples, 50)).not.toContain("MiB");
    expect(progressLine(report(), samples, 50)).toContain("500,000 events/s");
    expect(progressLine(report(), samples, 26)).toMatch(/50% {2}ETA 0:01$/);
    expect(progressLine(report(), samples, 10)).toBe("50%");
  });

  it("is never as wide as the terminal, whatever the numbers", () => {
    const count = fc.nat({ max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 250 }), count, count, count, (width, a, b, c) => {
        const line = progressLine(
          report({ bytesRead: a * 1e6, bytesTotal: b * 1e6, batchesInFlight: c }),
          [
            { atMs: 0, bytesRead: 0, lines: 0 },
            { atMs: 1 + (c % 5000), bytesRead: a, lines: c },
          ],
          width,
        );
        expect(line.length).toBeLessThanOrEqual(Math.max(0, width - 3));
      }),
    );
  });

  it("promises no time while nothing has moved, and never more than 100 %", () => {
    expect(progressLine(report({ bytesRead: 0 }), [], 80)).toContain("ETA -:--");
    expect(progressLine(report({ bytesRead: 0, bytesTotal: 0 }), [], 80)).toContain("  0%");
    expect(progressLine(report({ bytesRead: 130 * MiB }), samples, 80)).toContain("100%");
  });

  it("writes long waits in hours", () => {
    const slow = [
      { atMs: 0, bytesRead: 0, lines: 0 },
      { atMs: 1000, bytesRead: 1024, lines: 10 },
    ];
    expect(progressLine(report(), slow, 120)).toMatch(/ETA 17:04:00$/);
  });
});

describe("addSample", () => {
  it("keeps two seconds", () => {
    let kept: readonly ProgressSample[] = [];
    for (let atMs = 0; atMs <= 10_000; atMs += 500) {
      kept = addSample(kept, { atMs, bytesRead: atMs, lines: atMs });
    }
    expect(kept.map(({ atMs }) => atMs)).toEqual([8000, 8500, 9000, 9500, 10_000]);
    expect(speedOf(kept, "lines")).toBe(1000);
  });

  it("starts over when the counts do", () => {
    const kept = addSample(samples, { atMs: 1600, bytesRead: 5, lines: 0 });
    expect(kept).toHaveLength(1);
    expect(speedOf(kept, "bytesRead")).toBe(0);
  });
});
