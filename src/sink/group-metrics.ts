// Counts what the store tells of its groups: how long they took, and the rows that were merged.

import type { PartialTable } from "../shared/model/partial.ts";
import { frameRows } from "../shared/table/frame-rows.ts";
import { LateRows } from "./late-rows.ts";
import type { SinkMetrics } from "./metrics.ts";
import type { StoreWatch } from "./store/store.ts";
import type { SummaryInfo } from "./store/summary-info.ts";

export class GroupMetrics implements StoreWatch {
  readonly #metrics: SinkMetrics;
  readonly #late = new LateRows();
  /** By key of the summary. */
  readonly #names = new Map<string, string>();

  constructor(metrics: SinkMetrics) {
    this.#metrics = metrics;
  }

  /** What is stored already; to be told before the first group. */
  know(summaries: readonly SummaryInfo[]): void {
    for (const { key, name, buckets } of summaries) {
      this.#names.set(key, name);
      this.#metrics.rows.inc({ summary: name }, 0);
      this.#metrics.lateRows.inc({ summary: name }, 0);
      for (const { bucketStart } of buckets) this.#late.see(key, bucketStart);
    }
  }

  checked(ms: number): void {
    this.#metrics.busySeconds.inc({ stage: "check" }, ms / 1000);
  }

  committed(ms: number): void {
    this.#metrics.commitSeconds.observe(ms / 1000);
    this.#metrics.busySeconds.inc({ stage: "commit" }, ms / 1000);
  }

  merged(ms: number, tables: readonly PartialTable[]): void {
    this.#metrics.mergeSeconds.observe(ms / 1000);
    this.#metrics.busySeconds.inc({ stage: "merge" }, ms / 1000);
    // A group may have very many tables, of few summaries.
    const sums = new Map<string, { rows: number; late: number }>();
    for (const { summary: key, bucketStart, frame } of tables) {
      const sum = sums.get(key) ?? { rows: 0, late: 0 };
      const rows = frameRows(frame);
      sum.rows += rows;
      if (this.#late.isLate(key, bucketStart)) sum.late += rows;
      this.#late.see(key, bucketStart);
      sums.set(key, sum);
    }
    for (const [key, { rows, late }] of sums) {
      const summary = this.#names.get(key) ?? key;
      this.#metrics.rows.inc({ summary }, rows);
      if (late > 0) this.#metrics.lateRows.inc({ summary }, late);
    }
  }
}
