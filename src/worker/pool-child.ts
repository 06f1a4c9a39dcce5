// A worker as a child of a pool: the same worker, which reports its counters to its parent once a
// second, and drains when the parent is gone, so that no orphan works on.

import { startWorker } from "./worker.ts";
import type { Worker, WorkerOptions } from "./worker-options.ts";
import type { PoolReport } from "./pool-messages.ts";

const reportIntervalMs = 1_000;

/** Where the parent is; `process` in production. */
export interface ParentChannel {
  send?(message: unknown): unknown;
  once(event: "disconnect", listener: () => void): unknown;
}

/** Starts the worker of this process, which a pool has forked. */
export function startPoolChild(options: WorkerOptions, parent: ParentChannel): Worker {
  let hasWorked = false;
  const onWork = (): void => {
    hasWorked = true;
    report();
  };
  const worker = startWorker({ ...options, onWork, isOfPool: true });
  const report = (): void => {
    const { counters, isReady, drainTimeoutMs, plan } = worker;
    const state = { counters, isReady, hasWorked, drainTimeoutMs, plan };
    const message: PoolReport = { type: "worker_counters", ...state };
    parent.send?.(message);
  };
  const timer = setInterval(report, reportIntervalMs);
  parent.once("disconnect", () => {
    clearInterval(timer);
    void worker.stop();
  });
  const stopReporting = (): void => {
    clearInterval(timer);
    report();
  };
  worker.ended.then(stopReporting, stopReporting);
  return worker;
}
