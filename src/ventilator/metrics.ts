// The Prometheus metrics of a ventilator. Counters move once a batch, never once a line; what is a
// state and not a count is read when somebody asks. Labels whose values are known are there from the
// start, with 0: a rate over a counter that appears with its first event would miss that event.

import { Counter, Gauge, Histogram } from "../shared/runtime/metrics.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import { redeliverCauses } from "./batch/batch.ts";
import { lossReasons, stallReasons } from "./batch/causes.ts";

export interface VentilatorMetrics {
  readonly readBytes: Counter<"source">;
  readonly acknowledgedLines: Counter<"source">;
  readonly acknowledgedBytes: Counter<"source">;
  readonly sentBatches: Counter;
  readonly acknowledgedBatches: Counter;
  readonly redeliveredBatches: Counter<"cause">;
  readonly duplicateBatches: Counter;
  readonly replannedBatches: Counter;
  readonly bisectedBatches: Counter;
  readonly deadLetters: Counter<"source">;
  readonly lostAcknowledgedBytes: Counter<"source">;
  readonly lostWorkers: Counter<"reason">;
  /** By reason: what was not understood, or came from another store or session. */
  readonly ignoredMessages: Counter<"reason">;
  readonly backPressureSeconds: Counter<"cause">;
  readonly ackLatencySeconds: Histogram;
  readonly ackLatencyPartSeconds: Histogram<"part">;
}

/** What the gauges show. */
export interface VentilatorState {
  readonly inFlightBatches: number;
  readonly inFlightBytes: number;
  /** Cut, and not with a worker. */
  readonly waitingBatches: number;
  readonly workers: number;
  readonly grantedCredit: number;
  readonly freeCredit: number;
  readonly isSinkThere: boolean;
  readonly files: number;
  readonly filesDone: number;
  /** By source. */
  readonly backlogBytes: ReadonlyMap<string, number>;
  readonly unfinishedBytes: ReadonlyMap<string, number>;
  /** By pool of the sources. */
  readonly poolWorkers: ReadonlyMap<string, number>;
  readonly poolWaitingBatches: ReadonlyMap<string, number>;
  readonly problems: number;
}

export interface FlightBounds {
  readonly batchesMax: number;
  readonly bytesMax: number;
}

const gauges: readonly {
  readonly name: string;
  readonly help: string;
  readonly read: (state: VentilatorState) => number;
}[] = [
  {
    name: "logmill_ventilator_in_flight_batches",
    help: "Batches that are not acknowledged yet.",
    read: (state) => state.inFlightBatches,
  },
  {
    name: "logmill_ventilator_in_flight_bytes",
    help: "Bytes of the batches that are not acknowledged yet.",
    read: (state) => state.inFlightBytes,
  },
  {
    name: "logmill_ventilator_waiting_batches",
    help: "Batches that no worker has: cut and not sent yet, or to be sent again.",
    read: (state) => state.waitingBatches,
  },
  {
    name: "logmill_ventilator_workers",
    help: "Workers that are connected and alive.",
    read: (state) => state.workers,
  },
  {
    name: "logmill_ventilator_credit_batches",
    help: "Batches that all workers together hold at most, as they granted it.",
    read: (state) => state.grantedCredit,
  },
  {
    name: "logmill_ventilator_free_credit_batches",
    help: "Batches that workers would take at once.",
    read: (state) => state.freeCredit,
  },
  {
    name: "logmill_ventilator_sink_up",
    help: "1 while a sink is connected and alive.",
    read: (state) => Number(state.isSinkThere),
  },
  {
    name: "logmill_ventilator_files",
    help: "Files that the sources match.",
    read: (state) => state.files,
  },
  {
    name: "logmill_ventilator_done_files",
    help: "Files of which everything has been read.",
    read: (state) => state.filesDone,
  },
  {
    name: "logmill_ventilator_problems",
    help: "Inputs that could not be read to their end, and have not been since.",
    read: (state) => state.problems,
  },
];

const latencyParts = ["queue", "work", "store"];
const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Registers everything.
 * @param sources names of the configured sources
 * @param read called whenever the metrics are asked for.
 */
