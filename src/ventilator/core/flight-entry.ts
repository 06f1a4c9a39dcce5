// What the flight knows of one batch; the states are drawn in `flight.ts`.

import type { FlightBatch } from "./flight-events.ts";

export interface Entry {
  readonly batch: FlightBatch;
  readonly addedMs: number;
  state: "waiting" | "assigned" | "done" | "given_up";
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
