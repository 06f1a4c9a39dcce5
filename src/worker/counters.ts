// What a worker counts, as plain numbers: a child of a pool sends them to its parent once a second,
// and only the process that serves HTTP knows about Prometheus.

import type { RejectReason } from "../shared/model/reasons.ts";
import { kernelStages } from "./core/stages.ts";
import type { KernelStage } from "./core/stages.ts";

/** Why a batch went back: the reasons of `batch_failed`. */
const failureReasons = ["checksum", "plan", "error", "source"] as const;
export type FailureReason = (typeof failureReasons)[number];

/** All since the process started. */
export interface WorkerCounters {
  batches: number;
  lines: number;
  /** Of content, as cut by the ventilator. */
  bytes: number;
  partialBytes: number;
  /** Rows of the partials' tables. */
  partialRows: number;
  /** Time from taking a batch up to having its partial sent, waiting for the sink left out. */
  busySeconds: number;
  /** The share of that in `summarise`, by stage. */
  readonly kernelSeconds: Record<KernelStage, number>;
  /** Time in which a finished partial could not leave, because the sink was slow or away. */
  blockedSeconds: number;
  readonly rejected: Partial<Record<RejectReason, number>>;
  readonly failed: Record<FailureReason, number>;
  /** Messages that were none of the protocol, and batches of a session that has ended. */
  dropped: number;
  /** Ends of a process that hung on a batch; counted by its parent. */
  watchdogKills: number;
}

export function newCounters(): WorkerCounters {
  return {
    batches: 0,
    lines: 0,
    bytes: 0,
    partialBytes: 0,
    partialRows: 0,
    busySeconds: 0,
    kernelSeconds: { check: 0, tokenise: 0, decode: 0, aggregate: 0, encode: 0 },
    blockedSeconds: 0,
    rejected: {},
    failed: { checksum: 0, plan: 0, error: 0, source: 0 },
    dropped: 0,
    watchdogKills: 0,
  };
}

/** Adds `more` to `total`. */
export function addCounters(total: WorkerCounters, more: Readonly<WorkerCounters>): void {
  total.batches += more.batches;
  total.lines += more.lines;
  total.bytes += more.bytes;
  total.partialBytes += more.partialBytes;
  total.partialRows += more.partialRows;
  total.busySeconds += more.busySeconds;
  for (const stage of kernelStages) total.kernelSeconds[stage] += more.kernelSeconds[stage];
  total.blockedSeconds += more.blockedSeconds;
  total.dropped += more.dropped;
  total.watchdogKills += more.watchdogKills;
  for (const reason of failureReasons) {
    total.failed[reason] += more.failed[reason];
  }
  addRejected(total, more.rejected);
}

/** Adds the rejected lines of one balance. */
export function addRejected(total: WorkerCounters, rejected: WorkerCounters["rejected"]): void {
  for (const [reason, lines] of Object.entries(rejected) as [RejectReason, number][]) {
    total.rejected[reason] = (total.rejected[reason] ?? 0) + lines;
  }
}
