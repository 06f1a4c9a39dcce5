import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compactionLimits,
  planCompaction,
  type PlannedFile,
  type PlannedRun,
} from "../../../src/sink/store/embedded/segment/compaction-plan.ts";

type File = PlannedFile<PlannedRun>;

function runOf(bucketStart: number, bytes: number): PlannedRun {
  return { summaryKey: "s", bucketStart, bytes };
}

/** Carries out a plan as a compactor does: chosen runs go into one new file, empty files go. */
function carryOut(files: readonly File[], number: number): File[] | null {
  const { chosen } = planCompaction(files);
  if (chosen.length === 0) return null;
  const gone = new Set(chosen.map(({ run }) => run));
  const tables = new Map<number, number>();
  for (const { run } of chosen) {
    tables.set(run.bucketStart, (tables.get(run.bucketStart) ?? 0) + run.bytes);
  }
  const runs = [...tables].map(([bucketStart, bytes]) => runOf(bucketStart, bytes));
  const runBytes = runs.reduce((sum, { bytes }) => sum + bytes, 0);
  const kept = files
    .map((file) => ({ ...file, runs: file.runs.filter((run) => !gone.has(run)) }))
    .filter((file) => file.runs.length > 0);
  return [...kept, { number, runBytes, runs }];
}

function runsByTable(files: readonly File[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { bucketStart } of files.flatMap(({ runs }) => runs)) {
    counts.set(bucketStart, (counts.get(bucketStart) ?? 0) + 1);
  }
  return counts;
}

const flush = fc.uniqueArray(
  fc.tuple(fc.nat(12), fc.integer({ min: 30, max: 100_000 })).map((run) => runOf(...run)),
  { selector: ({ bucketStart }) => bucketStart, minLength: 1, maxLength: 5 },
);

describe("compaction", () => {
  test("keeps runs per table and files within their bounds, and comes to an end", () => {
    fc.assert(
      fc.property(fc.array(flush, { maxLength: 120 }), (flushes) => {
        let files: File[] = [];
        let number = 0;
        for (const runs of flushes) {
          number += 1;
          const runBytes = runs.reduce((sum, { bytes }) => sum + bytes, 0);
          files.push({ number, runBytes, runs });
          for (let round = 0; ; round += 1) {
            expect(round).toBeLessThan(4);
            number += 1;
            const next = carryOut(files, number);
            if (next === null) break;
            files = next;
          }
          expect(Math.max(...runsByTable(files).values())).toBeLessThanOrEqual(
            compactionLimits.runsPerTableMax,
          );
          expect(files.length).toBeLessThanOrEqual(compactionLimits.filesMax);
        }
      }),
    );
  });

  test("rewrites a byte a few times while thousands of flushes are added to one table", () => {
    let files: File[] = [];
    let rewritten = 0;
    let flushed = 0;
    for (let number = 1; number <= 4000; number += 1) {
      files.push({ number, runBytes: 1000, runs: [runOf(0, 1000)] });
      flushed += 1000;
      const next = carryOut(files, 1_000_000 + number);
      if (next === null) continue;
      rewritten += next.at(-1)!.runBytes;
      files = next;
    }
    expect(rewritten / flushed).toBeLessThan(6);
  });

  test("leaves well alone", () => {
    expect(planCompaction([])).toEqual({ chosen: [], runsMost: 0 });
    const runs = [runOf(0, 40)];
    const plan = planCompaction([{ number: 1, runBytes: 40, runs }]);
    expect(plan).toEqual({ chosen: [], runsMost: 1 });
  });

  test("empties a file that is mostly dead", () => {
    const live = runOf(0, 40);
    const { chosen } = planCompaction([{ number: 1, runBytes: 100, runs: [live] }]);
    expect(chosen).toEqual([{ file: 1, run: live }]);
  });
});
