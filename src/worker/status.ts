// What the workers of one process say at /status.

import type { RoleStatus } from "../shared/runtime/http/status-board.ts";
import type { WorkerCounters } from "./counters.ts";

interface OneWorker {
  readonly isReady: boolean;
  readonly plan: string | null;
  readonly counters: Readonly<WorkerCounters>;
}

/** @param tasks where the ventilator is. @param workers by their label in the metrics. */
export function workerStatus(
  tasks: string,
  workers: readonly (readonly [label: string, worker: OneWorker])[],
): RoleStatus {
  // One ventilator gives all of them the same plan.
  const plan = workers.find(([, worker]) => worker.plan !== null)?.[1].plan;
  return {
    ...(plan === undefined ? {} : { plan }),
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
