// The store, as the rest of the sink knows it: tables by summary and bucket, the ledger of what was
// merged into them, and the balance sheets, all durable and exact. Whatever keeps them (files of our own
// in `embedded/`, or a database) keeps these promises, which `test/support/store-contract.ts` checks:
//
//   - A range is merged for a definition once: its tables, its entry in the ledger and its share of the
//     sheets become durable together, or nothing of it does.
//   - A batch is answered once it is decided: durable (again, if it was before), or refused with the
//     reason. An answer may come before the call that submitted it returns. What is in motion when the
//     store closes or fails is not answered: nobody was told that it is durable, so it comes again.
//   - Whatever is read holds everything that was reported durable before the question.
//
// Questions are asynchronous, since a database has to be asked; answers to batches are calls back, since
// there is one for every batch.

import type { LogmillError } from "../../shared/base/errors.ts";
import type { SourceHint, SourceIdentity } from "../../shared/model/content.ts";
import type { PartialTable } from "../../shared/model/partial.ts";
import type { Configured } from "../../shared/model/reading.ts";
import type { RejectExample, Sheets, UncountedFile } from "../../shared/model/sheet.ts";
import type { BatchHeader, LedgerSource } from "../../shared/protocol/messages.ts";
import type { SummaryInfo } from "./summary-info.ts";

/** Who a batch came from, as far as a refusal names it. */
export interface Submitted {
  readonly header: BatchHeader;
  readonly worker?: string;
  readonly attempt?: number;
}

/** A partial to be merged. Its bytes must not be touched once it is submitted. */
export interface Submission extends Submitted {
  readonly partial: Uint8Array;
  /** The checksum that came with it; the store verifies it. */
  readonly crc32: number;
}

/** A batch whose range is in the durable ledger. */
export interface DurableBatch {
  readonly header: BatchHeader;
  /** The range had been merged before (or twice in this group); nothing was added. */
  readonly duplicate: boolean;
  /** Lines of the batch, 0 where its partial carries no balance (a back-fill). */
  readonly lines: number;
}

/** Why a batch is not merged. */
export type Refusal =
  /** A part of the range is merged, or about to be: the ventilator has to cut anew by the ledger. */
  | { readonly reason: "overlap" }
  /** The bytes are not those that the worker sent. */
  | { readonly reason: "checksum" }
  /** The bytes are no partial of these summaries. */
  | { readonly reason: "bad_table"; readonly detail: string };

export type StoreState =
  | { readonly kind: "open" }
  /** There is no space: nothing is lost, nothing is acknowledged, and the write is retried. */
  | { readonly kind: "full"; readonly reason: string }
  /** The process has to end, and the next start is exact again. */
  | { readonly kind: "failed"; readonly error: LogmillError }
  | { readonly kind: "closed" };

/** Is told how long steps took, and what was merged; for metrics. Must not throw. */
export interface StoreWatch {
  /** Deciding on one partial; pauses left out. */
  checked(ms: number): void;
  /** Making a group durable. */
  committed(ms: number): void;
  /** Merging every partial of a group; pauses left out. */
  merged(ms: number, tables: readonly PartialTable[]): void;
}

/** What a store calls back. Nothing here may throw. */
export interface StoreOptions {
  /** Once per group, in order. */
  readonly onDurable: (batches: readonly DurableBatch[]) => void;
  readonly onRefused: (batch: Submitted, refusal: Refusal) => void;
  readonly onState?: (state: StoreState) => void;
  /** Told what opening has made of the store, where people should know; a sentence each. */
  readonly onNotes?: (notes: readonly string[]) => void;
  readonly watch?: StoreWatch;
}

