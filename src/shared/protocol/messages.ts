// The messages of the protocol, as values. `codec.ts` turns them into frames and back; the bytes
// are drawn in PROTOCOL.md. 64-bit numbers that are only compared or echoed are bigints.

import { type SourceIdentity, type SourceHint } from "../model/content.ts";
import type { Plan } from "../model/plan.ts";
import type { Balance } from "../model/partial.ts";

export interface BatchHeader {
  /** Drawn at every start of a ventilator; a sink drops partials of sessions it was not greeted by. */
  readonly session: bigint;
  readonly batch: number;
  readonly attempt: number;
  readonly plan: string;
  /** Name of the source in the configuration. */
  readonly source: string;
  readonly identity: SourceIdentity;
  readonly hint: SourceHint;
  /** Byte range `[from, to)` of the decompressed content. */
  readonly from: number;
  readonly to: number;
  /** CRC-32 of the range's content, and of its last min(4096, to - from) bytes. */
  readonly crc32: number;
  readonly tailCrc32: number;
  /** `lines`: the payload is the range. `oversize`: the range is one line that fits no batch, the payload its beginning. */
  readonly kind: "lines" | "oversize";
  /**
   * Who has computed `crc32` and `tailCrc32`: the ventilator before it sent the batch (`given`), or
   * the worker that read the content itself (`measured`). Measured ones count as 0 in the tag.
   */
  readonly checksums: "given" | "measured";
  /** Keys of the summaries (and `balanceKey`) that this range is for. */
  readonly summaries: readonly string[];
  /** Proves to the sink that the ventilator cut this batch; see `batch-tag.ts`. `tagBytes` long. */
  readonly tag: Uint8Array;
}

export interface LedgerRange {
  readonly from: number;
  readonly to: number;
  /** CRC-32 of the range's content; present on the ranges of the balance sheet. */
  readonly crc32: number;
  /**
   * CRC-32 of its last `tailBytes` bytes. That is min(4096, to - from) of a range merged in one
   * piece, and up to three times as many of one that grew in small pieces: CRCs of neighbours can
   * be joined, but not cut.
   */
  readonly tailCrc32: number;
  readonly tailBytes: number;
}

export interface LedgerSource {
  readonly name: string;
  readonly identity: SourceIdentity;
  /** Newest last, at most 8. */
  readonly hints: readonly SourceHint[];
  /** Ranges merged, by summary key; the balance sheet's under `balanceKey`. Sorted, disjoint, not touching. */
  readonly merged: Readonly<Record<string, readonly LedgerRange[]>>;
}

/** worker → ventilator, on tasks. */
export type WorkerMessage =
  | {
      readonly type: "worker_hello";
      readonly version: number;
      /** Unique per process start. */
      readonly worker: string;
      readonly host: string;
      readonly pid: number;
      readonly credit: number;
      /** Version of the program, for people; null of a worker that is too old to tell. */
      readonly release: string | null;
    }
  | { readonly type: "worker_beat"; readonly worker: string }
  /** The partial is on its way to the sink; one credit returns. */
  | { readonly type: "batch_done"; readonly session: bigint; readonly batch: number }
  | {
      readonly type: "batch_failed";
      readonly session: bigint;
      readonly batch: number;
      /** `source`: the file does not hold, or does not let this worker read, what it was sent to. */
      readonly reason: "checksum" | "plan" | "error" | "source";
      readonly detail: string;
    }
  | { readonly type: "worker_bye"; readonly worker: string };

/** ventilator → worker, on tasks. */
export type TaskMessage =
  | {
      readonly type: "plan";
      readonly version: number;
      readonly session: bigint;
      readonly fingerprint: string;
      readonly plan: Plan;
      readonly results: string;
      /** A worker that works longer on one batch ends itself; see `watchdog.ts`. */
      readonly batchTimeoutMs: number;
      /** A worker that is asked to end does so within this time. */
      readonly drainTimeoutMs: number;
    }
  | {
      readonly type: "task";
      readonly header: BatchHeader;
      /** Of the payload; for given `lines` it is the header's `crc32`. */
      readonly payloadCrc32: number;
      readonly payload: Uint8Array;
    }
  /** The ventilator does not know this worker (it restarted): say hello again. */
  | { readonly type: "who" }
  | { readonly type: "ventilator_beat" }
  /** No more batches will come in this session; end after what is in work. */
  | { readonly type: "drain" };

/** worker → sink, on results. */
export interface PartialMessage {
  readonly type: "partial";
  readonly header: BatchHeader;
  readonly worker: string;
  /** Encoded `BatchPartial`, and its CRC-32. */
  readonly crc32: number;
  readonly partial: Uint8Array;
}

/** ventilator → sink, on acks. */
export type LedgerMessage =
  | {
      readonly type: "ventilator_hello";
      readonly version: number;
      readonly session: bigint;
      /** Configured name; a newer session of the same name replaces the older one. */
      readonly ventilator: string;
      readonly plan: string;
      /** What the session's batches are tagged with, `tagKeyBytes` long. A secret: workers never see it. */
      readonly tagKey: Uint8Array;
    }
  | {
      readonly type: "ledger_request";
      readonly request: number;
      /** Who asks: not answered before it has greeted. Null of a ventilator that is too old to tell. */
      readonly session: bigint | null;
    }
  /** A file was found to hold content that is merged already; keep where it is as a hint. */
  | { readonly type: "hint"; readonly identity: SourceIdentity; readonly hint: SourceHint }
  /**
   * The range is one line that no worker survives, and was put aside: count it as dead-lettered for
   * the header's summaries. Answered as a partial is, by `ack` or `nack`.
   */
  | { readonly type: "dead_letter"; readonly header: BatchHeader }
  /** Everything this session had is acknowledged: publish outputs and answer `finished`. */
  | { readonly type: "finish"; readonly request: number }
  /** The ventilator does not know whose this connection is: say hello again. */
  | { readonly type: "who" }
  | { readonly type: "ventilator_beat" };

/** Why a sink does not merge a partial; the position is its number in messages. */
export const nackReasons = ["checksum", "overlap", "plan", "bad_table"] as const;
export type NackReason = (typeof nackReasons)[number];

/** sink → ventilator, on acks. */
export type AckMessage =
  | {
      readonly type: "sink_hello";
      readonly version: number;
      /** 32 hex digits, made with the store. */
      readonly store: string;
      /** Drawn at every start of a sink. */
      readonly incarnation: bigint;
      readonly plan: string;
    }
  | {
      readonly type: "ack";
      readonly store: string;
      readonly session: bigint;
      readonly batches: readonly {
        readonly batch: number;
        /** The range was merged before; nothing was added. */
        readonly duplicate: boolean;
        readonly lines: number;
      }[];
    }
  | {
      readonly type: "nack";
      readonly store: string;
      readonly session: bigint;
      readonly batch: number;
      readonly reason: NackReason;
    }
  | {
      readonly type: "ledger";
      readonly request: number;
      readonly store: string;
      readonly incarnation: bigint;
      /** False on the last part of an answer. */
      readonly more: boolean;
      readonly sources: readonly LedgerSource[];
      /** Durable sheet of the store, by source name; complete in every part. */
      readonly balance: Readonly<Record<string, Balance>>;
    }
  | {
      readonly type: "finished";
      readonly request: number;
      /** Durable sheet of the store, by source name. */
      readonly balance: Readonly<Record<string, Balance>>;
      /** Paths that the outputs wrote or left as they were. */
      readonly outputs: readonly string[];
    }
  | { readonly type: "sink_beat" };

export const protocolVersion = 2;
