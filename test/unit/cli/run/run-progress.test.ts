import { describe, expect, it } from "vitest";
import { RunProgress } from "../../../../src/cli/run/run-progress.ts";
import type { ProgressReport } from "../../../../src/shared/process/role-report.ts";

const report = (batches: number, bytesRead = 0): ProgressReport => ({
  type: "progress",
  filesTotal: 3,
  filesDone: 0,
  bytesTotal: 100,
  bytesRead,
  linesAcknowledged: batches * 10,
  batchesInFlight: 1,
  batches,
  redelivered: 1,
  duplicates: 0,
});

describe("RunProgress", () => {
  it("passes on what the first ventilator counts", () => {
    const progress = new RunProgress();
    progress.restart();
    expect(progress.add(report(5))).toEqual(report(5));
    expect(progress.add(report(7))).toEqual(report(7));
  });

  it("adds what ventilators before the present one counted, each once", () => {
    const progress = new RunProgress();
    progress.restart();
    progress.add(report(5));
    progress.add(report(7, 60));
    progress.restart();
    progress.restart();
    expect(progress.add(report(0, 70))).toEqual({
      ...report(7, 70),
      redelivered: 2,
    });
    expect(progress.add(report(3, 90)).batches).toBe(10);
  });
});
