// The bounds of a flight, and what it knows of one batch.
//
//   added ─► waiting ──sent──► assigned ──done──► done ──ack──► gone
//              ▲                  │                │
//              └──── redeliver ◄──┴────────────────┘
//
// waiting: to be sent, oldest batch first. assigned: a worker has it. done: its partial is on the
// way to the sink. A batch goes back to waiting when its worker is lost, when a new incarnation of
// the sink does not have it in its ledger, when it is refused, and as a backstop when nothing was
// heard of it for long, neither that its worker has it nor that the sink is busy. It leaves when it is acknowledged or found in the ledger, when its range is
// refused as overlapping (its source is planned anew), or when it has failed too often
// (`retry-policy.ts`): then it is given up and stands still, until it is split into pieces, or, being one
// line, dead-lettered. A dead letter stays until the sink has counted it. One that fails by reference
// is loaded (`loading`), and from then on sent with its bytes.

import { ResendBudget } from "./backoff.ts";
import type { FlightBatch } from "../../batch/batch.ts";
import type { LatencyParts } from "./flight-events.ts";

/** How often a batch may fail before it is given up. */
export interface RetryPolicy {
  /** Failures of a whole batch after which it is given up, lost workers included. */
  readonly failuresMax: number;
  /** Workers lost on a whole batch after which it is given up. */
  readonly lossesMax: number;
}

export interface FlightLimits extends RetryPolicy {
  readonly batchesMax: number;
  readonly bytesMax: number;
  /** Time to the first re-send of an unanswered batch. */
  readonly ackTimeoutMs: number;
}

/** Sends of new batches that earn one re-send after a timeout. */
const sendsPerResend = 5;
const resendsSavedMax = 8;

export function resendBudget({ ackTimeoutMs }: FlightLimits): ResendBudget {
  return new ResendBudget(sendsPerResend, resendsSavedMax, ackTimeoutMs);
}

export interface Entry {
  batch: FlightBatch;
  readonly addedMs: number;
  /** Of the last sending, and of the last report that its partial is on its way. */
  sentMs: number;
  doneMs: number;
  state: "waiting" | "assigned" | "done" | "loading" | "given_up" | "dead_letter";
  /** Who has it, or had it last. */
  worker: string | null;
  attempts: number;
  failures: number;
  /** Those failures that cost a worker. */
  losses: number;
  /** Damages on the way, which are no failures. */
  damages: number;
  timeouts: number;
  deadlineMs: number;
  /** Orders the sendings of the whole flight. */
  sending: number;
  /** The sink's incarnation, counted here, at the time of the last `done`. */
  sinkNumber: number;
  /** Batches that were acknowledged before its last `done`, in the whole flight. */
  acknowledgedBefore: number;
  partialBytes: number;
  /** A refusal came before this worker's `done` of the same attempt; that one is stale. */
  refusedWorker: string | null;
}

export function newEntry(batch: FlightBatch, nowMs: number): Entry {
  return {
    batch,
    addedMs: nowMs,
    sentMs: nowMs,
    doneMs: nowMs,
    state: "waiting",
    worker: null,
    attempts: 0,
    failures: 0,
    losses: 0,
    damages: 0,
    timeouts: 0,
    deadlineMs: Infinity,
    sending: 0,
    sinkNumber: 0,
    acknowledgedBefore: 0,
    partialBytes: 0,
    refusedWorker: null,
  };
}

/** How long an acknowledged batch took, and on what. */
export function latency(
  entry: Entry,
  nowMs: number,
): { readonly latencyMs: number; readonly parts: LatencyParts } {
  const { addedMs, sentMs } = entry;
  // An acknowledgement may overtake the worker's report: then all of the rest was work.
  const doneMs = entry.doneMs > sentMs ? entry.doneMs : nowMs;
  const parts = { queueMs: sentMs - addedMs, workMs: doneMs - sentMs, storeMs: nowMs - doneMs };
  return { latencyMs: nowMs - addedMs, parts };
}

/** Whether somebody has been told of it and is to answer in time. */
export function isAnswerDue({ state }: Entry): boolean {
  return state === "assigned" || state === "done" || state === "dead_letter";
}
