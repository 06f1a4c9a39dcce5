// What a finished run says to programs. Pure, and apart from what it says to people, which takes
// the store and the kernel to find out.

import type { DoneReport } from "./done-report.ts";
import {
  balanceJson,
  examplesOfRun,
  sheetsJson,
  sheetsSince,
  totalBalance,
} from "./balance-sheet.ts";
import { unfinishedJson } from "./unfinished.ts";

/** The object that `logmill run --json` prints. @param seconds wall time, start included. */
export function runJson(report: DoneReport, seconds: number): Record<string, unknown> {
  const { sheets, sheetsBefore, examples, progress } = report;
  const since = sheetsSince(sheetsBefore, sheets);
  const run = totalBalance(since);
  return {
    ...balanceJson(run),
    batches: progress.batches,
    redelivered: progress.redelivered,
    duplicates: progress.duplicates,
    seconds: Number(seconds.toFixed(3)),
    events_per_second: Math.round(run.lines / seconds),
    unfinished: unfinishedJson(report.unfinished),
    lost: report.lostLines,
    ...sheetsJson(since),
    samples: examplesOfRun(since, examples),
    total: { ...balanceJson(totalBalance(sheets)), ...sheetsJson(sheets) },
  };
}
