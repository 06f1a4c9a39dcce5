// What the workers of one process say at /status.

import type { RoleStatus } from "../shared/runtime/status-board.ts";
import type { WorkerCounters } from "./counters.ts";

interface OneWorker {
  readonly isReady: boolean;
  readonly counters: Readonly<WorkerCounters>;
}

/** @param tasks where the ventilator is. @param workers by their label in the metrics. */
export function workerStatus(
  tasks: string,
  workers: readonly (readonly [label: string, worker: OneWorker])[],
): RoleStatus {
  return {
    ventilator: tasks,
    workers: workers.map(([label, { isReady, counters }]) => ({
      worker: label,
      isReady,
      batches: counters.batches,
      lines: counters.lines,
      busySeconds: counters.busySeconds,
    })),
  };
}
