// What the embedded store counts, and its sizes now, as numbers for metrics.

import type { StoreNumber } from "../store.ts";

/** Counters since the store was opened, and sizes now. */
export interface StoreStats {
  readonly groups: number;
  readonly batches: number;
  readonly duplicates: number;
  readonly walBytesWritten: number;
  /** Time in flushes and in compactions, milliseconds. */
  readonly flushMs: number;
  readonly compactMs: number;
  readonly flushes: number;
  readonly compactions: number;
  readonly segmentBytesWritten: number;
  /** Waits for disk space. */
  readonly fullRetries: number;
  readonly queuedBatches: number;
  readonly queuedBytes: number;
  readonly liveBytes: number;
  /** Bytes of the write-ahead log since the last flush. */
  readonly walBytes: number;
  readonly segmentFiles: number;
  readonly segmentBytes: number;
}

interface Described extends Pick<StoreNumber, "name" | "help"> {
  readonly of: (stats: StoreStats) => number;
}

const counters: readonly Described[] = [
  {
    name: "logmill_sink_group_commits_total",
    help: "Group commits: one write and one fdatasync each.",
    of: (stats) => stats.groups,
  },
  {
    name: "logmill_sink_wal_written_bytes_total",
    help: "Bytes written to the write-ahead log.",
    of: (stats) => stats.walBytesWritten,
  },
  {
    name: "logmill_sink_flushes_total",
    help: "Times that live tables were written as segments.",
    of: (stats) => stats.flushes,
  },
  {
    name: "logmill_sink_flush_seconds_total",
    help: "Time in writing live tables as segments, beside the rest.",
    of: (stats) => stats.flushMs / 1000,
  },
  {
    name: "logmill_sink_compactions_total",
    help: "Merges of segments.",
    of: (stats) => stats.compactions,
  },
  {
    name: "logmill_sink_compaction_seconds_total",
    help: "Time in merging segments, beside the rest.",
    of: (stats) => stats.compactMs / 1000,
  },
  {
    name: "logmill_sink_segment_written_bytes_total",
    help: "Bytes of segments written.",
    of: (stats) => stats.segmentBytesWritten,
  },
  {
    name: "logmill_sink_disk_full_retries_total",
    help: "Waits for disk space.",
    of: (stats) => stats.fullRetries,
  },
];

const gauges: readonly Described[] = [
  {
    name: "logmill_sink_queued_batches",
    help: "Partials that wait for the next group commit.",
    of: (stats) => stats.queuedBatches,
  },
  {
    name: "logmill_sink_queued_bytes",
    help: "Bytes of the partials that wait for the next group commit.",
    of: (stats) => stats.queuedBytes,
  },
  {
    name: "logmill_sink_live_bytes",
    help: "Memory of the live tables.",
    of: (stats) => stats.liveBytes,
  },
  {
    name: "logmill_sink_wal_bytes",
    help: "Write-ahead log since the last flush; a restart replays it.",
    of: (stats) => stats.walBytes,
  },
  {
    name: "logmill_sink_segment_files",
    help: "Segments on disk.",
    of: (stats) => stats.segmentFiles,
  },
  {
    name: "logmill_sink_segment_bytes",
    help: "Bytes of the segments on disk.",
    of: (stats) => stats.segmentBytes,
  },
];

/** @param liveBytesMax bound of the live tables. */
export function storeNumbers(stats: () => StoreStats, liveBytesMax: number): StoreNumber[] {
  const numbersOf = (type: StoreNumber["type"], list: readonly Described[]) =>
    list.map(({ name, help, of }): StoreNumber => ({ name, type, help, read: () => of(stats()) }));
  return [
    ...numbersOf("counter", counters),
    ...numbersOf("gauge", gauges),
    {
      name: "logmill_sink_live_bytes_max",
      type: "gauge",
      help: "Bound of the gauge of the same name.",
      read: () => liveBytesMax,
    },
  ];
}
