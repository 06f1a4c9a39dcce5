// How close the tables come to the bound on their rows: metrics by summary, and one line in the log
// for a summary when buckets of it reach 80 % of the bound, and when they go beyond. Beyond it totals stay exact, but
// single rows are lost to the overflow row, and only somebody who is told can change that.
//
// A bucket that lies in several segments is known to have as many rows as its largest part, so the
// alarm is never false; it may wait for a compaction.

import type { Logger } from "../shared/runtime/logger.ts";
import { Counter, Gauge, type Registry } from "../shared/runtime/metrics.ts";
import { bucketLabel } from "../shared/model/bucket.ts";
import { rowBounds } from "../shared/table/row-bounds.ts";
import { sharedAnswer } from "./shared-answer.ts";
import type { StoreNumbers, TableReader } from "./store/store.ts";
import type { SummaryInfo } from "./store/summary-info.ts";

const nearShare = 0.8;

/** How many buckets of a summary were told of. */
interface Told {
  readonly near: number;
  readonly over: number;
}

export class RowLimitAlerts {
  readonly #store: TableReader;
  readonly #logger: Logger;
  /** By key of the summary. */
  readonly #told = new Map<string, Told>();

  constructor(store: TableReader, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** One sentence a summary, however many buckets it is about; again when they are twice as many. */
  async check(): Promise<void> {
    for (const summary of await this.#store.summaries()) {
      const { maxRows } = rowBounds(summary.definition);
      const over = summary.buckets.filter(({ rowsLeast }) => rowsLeast > maxRows);
      const near = summary.buckets.filter(
        ({ rowsLeast }) => rowsLeast >= nearShare * maxRows && rowsLeast <= maxRows,
      );
      const told = this.#told.get(summary.key) ?? { near: 0, over: 0 };
      const isMoreOver = over.length > 0 && over.length >= 2 * told.over;
      const isMoreNear = near.length > 0 && near.length >= 2 * told.near;
      if (isMoreOver) this.#tellOver(summary, over, maxRows);
      if (isMoreNear) this.#tellNear(summary, near, maxRows);
      this.#told.set(summary.key, {
        near: isMoreNear ? near.length : told.near,
        over: isMoreOver ? over.length : told.over,
      });
    }
  }

  #tellOver(summary: SummaryInfo, over: Buckets, maxRows: number): void {
    this.#logger.error(
      aboutBuckets(summary, over, maxRows),
      `${bucketsHave(over)} more rows than max_rows; the others add up in the row __overflow__. ` +
        "Totals are exact; use fewer dimensions, or raise max_rows for buckets to come",
    );
  }

  #tellNear(summary: SummaryInfo, near: Buckets, maxRows: number): void {
    this.#logger.warn(
      aboutBuckets(summary, near, maxRows),
      `${bucketsHave(near)} nearly max_rows rows; beyond it rows add up in one`,
    );
  }
}

type Buckets = SummaryInfo["buckets"];

function bucketsHave({ length }: Buckets): string {
  return length === 1 ? "a bucket has" : `${length} buckets have`;
}

/** The fullest of the buckets, and how many they are. */
function aboutBuckets({ name, definition }: SummaryInfo, buckets: Buckets, maxRows: number) {
  const fullest = buckets.reduce((most, next) => (next.rowsLeast > most.rowsLeast ? next : most));
  const { timezone, granularity } = definition;
  return {
    summary: name,
    buckets: buckets.length,
    bucket: bucketLabel(timezone, granularity, fullest.bucketStart),
    rows: fullest.rowsLeast,
    max_rows: maxRows,
  };
}

/** Adds the metrics of all stored summaries. */
export function exportRowMetrics(registry: Registry, store: TableReader & StoreNumbers): void {
  const summaries = sharedAnswer(() => store.summaries());
  const addOne = (name: string, help: string, read: (summary: SummaryInfo) => number): void => {
    const gauge: Gauge<"summary"> = new Gauge({
      name,
      help,
      labelNames: ["summary"],
      registers: [registry],
      async collect() {
        const all = await summaries();
        gauge.reset();
        for (const summary of all) {
          gauge.set({ summary: summary.name }, read(summary));
        }
      },
    });
  };
  /** Under its name, and for one release under the one it had, which promtool refuses. */
  const addGauge = (
    name: string,
    before: string,
    help: string,
    read: (summary: SummaryInfo) => number,
  ): void => {
    addOne(name, help, read);
    addOne(before, `The same as ${name}; to be removed in the next release.`, read);
  };
  addGauge(
    "logmill_sink_fullest_bucket_rows",
    "logmill_sink_summary_rows",
    "Rows that the fullest bucket is known to have, at least.",
    ({ buckets }) => buckets.reduce((most, { rowsLeast }) => Math.max(most, rowsLeast), 0),
  );
  addGauge(
    "logmill_sink_overflown_buckets",
    "logmill_sink_summary_overflown_buckets",
    "Buckets that have an overflow row.",
    ({ definition, buckets }) => {
      const { maxRows } = rowBounds(definition);
      return buckets.filter(({ rowsLeast }) => rowsLeast > maxRows).length;
    },
  );
  const folded: Counter<"summary"> = new Counter({
    name: "logmill_sink_overflow_rows_total",
    help: "Rows added to overflow rows; a key that comes again counts again.",
    labelNames: ["summary"],
    registers: [registry],
    async collect() {
      const all = await summaries();
      folded.reset();
      for (const { name, key } of all) {
        folded.inc({ summary: name }, store.rowsFolded(key));
      }
    },
  });
}
