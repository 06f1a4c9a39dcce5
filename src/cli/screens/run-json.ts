// What a finished run says to programs. Pure, and apart from what it says to people, which takes
// the store and the kernel to find out.

import type { DoneReport } from "./done-report.ts";
import { balanceJson, balanceSince, totalBalance } from "./balance-sheet.ts";
import { unfinishedJson } from "./unfinished.ts";

/** The object that `logmill run --json` prints. @param seconds wall time, start included. */
export function runJson(report: DoneReport, seconds: number): Record<string, unknown> {
  const before = totalBalance(report.balanceBefore);
  const total = totalBalance(report.balance);
  const run = balanceSince(before, total);
  return {
    ...balanceJson(run),
    batches: report.progress.batches,
    redelivered: report.progress.redelivered,
    duplicates: report.progress.duplicates,
    seconds: Number(seconds.toFixed(3)),
    events_per_second: Math.round(run.lines / seconds),
    unfinished: unfinishedJson(report.unfinished),
    total: balanceJson(total),
  };
}
