// What goes into the store and what comes out of it besides tables: the values of `Store`'s methods.

import type { LogmillError } from "../../shared/base/errors.ts";
import type { BatchHeader } from "../../shared/protocol/messages.ts";
import type { PartialTable } from "../../shared/model/partial.ts";

/** A batch whose range is in the durable ledger. */
export interface DurableBatch {
  readonly header: BatchHeader;
  /** The range had been merged before (or twice in this group); nothing was added. */
  readonly duplicate: boolean;
  /** Lines of the batch, 0 where its partial carries no balance (a back-fill). */
  readonly lines: number;
}

/** What becomes of a partial, decided at once. */
export type Submission =
  /** `onDurable` will name it. */
  | { readonly kind: "queued" }
  /** Merged and durable already: acknowledge at once. `onDurable` will not name it. */
  | { readonly kind: "duplicate"; readonly lines: number }
  /** A part of the range is merged or queued: the ventilator has to cut anew by the ledger. */
  | { readonly kind: "overlap" }
  /** The bytes are not those that the worker sent. */
  | { readonly kind: "checksum" }
  /** The bytes are no partial of these summaries. */
  | { readonly kind: "bad_table"; readonly detail: string };

export type StoreState =
  | { readonly kind: "open" }
  /** The disk has no space: nothing is lost, nothing is acknowledged, and the write is retried. */
  | { readonly kind: "full"; readonly reason: string }
  /** A write or an fsync failed; the process has to end, and the next start is exact again. */
  | { readonly kind: "failed"; readonly error: LogmillError }
  | { readonly kind: "closed" };

/** Is told what groups took, and what was merged; for metrics. Must not throw. */
export interface GroupWatch {
  /** One write and one fdatasync. */
  committed(ms: number): void;
  /** Every partial of a group into the live tables; pauses left out. */
  merged(ms: number, tables: readonly PartialTable[]): void;
}

export interface StoreOptions {
  /** Memory for live tables, in bytes; beyond half of it they are flushed, the other half fills meanwhile. */
  readonly liveBytesMax: number;
  /** Called once per group, in order. Must not throw. */
  readonly onDurable: (batches: readonly DurableBatch[]) => void;
  readonly onState?: (state: StoreState) => void;
  /** Told what the configuration has made of the store, where people should know; a sentence each. */
  readonly onNotes?: (notes: readonly string[]) => void;
  readonly watch?: GroupWatch;
  /** Waits for space before another try, counted from 0; returns early when `signal` aborts. */
  readonly pause?: (attempt: number, signal: AbortSignal) => Promise<void>;
  /** Waits until a log that has just fallen idle counts as idle; returns early when `signal` aborts. */
  readonly rest?: (signal: AbortSignal) => Promise<void>;
}

/** Counters since the store was opened, and sizes now; for metrics. */
export interface StoreStats {
  readonly groups: number;
  readonly batches: number;
  readonly duplicates: number;
  readonly walBytesWritten: number;
  /** Time in flushes and in compactions, milliseconds. */
  readonly flushMs: number;
  readonly compactMs: number;
  readonly flushes: number;
  readonly compactions: number;
  readonly segmentBytesWritten: number;
  /** Waits for disk space. */
  readonly fullRetries: number;
  readonly queuedBatches: number;
  readonly queuedBytes: number;
  readonly liveBytes: number;
  /** Bytes of the write-ahead log since the last flush. */
  readonly walBytes: number;
  readonly segmentFiles: number;
  readonly segmentBytes: number;
}
