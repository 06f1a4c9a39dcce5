// The store's own numbers as Prometheus metrics, read when somebody asks: commits, log, segments,
// live tables, and the space that is left on its disk.

import { Counter, Gauge } from "../shared/runtime/metrics.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import { rowBounds } from "../shared/table/row-bounds.ts";
import type { Store, StoreStats } from "./store/embedded/embedded-store.ts";
import type { SummaryInfo } from "./store/summary-info.ts";

/** Space of the file system that the store lies on, bytes. */
interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

interface StoreNumber {
  readonly name: string;
  readonly help: string;
  readonly read: (stats: StoreStats) => number;
}

const storeCounters: readonly StoreNumber[] = [
  {
    name: "logmill_sink_group_commits_total",
    help: "Group commits: one write and one fdatasync each.",
    read: (stats) => stats.groups,
  },
  {
    name: "logmill_sink_wal_written_bytes_total",
    help: "Bytes written to the write-ahead log.",
    read: (stats) => stats.walBytesWritten,
  },
  {
    name: "logmill_sink_flushes_total",
    help: "Times that live tables were written as segments.",
    read: (stats) => stats.flushes,
  },
  {
    name: "logmill_sink_flush_seconds_total",
    help: "Time in writing live tables as segments, beside the rest.",
    read: (stats) => stats.flushMs / 1000,
  },
  {
    name: "logmill_sink_compactions_total",
    help: "Merges of segments.",
    read: (stats) => stats.compactions,
  },
  {
    name: "logmill_sink_compaction_seconds_total",
    help: "Time in merging segments, beside the rest.",
    read: (stats) => stats.compactMs / 1000,
  },
  {
    name: "logmill_sink_segment_written_bytes_total",
    help: "Bytes of segments written.",
    read: (stats) => stats.segmentBytesWritten,
  },
  {
    name: "logmill_sink_disk_full_retries_total",
    help: "Waits for disk space.",
    read: (stats) => stats.fullRetries,
  },
];

const storeGauges: readonly StoreNumber[] = [
  {
    name: "logmill_sink_queued_batches",
    help: "Partials that wait for the next group commit.",
    read: (stats) => stats.queuedBatches,
  },
  {
    name: "logmill_sink_queued_bytes",
    help: "Bytes of the partials that wait for the next group commit.",
    read: (stats) => stats.queuedBytes,
  },
  {
    name: "logmill_sink_live_bytes",
    help: "Memory of the live tables.",
    read: (stats) => stats.liveBytes,
  },
  {
    name: "logmill_sink_wal_bytes",
    help: "Write-ahead log since the last flush; a restart replays it.",
    read: (stats) => stats.walBytes,
  },
  {
    name: "logmill_sink_segment_files",
    help: "Segments on disk.",
    read: (stats) => stats.segmentFiles,
  },
  {
    name: "logmill_sink_segment_bytes",
    help: "Bytes of the segments on disk.",
    read: (stats) => stats.segmentBytes,
  },
];

export interface StoreMetricsParts {
  readonly store: Pick<Store, "stats" | "state" | "summaries" | "liveRows">;
  readonly liveBytesMax: number;
  /** Whether a ventilator answers. */
  readonly isGreeted: () => boolean;
  readonly diskSpace: () => Promise<DiskSpace>;
}

/** Whether the store or an output waits for space; there before the store is. */
export function exportDiskFull(registry: Registry, isWaitingForSpace: () => boolean): void {
  exportGauge(registry, "logmill_sink_disk_full", "1 while a full disk is waited for.", () =>
    isWaitingForSpace() ? 1 : 0,
  );
}

function exportGauge(registry: Registry, name: string, help: string, read: () => number): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    registers: [registry],
    collect: () => gauge.set(read()),
  });
}

/** Adds the store's own numbers, and whether a ventilator answers. */
export function exportStoreMetrics(registry: Registry, parts: StoreMetricsParts): void {
  const { store } = parts;
  for (const { name, help, read } of storeCounters) {
    const counter: Counter = new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        counter.reset();
        counter.inc(read(store.stats()));
      },
    });
  }
  const addGauge = (name: string, help: string, read: () => number): void => {
    exportGauge(registry, name, help, read);
  };
  for (const { name, help, read } of storeGauges) addGauge(name, help, () => read(store.stats()));
  addGauge(
    "logmill_sink_live_bytes_max",
    "Bound of the gauge of the same name.",
    () => parts.liveBytesMax,
  );
  addGauge("logmill_sink_ventilator_connected", "1 while a ventilator answers.", () =>
    parts.isGreeted() ? 1 : 0,
  );
  exportTables(registry, store);
  exportDisk(registry, parts.diskSpace);
}

type Tables = Pick<Store, "summaries" | "liveRows">;

function exportTables(registry: Registry, store: Tables): void {
  const addGauge = (name: string, help: string, read: () => Iterable<[string, number]>): void => {
    const gauge: Gauge<"summary"> = new Gauge({
      name: `logmill_sink_${name}`,
      help,
      labelNames: ["summary"],
      registers: [registry],
      collect() {
        for (const [summary, value] of read()) gauge.set({ summary }, value);
      },
    });
  };
  const rowsOf = ({ buckets }: SummaryInfo): number =>
    buckets.reduce((most, { rows }) => Math.max(most, rows), 0);
  const each = (read: (info: SummaryInfo) => number): [string, number][] =>
    store.summaries().map((info) => [info.name, read(info)]);
  addGauge("live_rows", "Rows of the live tables.", () => store.liveRows());
  addGauge("buckets", "Buckets stored.", () => each(({ buckets }) => buckets.length));
  addGauge(
    "largest_bucket_rows",
    "Rows of the bucket that has most, at most: a key that lies in several segments counts in each.",
    () => each(rowsOf),
  );
  addGauge(
    "bucket_rows_max",
    "Rows that one bucket may have; those beyond it add up in one overflow row.",
    () => each(({ definition }) => rowBounds(definition).maxRows),
  );
}

function exportDisk(registry: Registry, read: () => Promise<DiskSpace>): void {
  const registers = [registry];
  const free: Gauge = new Gauge({
    name: "logmill_sink_disk_free_bytes",
    help: "Bytes that the sink may still write to the file system that the store lies on.",
    registers,
    collect: async () => free.set((await read()).freeBytes),
  });
  const total: Gauge = new Gauge({
    name: "logmill_sink_disk_size_bytes",
    help: "Size of that file system.",
    registers,
    collect: async () => total.set((await read()).totalBytes),
  });
}