/** The tables of a store. */
export interface TableReader {
  /** 32 hex digits, made with the store. */
  readonly storeId: string;
  /** All stored summaries, configured or not, in the order in which they were added. */
  summaries(): Promise<readonly SummaryInfo[]>;
  /**
   * Table frames of one bucket: rows ascending by key, every key once, the overflow row last; none for an
   * unknown bucket. They are of one moment, which is not before the call, whatever is merged meanwhile.
   */
  read(summaryKey: string, bucketStart: number): AsyncIterable<Uint8Array>;
}

/** The durable ledger and the sheets of one moment. */
export interface LedgerSnapshot {
  /** In the order in which they were first merged. */
  readonly sources: readonly LedgerSource[];
  readonly sheets: Sheets;
}

/** All that can be read. */
export interface StoreReader extends TableReader {
  ledger(): Promise<LedgerSnapshot>;
  sheets(): Promise<Sheets>;
  /** The newest rejected lines of each sheet and reason. */
  examples(): Promise<readonly RejectExample[]>;
  /** Files of which no line counts, for a source or a summary; a bounded number. */
  uncounted(): Promise<readonly UncountedFile[]>;
  close(): Promise<void>;
}

/** Takes batches, and answers by `StoreOptions`. */
export interface BatchStore {
  /**
   * Resolves when there is room for another batch: to be awaited before one is taken from the network,
   * which is how back-pressure reaches the workers while a disk is slow or full. Rejects with the error
   * once the store has failed.
   */
  ready(): Promise<void>;
  submit(batch: Submission): void;
  /** Counts the range of the header as one dead-lettered line, as durably as a partial is merged. */
  deadLetter(header: BatchHeader): void;
  /** Remembers where known content lies now; durable with a batch to come, ignored where unknown. */
  hint(identity: SourceIdentity, hint: SourceHint): void;
  /** Resolves when everything submitted so far is answered, or dropped for lack of space. */
  settle(): Promise<void>;
}

/** What keeps a store short and quick. */
export interface FlushableStore {
  settle(): Promise<void>;
  /** Settles, and does now what the next start would have to do; to be called on a timer. */
  flush(): Promise<void>;
  /**
   * For a process that has to end: lack of space is not waited for from now on. What has none is
   * dropped without a word, so that it comes again, and everything that waits for it goes on.
   */
  waitNoLonger(): void;
}

/** A number of the store's own, for metrics. */
export interface StoreNumber {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly read: () => number;
}

/** Bytes of the file system that a store lies on. */
export interface StoreSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** What metrics show of this process's work; nothing is asked of anybody. */
export interface StoreNumbers {
  readonly numbers: readonly StoreNumber[];
  /** Rows of the tables that are in memory, by the name of the summary. */
  liveRows(): ReadonlyMap<string, number>;
  /** Rows of a summary that this process added to overflow rows; a key that came again counts again. */
  rowsFolded(summaryKey: string): number;
  /** Null where nobody can say. */
  space(): Promise<StoreSpace | null>;
}

/** Changes of what a store's numbers mean. Each closes the store, and is whole and durable when it resolves. */
export interface ChangeableStore {
  /**
   * Forgets a summary: its definition, tables and ledger, so that it can be filled anew from the inputs.
   * Nothing may have been submitted.
   * @param key of a stored summary.
   * @throws LogmillError `disk_failed`
   */
  drop(key: string): Promise<void>;
  /**
   * Keeps a summary's rows under a new meaning.
   * @param name of a stored summary.
   * @returns what has changed; nothing was done where it is empty.
   * @throws LogmillError `definition_changed` where no row could be kept; `disk_failed`
   */
  adopt(name: string, configured: Configured, nowSec: number): Promise<readonly string[]>;
}

export interface Store
  extends StoreReader, BatchStore, FlushableStore, StoreNumbers, ChangeableStore {
  readonly state: StoreState;
  /** Resolves (never rejects) with the error when the store fails; the process has to end then. */
  readonly failure: Promise<LogmillError>;
  /** Settles, puts everything to rest and gives the store back. Never rejects after a failure. */
  close(): Promise<void>;
}
