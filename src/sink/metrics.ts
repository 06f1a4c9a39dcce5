// The Prometheus metrics of a sink: what came in and what became of it, and the store's own numbers,
// read when somebody asks.

import { Counter, Gauge } from "../shared/runtime/metrics.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import type { Store, StoreStats } from "./store/store.ts";

export interface SinkMetrics {
  /** By result: `merged`, `duplicate`, or the reason of a refusal. */
  readonly partials: Counter<"result">;
  readonly lines: Counter;
  readonly bytes: Counter;
  readonly deadLetters: Counter;
  /** By reason: messages that were no partial, of an unknown session, or with a forged tag. */
  readonly dropped: Counter<"reason">;
  readonly acks: Counter;
  /** Answers forgotten because the ventilator took none, or was replaced meanwhile. */
  readonly unsaid: Counter;
  readonly publishes: Counter<"result">;
}

const storeCounters: readonly {
  readonly name: string;
  readonly help: string;
  readonly read: (stats: StoreStats) => number;
}[] = [
  {
    name: "logmill_sink_group_commits_total",
    help: "Group commits: one write and one fdatasync each.",
    read: (stats) => stats.groups,
  },
  {
    name: "logmill_sink_commit_seconds_total",
    help: "Time in writing and syncing the write-ahead log.",
    read: (stats) => stats.commitMs / 1000,
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
    name: "logmill_sink_compactions_total",
    help: "Merges of segments.",
    read: (stats) => stats.compactions,
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

const storeGauges: typeof storeCounters = [
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

/** Makes the metrics of a sink in a registry. */
export function createSinkMetrics(registry: Registry): SinkMetrics {
  const registers = [registry];
  return {
    partials: new Counter({
      name: "logmill_sink_partials_total",
      help: "Partials, by what became of them.",
      labelNames: ["result"],
      registers,
    }),
    lines: new Counter({
      name: "logmill_sink_merged_lines_total",
      help: "Lines of the partials merged.",
      registers,
    }),
    bytes: new Counter({
      name: "logmill_sink_partial_bytes_total",
      help: "Bytes of the partials that came from known ventilators.",
      registers,
    }),
    deadLetters: new Counter({
      name: "logmill_sink_dead_lettered_lines_total",
      help: "Lines that were put aside, because no worker survives them.",
      registers,
    }),
    dropped: new Counter({
      name: "logmill_sink_dropped_messages_total",
      help: "Messages dropped unanswered, by reason.",
      labelNames: ["reason"],
      registers,
    }),
    acks: new Counter({
      name: "logmill_sink_acks_total",
      help: "Acknowledgements sent; each names all batches of one group commit.",
      registers,
    }),
    unsaid: new Counter({
      name: "logmill_sink_unsaid_messages_total",
      help: "Answers that were forgotten because nobody took them.",
      registers,
    }),
    publishes: new Counter({
      name: "logmill_sink_publishes_total",
      help: "Times that the outputs were brought up to date, by result.",
      labelNames: ["result"],
      registers,
    }),
  };
}

/** Adds the store's own numbers, and whether a ventilator answers. */
export function exportStoreMetrics(
  registry: Registry,
  store: Pick<Store, "stats" | "state">,
  isGreeted: () => boolean,
): void {
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
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: () => gauge.set(read()),
    });
  };
  for (const { name, help, read } of storeGauges) addGauge(name, help, () => read(store.stats()));
  addGauge("logmill_sink_disk_full", "1 while a full disk is waited for.", () =>
    store.state.kind === "full" ? 1 : 0,
  );
  addGauge("logmill_sink_ventilator_connected", "1 while a ventilator answers.", () =>
    isGreeted() ? 1 : 0,
  );
}
