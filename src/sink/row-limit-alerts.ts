// How close the tables come to the bound on their rows: metrics by summary, and one line in the log
// for a bucket when it reaches 80 % of it and when it goes beyond. Beyond it totals stay exact, but
// single rows are lost to the overflow row, and only somebody who is told can change that.
//
// A bucket that lies in several segments is known to have as many rows as its largest part, so the
// alarm is never false; it may wait for a compaction.

import type { Logger } from "../shared/runtime/logger.ts";
import { Counter, Gauge, type Registry } from "../shared/runtime/metrics.ts";
import { bucketLabel } from "../shared/model/bucket.ts";
import { rowBounds } from "./store/embedded/manifest/definitions.ts";
import type { Store } from "./store/embedded/embedded-store.ts";
import type { SummaryInfo } from "./store/summary-info.ts";

const nearShare = 0.8;
/** Buckets that are remembered as told; beyond it the metrics alone tell. */
const toldMax = 10_000;

type WatchedStore = Pick<Store, "summaries" | "rowsFolded">;

export class RowWatch {
  readonly #store: Pick<WatchedStore, "summaries">;
  readonly #logger: Logger;
  readonly #told = new Set<string>();

  constructor(store: Pick<WatchedStore, "summaries">, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** Tells of buckets that it has not told of yet. */
  check(): void {
    for (const summary of this.#store.summaries()) {
      const { maxRows } = rowBounds(summary.definition);
      for (const { bucketStart, rowsLeast } of summary.buckets) {
        if (rowsLeast < nearShare * maxRows) continue;
        this.#tell(summary, bucketStart, rowsLeast, maxRows);
      }
    }
  }

  #tell(summary: SummaryInfo, bucketStart: number, rows: number, maxRows: number): void {
    const isOver = rows > maxRows;
    const key = `${summary.key}/${bucketStart}/${isOver}`;
    if (this.#told.has(key) || this.#told.size >= toldMax) return;
    this.#told.add(key);
    const { timezone, granularity } = summary.definition;
    const bucket = bucketLabel(timezone, granularity, bucketStart);
    const about = { summary: summary.name, bucket, rows, max_rows: maxRows };
    if (isOver) {
      this.#logger.error(
        about,
        "a bucket has more rows than max_rows; the others add up in the row __overflow__. " +
          "Totals are exact; use fewer dimensions, or raise max_rows for buckets to come",
      );
    } else {
      this.#logger.warn(about, "a bucket comes close to max_rows; beyond it rows add up in one");
    }
  }
}

/** Adds the metrics of all stored summaries. */
export function exportRowMetrics(registry: Registry, store: WatchedStore): void {
  const addGauge = (name: string, help: string, read: (summary: SummaryInfo) => number): void => {
    const gauge: Gauge<"summary"> = new Gauge({
      name,
      help,
      labelNames: ["summary"],
      registers: [registry],
      collect() {
        gauge.reset();
        for (const summary of store.summaries()) {
          gauge.set({ summary: summary.name }, read(summary));
        }
      },
    });
  };
  addGauge("logmill_sink_summary_rows", "Rows of the fullest bucket of a summary.", ({ buckets }) =>
    buckets.reduce((most, { rowsLeast }) => Math.max(most, rowsLeast), 0),
  );
  addGauge(
    "logmill_sink_summary_overflown_buckets",
    "Buckets of a summary that have an overflow row.",
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
    collect() {
      folded.reset();
      for (const { name, key } of store.summaries()) {
        folded.inc({ summary: name }, store.rowsFolded(key));
      }
    },
  });
}
