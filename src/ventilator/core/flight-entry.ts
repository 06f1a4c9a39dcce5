// The bounds of a flight, and what it knows of one batch; the states are drawn in `flight.ts`.

import { ResendBudget } from "./backoff.ts";
import type { FlightBatch, LatencyParts } from "./flight-events.ts";

export interface FlightLimits {
  readonly batchesMax: number;
  readonly bytesMax: number;
  /** Time to the first re-send of an unanswered batch. */
  readonly ackTimeoutMs: number;
  /** Failures of one batch after which it is given up. */
  readonly failuresMax: number;
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
  state: "waiting" | "assigned" | "done" | "loading" | "given_up";
  /** Who has it, or had it last. */
  worker: string | null;
  attempts: number;
  failures: number;
  timeouts: number;
  deadlineMs: number;
  /** Orders the sendings of the whole flight. */
  sending: number;
  /** The sink's incarnation, counted here, at the time of the last `done`. */
  sinkNumber: number;
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
    timeouts: 0,
    deadlineMs: Infinity,
    sending: 0,
    sinkNumber: 0,
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
