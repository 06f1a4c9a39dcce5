// The Prometheus metrics of workers: absolute numbers read from their counters when somebody asks,
// with one label that tells the workers of a group apart.

import { rejectReasons } from "../shared/model/reasons.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import { Counter } from "../shared/runtime/metrics.ts";
import type { WorkerCounters } from "./counters.ts";

/** The workers there are, each by the value of its label. */
export type CountersByWorker = () => Iterable<readonly [string, Readonly<WorkerCounters>]>;

interface Definition {
  readonly name: string;
  readonly help: string;
  /** A second label, for counters that are kept by reason. */
  readonly label?: string;
  readonly read: (counters: Readonly<WorkerCounters>) => number | Readonly<Record<string, number>>;
}

/** Every reason is there from the start: a rate would miss the lines with which it appears. */
const noneRejected = Object.fromEntries(rejectReasons.map((reason) => [reason, 0]));

const definitions: readonly Definition[] = [
  {
    name: "logmill_worker_batches_total",
    help: "Batches summarised.",
    read: (counters) => counters.batches,
  },
  {
    name: "logmill_worker_lines_total",
    help: "Lines of the batches summarised; back-fills count none.",
    read: (counters) => counters.lines,
  },
  {
    name: "logmill_worker_bytes_total",
    help: "Bytes of content of the batches summarised.",
    read: (counters) => counters.bytes,
  },
  {
    name: "logmill_worker_partial_bytes_total",
    help: "Bytes of the partials made.",
    read: (counters) => counters.partialBytes,
  },
  {
    name: "logmill_worker_partial_rows_total",
    help: "Rows of the tables in the partials made.",
    read: (counters) => counters.partialRows,
  },
  {
    name: "logmill_worker_busy_seconds_total",
    help: "Time spent on batches; its rate is the busy fraction.",
    read: (counters) => counters.busySeconds,
  },
  {
    name: "logmill_worker_kernel_seconds_total",
    help: "Time spent in the kernel, by stage: check, tokenise, decode, aggregate, encode.",
    label: "stage",
    read: (counters) => counters.kernelSeconds,
  },
  {
    name: "logmill_worker_blocked_seconds_total",
    help: "Time in which a finished partial waited for the sink.",
    read: (counters) => counters.blockedSeconds,
  },
  {
    name: "logmill_worker_rejected_lines_total",
    help: "Lines that the format rejected, by reason.",
    label: "reason",
    read: (counters) => ({ ...noneRejected, ...counters.rejected }),
  },
  {
    name: "logmill_worker_failed_batches_total",
    help: "Batches that went back, by reason.",
    label: "reason",
    read: (counters) => counters.failed,
  },
  {
    name: "logmill_worker_watchdog_kills_total",
    help: "Worker processes of this group that hung on a batch and were ended for it.",
    read: (counters) => counters.watchdogKills,
  },
  {
    name: "logmill_worker_dropped_messages_total",
    help: "Messages that were none of the protocol, or of a session that has ended.",
    read: (counters) => counters.dropped,
  },
];

/** Names of all metrics of a worker. */
export const workerMetricNames = definitions.map(({ name }) => name);

/** Adds the metrics of the workers to a registry. */
export function exportWorkerMetrics(registry: Registry, workers: CountersByWorker): void {
  for (const { name, help, label, read } of definitions) {
    const counter = new Counter({
      name,
      help,
      labelNames: label === undefined ? ["worker"] : ["worker", label],
      registers: [registry],
      collect() {
        counter.reset();
        for (const [worker, counters] of workers()) {
          const value = read(counters);
          if (typeof value === "number") {
            counter.inc({ worker }, value);
            continue;
          }
          for (const [key, count] of Object.entries(value)) {
            counter.inc({ worker, [label ?? "key"]: key }, count);
          }
        }
      },
    });
  }
}
