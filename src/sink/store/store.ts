// The store: tables by summary and bucket, the ledger of what was merged into them, and the balance
// sheet, all durable and exact. One process owns it.
//
// A submitted partial goes through these steps, and through none twice:
//   decided    against the ledger and everything queued; its tables checked, so that later steps
//              cannot refuse it
//   written    in one write and one fdatasync with everything that arrived meanwhile (a group)
//   merged     into the live tables, while the next group is being written
//   reported   to `onDurable`, group by group in the order of submission; from here on no power cut
//              loses it, and its batch may be acknowledged
//
// Invariants: merged(range) ⇔ range in the ledger, in memory and in every state that a crash can
// leave; ranges of one summary never overlap; a file is deleted only after the manifest that makes it
// superfluous is durable.

import type { LogmillError } from "../../shared/base/errors.ts";
import type { SummaryDefinition } from "../../shared/config/plan.ts";
import type {
  BatchHeader,
  LedgerSource,
  SourceHint,
  SourceIdentity,
} from "../../shared/protocol/messages.ts";
import type { Balance } from "../../shared/table/partial.ts";
import type { FileSystem } from "./file-system.ts";
import { ReadOnlyStore } from "./read-only-store.ts";
import type { SummaryInfo } from "./summary-info.ts";

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

export interface StoreOptions {
  /** Memory for live tables, in bytes; beyond half of it they are flushed, the other half fills meanwhile. */
  readonly liveBytesMax: number;
  /** Called once per group, in order. Must not throw. */
  readonly onDurable: (batches: readonly DurableBatch[]) => void;
  readonly onState?: (state: StoreState) => void;
}

/** Counters since the store was opened, and sizes now; for metrics. */
export interface StoreStats {
  readonly groups: number;
  readonly batches: number;
  readonly duplicates: number;
  readonly walBytesWritten: number;
  /** Time in write and fdatasync, milliseconds. */
  readonly commitMs: number;
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

export class Store {
  /** 32 hex digits, made with the store. */
  readonly storeId: string = "";

  /**
   * Takes the directory, recovers what is in it (or begins an empty store) and adds the summaries
   * that are new. Stored summaries that are not among the definitions stay.
   * @throws LogmillError `store_locked`, `store_damaged`, `store_version`, `definition_changed`, `disk_failed`.
   */
  static open(
    _files: FileSystem,
    _directory: string,
    _definitions: readonly SummaryDefinition[],
    _options: StoreOptions,
  ): Promise<Store> {
    return Promise.reject(new Error("not built yet"));
  }

  /** A snapshot for readers, without the lock; see there. */
  static openReadOnly(files: FileSystem, directory: string): Promise<ReadOnlyStore> {
    return ReadOnlyStore.open(files, directory);
  }

  /**
   * Hands over one partial. The bytes must not be touched afterwards.
   * @param crc32 the checksum that came with the partial; verified here.
   * @throws LogmillError `disk_failed` once the store has failed.
   */
  submit(_header: BatchHeader, _partial: Uint8Array, _crc32: number): Submission {
    throw new Error("not built yet");
  }

  /**
   * Resolves when the store has room for another partial: wait for it before taking one from the
   * network, that is how back-pressure reaches the workers while the disk is slow or full.
   * Rejects with the error once the store has failed.
   */
  ready(): Promise<void> {
    return Promise.reject(new Error("not built yet"));
  }

  /** Resolves (never rejects) with the error when the store fails; the process has to end then. */
  get failure(): Promise<LogmillError> {
    throw new Error("not built yet");
  }

  get state(): StoreState {
    throw new Error("not built yet");
  }

  /** Remembers where known content lies now; durable with the next group, ignored where unknown. */
  hint(_identity: SourceIdentity, _hint: SourceHint): void {
    throw new Error("not built yet");
  }

  /** The durable ledger, in the order in which sources were first merged. */
  ledger(): readonly LedgerSource[] {
    throw new Error("not built yet");
  }

  /** The durable balance sheet by source name. */
  balance(): Readonly<Record<string, Balance>> {
    throw new Error("not built yet");
  }

  /** All stored summaries, configured or not, in the order in which they were added. */
  summaries(): readonly SummaryInfo[] {
    throw new Error("not built yet");
  }

  /**
   * Table frames of one bucket: rows ascending by key, every key once. What is merged after the
   * call does not show; segments may be compacted away while it is read. Nothing for an unknown bucket.
   */
  read(_summaryKey: string, _bucketStart: number): AsyncIterable<Uint8Array> {
    throw new Error("not built yet");
  }

  /** Resolves when everything submitted so far has been reported to `onDurable`. */
  settle(): Promise<void> {
    return Promise.reject(new Error("not built yet"));
  }

  /**
   * Settles, writes the live tables as segments, replaces the manifest and deletes the log before
   * it. The store flushes by itself over budget; call this on a timer to keep restarts short.
   */
  flush(): Promise<void> {
    return Promise.reject(new Error("not built yet"));
  }

  /** Merges segments where there are too many of one bucket, in bounded memory; runs by itself after flushes. */
  compact(): Promise<void> {
    return Promise.reject(new Error("not built yet"));
  }

  stats(): StoreStats {
    throw new Error("not built yet");
  }

  /** Settles, flushes, closes the files and gives the directory back. Never rejects after a failure. */
  close(): Promise<void> {
    return Promise.reject(new Error("not built yet"));
  }
}