export function createVentilatorMetrics(
  registry: Registry,
  bounds: FlightBounds,
  sources: readonly string[],
  read: () => VentilatorState,
): VentilatorMetrics {
  const registers = [registry];
  const counter = <Label extends string = never>(
    name: string,
    help: string,
    ...labelNames: Label[]
  ): Counter<Label> =>
    new Counter({ name: `logmill_ventilator_${name}`, help, labelNames, registers });
  exportState(registers, bounds, read);
  const metrics: VentilatorMetrics = {
    redeliveredBatches: counter(
      "redelivered_batches_total",
      "Batches sent again, by cause.",
      "cause",
    ),
    readBytes: counter("read_bytes_total", "Bytes of content cut into batches.", "source"),
    acknowledgedBytes: counter(
      "acknowledged_bytes_total",
      "Bytes of content of batches that the sink has made durable.",
      "source",
    ),
    acknowledgedLines: counter(
      "acknowledged_lines_total",
      "Lines of batches that the sink has made durable, as the sink counts them.",
      "source",
    ),
    sentBatches: counter("sent_batches_total", "Batches sent to workers, every attempt."),
    acknowledgedBatches: counter("acknowledged_batches_total", "Batches that are durable."),
    duplicateBatches: counter(
      "duplicate_batches_total",
      "Acknowledgements of what was merged before, by an earlier attempt or another run.",
    ),
    replannedBatches: counter(
      "replanned_batches_total",
      "Batches that overlapped what was merged; their source was cut anew.",
    ),
    ...lossCounters(registers),
    lostWorkers: counter("lost_workers_total", "Workers that left or fell silent.", "reason"),
    ignoredMessages: counter("ignored_messages_total", "Messages that changed nothing.", "reason"),
    backPressureSeconds: counter(
      "back_pressure_seconds_total",
      "Time in which reading waited, by what it waited for.",
      "cause",
    ),
    ackLatencySeconds: new Histogram({
      name: "logmill_ventilator_ack_latency_seconds",
      help: "Time from cutting a batch to its acknowledgement.",
      buckets: latencyBuckets,
      registers,
    }),
    ackLatencyPartSeconds: new Histogram({
      name: "logmill_ventilator_ack_latency_part_seconds",
      help: "The same by part: queue (until it was sent), work (until its partial was on the way), store (until it was acknowledged).",
      labelNames: ["part"],
      buckets: latencyBuckets,
      registers,
    }),
  };
  beginAtZero(metrics, sources);
  return metrics;
}

function beginAtZero(metrics: VentilatorMetrics, sources: readonly string[]): void {
  for (const cause of redeliverCauses) metrics.redeliveredBatches.inc({ cause }, 0);
  for (const cause of [...stallReasons, "no_sink"]) metrics.backPressureSeconds.inc({ cause }, 0);
  for (const reason of lossReasons) metrics.lostWorkers.inc({ reason }, 0);
  for (const part of latencyParts) metrics.ackLatencyPartSeconds.zero({ part });
  for (const source of sources) {
    metrics.readBytes.inc({ source }, 0);
    metrics.acknowledgedLines.inc({ source }, 0);
    metrics.acknowledgedBytes.inc({ source }, 0);
    metrics.deadLetters.inc({ source }, 0);
    metrics.lostAcknowledgedBytes.inc({ source }, 0);
  }
}

function exportState(
  registers: Registry[],
  bounds: FlightBounds,
  read: () => VentilatorState,
): void {
  for (const gauge of gauges) {
    const collected: Gauge = new Gauge({
      name: gauge.name,
      help: gauge.help,
      registers,
      collect: () => collected.set(gauge.read(read())),
    });
  }
  byLabel(registers, "pool", "logmill_ventilator_pool_workers", {
    help: "Workers of each pool that a source names; 0 is a pool that nobody works for.",
    read: () => read().poolWorkers,
  });
  byLabel(registers, "pool", "logmill_ventilator_pool_waiting_batches", {
    help: "Batches that no worker of their pool has yet.",
    read: () => read().poolWaitingBatches,
  });
  byLabel(registers, "source", "logmill_ventilator_backlog_bytes", {
    help: "Bytes on disk that are still to be read.",
    read: () => read().backlogBytes,
  });
  byLabel(registers, "source", "logmill_ventilator_unfinished_bytes", {
    help: "Bytes behind the last line feed of files, which count when their line ends.",
    read: () => read().unfinishedBytes,
  });
  bound(registers, "logmill_ventilator_in_flight_batches_max", bounds.batchesMax);
  bound(registers, "logmill_ventilator_in_flight_bytes_max", bounds.bytesMax);
}

function byLabel(
  registers: Registry[],
  label: "source" | "pool",
  name: string,
  { help, read }: { readonly help: string; readonly read: () => ReadonlyMap<string, number> },
): void {
  const gauge: Gauge<typeof label> = new Gauge({
    ...{ name, help, labelNames: [label], registers },
    collect() {
      for (const [labelled, value] of read()) gauge.set({ [label]: labelled }, value);
    },
  });
}

/** What became of batches that no worker gets through, and of what a store does not have any more. */
function lossCounters(
  registers: Registry[],
): Pick<VentilatorMetrics, "bisectedBatches" | "deadLetters" | "lostAcknowledgedBytes"> {
  return {
    lostAcknowledgedBytes: new Counter({
      name: "logmill_ventilator_lost_acknowledged_bytes_total",
      help:
        "Bytes of content that a store had acknowledged to this ventilator and does not have any more, as one " +
        "that was put back from a copy; they are sent again.",
      labelNames: ["source"],
      registers,
    }),
    bisectedBatches: new Counter({
      name: "logmill_ventilator_bisected_batches_total",
      help: "Batches, and pieces of them, that no worker got through and that were taken apart.",
      registers,
    }),
    deadLetters: new Counter({
      name: "logmill_ventilator_dead_lettered_lines_total",
      help: "Lines that were dead-lettered: no worker gets through them.",
      labelNames: ["source"],
      registers,
    }),
  };
}

function bound(registers: Registry[], name: string, value: number): void {
  new Gauge({ name, help: "Bound of the gauge of the same name.", registers }).set(value);
}
