import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compactionLimits,
  planCompaction,
  type PlannedFile,
  type PlannedRun,
} from "../../../src/sink/store/embedded/segment/compaction-plan.ts";

type File = PlannedFile<PlannedRun>;

/** Carries out a plan as a compactor does: chosen runs go into one new file, empty files go. */
function carryOut(files: readonly File[], number: number): File[] | null {
  const chosen = planCompaction(files);
  if (chosen.length === 0) return null;
  const gone = new Set(chosen.map(({ run }) => run));
  const tables = new Map<string, number>();
  for (const { run } of chosen) tables.set(run.table, (tables.get(run.table) ?? 0) + run.bytes);
  const runs = [...tables].map(([table, bytes]) => ({ table, bytes }));
  const runBytes = runs.reduce((sum, { bytes }) => sum + bytes, 0);
  const kept = files
    .map((file) => ({ ...file, runs: file.runs.filter((run) => !gone.has(run)) }))
    .filter((file) => file.runs.length > 0);
  return [...kept, { number, runBytes, runs }];
}

function runsByTable(files: readonly File[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { table } of files.flatMap(({ runs }) => runs)) {
    counts.set(table, (counts.get(table) ?? 0) + 1);
  }
  return counts;
}

const flush = fc.uniqueArray(
  fc.record({ table: fc.nat(12).map(String), bytes: fc.integer({ min: 30, max: 100_000 }) }),
  { selector: ({ table }) => table, minLength: 1, maxLength: 5 },
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
      files.push({ number, runBytes: 1000, runs: [{ table: "t", bytes: 1000 }] });
      flushed += 1000;
      const next = carryOut(files, 1_000_000 + number);
      if (next === null) continue;
      rewritten += next.at(-1)!.runBytes;
      files = next;
    }
    expect(rewritten / flushed).toBeLessThan(6);
  });

  test("leaves well alone", () => {
    expect(planCompaction([])).toEqual([]);
    const runs = [{ table: "t", bytes: 40 }];
    expect(planCompaction([{ number: 1, runBytes: 40, runs }])).toEqual([]);
  });

  test("empties a file that is mostly dead", () => {
    const live = { table: "t", bytes: 40 };
    const plan = planCompaction([{ number: 1, runBytes: 100, runs: [live] }]);
    expect(plan).toEqual([{ file: 1, run: live }]);
  });
});
