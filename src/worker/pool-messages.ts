// What a child of a pool tells its parent over the IPC channel.

import type { WorkerCounters } from "./counters.ts";

export interface PoolReport {
  readonly type: "worker_counters";
  /** All since the child started. */
  readonly counters: Readonly<WorkerCounters>;
  readonly isReady: boolean;
  /** It has taken a batch, so its start went well. */
  readonly hasWorked: boolean;
  readonly drainTimeoutMs: number;
  /** Fingerprint of the plan that it works by; null before it was greeted. */
  readonly plan: string | null;
}

/** Whether something that came over IPC is a report of a pool's child. */
export function isPoolReport(message: unknown): message is PoolReport {
  return (
    typeof message === "object" &&
    message !== null &&
    "type" in message &&
    message.type === "worker_counters"
  );
}
