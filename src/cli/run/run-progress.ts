// The progress of a run whose ventilator may be started again. Every ventilator counts from zero;
// what its predecessors counted is added here. Pure.

import type { ProgressReport } from "../../shared/process/role-report.ts";

type Counters = Pick<
  ProgressReport,
  "linesAcknowledged" | "batches" | "redelivered" | "duplicates"
>;

const none: Counters = { linesAcknowledged: 0, batches: 0, redelivered: 0, duplicates: 0 };

export class RunProgress {
  #before: Counters = none;
  #now: Counters = none;

  /** A new ventilator begins. */
  restart(): void {
    this.#before = sum(this.#before, this.#now);
    this.#now = none;
  }

  /** Takes in a ventilator's report and returns the run's. Files and bytes are as they are now. */
  add(report: ProgressReport): ProgressReport {
    this.#now = report;
    return { ...report, ...sum(this.#before, report) };
  }
}

function sum(a: Counters, b: Counters): Counters {
  return {
    linesAcknowledged: a.linesAcknowledged + b.linesAcknowledged,
    batches: a.batches + b.batches,
    redelivered: a.redelivered + b.redelivered,
    duplicates: a.duplicates + b.duplicates,
  };
}
