// What happens to a flight, and what it wants done; see `flight.ts`.

import type { AckMessage, WorkerMessage } from "../../../shared/protocol/messages.ts";
import type { FlightBatch, Presence, RedeliverCause } from "../../batch/batch.ts";

export interface NextBatch {
  readonly batch: FlightBatch;
  /** The worker that rather not gets it: the one it was taken from. */
  readonly avoid: string | null;
  /** It is to go to a worker that has nothing else. */
  readonly isAlone: boolean;
}

type Ack = Extract<AckMessage, { type: "ack" }>;
type Nack = Extract<AckMessage, { type: "nack" }>;
type Failed = Extract<WorkerMessage, { type: "batch_failed" }>;

export type FlightEvent =
  | { readonly type: "added"; readonly batch: FlightBatch }
  | { readonly type: "sent"; readonly batch: number; readonly worker: string }
  | {
      readonly type: "done";
      readonly session: bigint;
      readonly batch: number;
      readonly worker: string;
      readonly partialBytes?: number | undefined;
    }
  /** A living worker has these, in work or waiting for the sink to take them. */
  | { readonly type: "held"; readonly worker: string; readonly batches: readonly number[] }
  | (Omit<Failed, "type"> & { readonly type: "failed"; readonly worker: string })
  /**
   * A worker will not answer any more. Its loss is a `isFault` unless it said goodbye or greeted
   * anew, which means that its partials have left it.
   */
  | { readonly type: "worker_lost"; readonly worker: string; readonly isFault: boolean }
  | Ack
  | Nack
  /** A sink, or a new incarnation of the same one, has said hello. */
  | { readonly type: "sink_greeted"; readonly store: string }
  /** Nothing was heard from the sink for too long; or something is heard again. */
  | { readonly type: "sink_silent" | "sink_heard" }
  /** It lives and is at work on what it was sent. */
  | { readonly type: "sink_busy" }
  | { readonly type: "ledger"; readonly presenceOf: (batch: FlightBatch) => Presence }
  /**
   * What `load` asked for: the same batch with its bytes, or those that it makes if they are too many
   * for one message; null when they can not be had.
   */
  | { readonly type: "loaded"; readonly id: number; readonly into: readonly FlightBatch[] | null }
  /** What was given up goes on as its pieces; nothing happens if it has left meanwhile. */
  | { readonly type: "split"; readonly batch: number; readonly into: readonly FlightBatch[] }
  /** What was given up is one line and lies durably among the dead letters. */
  | { readonly type: "dead_lettered"; readonly batch: number }
  /** Everything begins anew: nothing of the session before is valid. */
  | { readonly type: "session"; readonly session: bigint }
  | { readonly type: "tick" };

/** What the time of a batch was spent on, in milliseconds: the parts add up to the whole. */
export interface LatencyParts {
  /** Until it was sent for the last time. */
  readonly queueMs: number;
  /** Until its worker reported the partial on its way; also the wire, and waiting at the worker. */
  readonly workMs: number;
  /** Until the sink had merged it durably and its acknowledgement was here. */
  readonly storeMs: number;
}

export type FlightAction =
  | {
      readonly type: "send";
      readonly batch: FlightBatch;
      readonly worker: string;
      readonly attempt: number;
    }
  | { readonly type: "redeliver"; readonly batch: FlightBatch; readonly cause: RedeliverCause }
  /** To be sent again too, but it failed by reference: first answer with `loaded`. */
  | { readonly type: "load"; readonly batch: FlightBatch; readonly cause: RedeliverCause }
  /** Gone without being merged, since nobody can read its bytes. */
  | { readonly type: "unreadable"; readonly batch: FlightBatch }
  | {
      readonly type: "acknowledged";
      readonly batch: FlightBatch;
      /** The sink had merged it before; another attempt was faster. */
      readonly duplicate: boolean;
      readonly lines: number;
      /** Since the batch was added, milliseconds. */
      readonly latencyMs: number;
      readonly parts: LatencyParts;
      /** Of its partial; 0 where the worker has not said. */
      readonly partialBytes: number;
    }
  /** Gone, since the ledger has it; the acknowledgement was lost. */
  | { readonly type: "merged"; readonly batch: FlightBatch }
  /** An acknowledgement of a batch that had left before: a second attempt got through as well. */
  | { readonly type: "repeated"; readonly batch: number }
  /** Gone without being merged: the ledger must say which of its bytes are still to be sent. */
  | { readonly type: "replan"; readonly batch: FlightBatch }
  /** It failed too often and stands still now: to be answered by `split` or `dead_lettered`. */
  | {
      readonly type: "give_up";
      readonly batch: FlightBatch;
      readonly failures: number;
      readonly cause: RedeliverCause;
      readonly detail: string;
    }
  /** The sink is to be told that the line is a dead letter. */
  | { readonly type: "dead_letter"; readonly batch: FlightBatch }
  /** Gone with its session. */
  | { readonly type: "dropped"; readonly batch: FlightBatch }
  /** It is damaged again and again on its way. */
  | { readonly type: "hopeless"; readonly batch: FlightBatch; readonly detail: string }
  /** The sink does not know the plan. */
  | { readonly type: "stop"; readonly batch: FlightBatch }
  /** A message of another store or session; nothing was changed. */
  | { readonly type: "ignored"; readonly what: "ack" | "nack" };
