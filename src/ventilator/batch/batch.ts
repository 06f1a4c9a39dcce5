// A batch as the ventilator keeps it until it is acknowledged.

import type { BatchHeader, SealedHeader } from "../../shared/protocol/messages.ts";

/** Bytes that are not here: a worker on this host reads them from the file itself. */
export interface PayloadReference {
  readonly length: number;
}

/** A batch as it is kept until it is acknowledged. */
export interface FlightBatch {
  readonly header: BatchHeader;
  /** The same in bytes, for the worker and the sink. */
  readonly sealed: SealedHeader;
  /** Never written to again: it may be on its way to several workers. */
  readonly payload: Uint8Array | PayloadReference;
  readonly payloadCrc32: number;
  /** What is left of a batch that was given up: several lines of it, or one. */
  readonly piece?: "lines" | "line";
}

/** How a batch stands to a ledger: all of it merged, none of it, or some of it. */
export type Presence = "merged" | "absent" | "partly";

/** Why a batch is sent again. */
export const redeliverCauses = [
  "worker_lost",
  "worker_failed",
  "checksum",
  "bad_table",
  "sink_changed",
  "timeout",
] as const;

export type RedeliverCause = (typeof redeliverCauses)[number];
