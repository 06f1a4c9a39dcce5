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

import { assert } from "../../../shared/base/assert.ts";
import type { LogmillError } from "../../../shared/base/errors.ts";
import type { SourceHint, SourceIdentity } from "../../../shared/model/content.ts";
import type { Configured } from "../../../shared/model/reading.ts";
import type { BatchHeader, LedgerSource } from "../../../shared/protocol/messages.ts";
import type { RejectExample, Sheets } from "../../../shared/model/sheet.ts";
import { examplesOf, liveRowsOf, sheetsOf, summaryInfos } from "./apply-record.ts";
import { adoptMeaning, beginAnew, dropSummary } from "./change-meaning.ts";
import { StoreEngine } from "./engine.ts";
import { adoptionOf } from "./manifest/adoption.ts";
import type { FileSystem } from "../../disk/file-system.ts";
import { openStore, type OpenedStore } from "./open-store.ts";
import { ReadOnlyStore } from "./read-only-store.ts";
import { framesOf, readTable } from "./read-table.ts";
import type { DurableBatch, StoreOptions, StoreState, StoreStats, Submission } from "../store.ts";
import type { SummaryInfo } from "../summary-info.ts";

export type { DurableBatch, StoreOptions, StoreState, StoreStats, Submission };

/** Live tables above this part of their budget are flushed before they are read, not copied. */
const copyShareMax = 1 / 64;

export class Store {
  readonly #opened: OpenedStore;
  readonly #engine: StoreEngine;
  readonly #copyBytesMax: number;

  private constructor(
    files: FileSystem,
    directory: string,
    opened: OpenedStore,
    options: StoreOptions,
  ) {
    this.#opened = opened;
    this.#engine = new StoreEngine(files, directory, opened, options);
    this.#copyBytesMax = options.liveBytesMax * copyShareMax;
  }

  /**
   * Takes the directory, recovers what is in it (or begins an empty store) and makes of it what the
   * configuration says, see `manifest/reconcile.ts`.
   * @throws LogmillError `store_locked`, `store_damaged`, `store_version`, `definition_changed`, `disk_failed`.
   */
  static async open(
    files: FileSystem,
    directory: string,
    configured: Configured,
    options: StoreOptions,
  ): Promise<Store> {
    const opened = await openStore(files, directory, configured);
    const { notes, forget } = opened.reconciled;
    const store = new Store(files, directory, opened, options);
    if (forget.length === 0) {
      if (notes.length > 0) options.onNotes?.(notes);
      return store;
    }
    await store.#change((parts) => beginAnew(parts, parts.reconciled));
    options.onNotes?.(notes);
    return await Store.open(files, directory, configured, options);
  }

  /** A snapshot for readers, without the lock; see there. */
  static openReadOnly(files: FileSystem, directory: string): Promise<ReadOnlyStore> {
    return ReadOnlyStore.open(files, directory);
  }

  /** 32 hex digits, made with the store. */
  get storeId(): string {
    return this.#opened.storeId;
  }

  /** Bytes at the end of the log that could not be read when it was opened, and were cut off. */
  get cutBytes(): number {
    return this.#opened.cutBytes;
  }

  get state(): StoreState {
    return this.#engine.status.state;
  }

  /** Resolves (never rejects) with the error when the store fails; the process has to end then. */
  get failure(): Promise<LogmillError> {
    return this.#engine.status.failure;
  }

  /**
   * Checks a partial that is about to be submitted, in slices, so that a large one holds nobody up. False
   * when the store is being closed: nothing may be submitted any more.
   */
  async prepare(header: BatchHeader, partial: Uint8Array, crc32: number): Promise<boolean> {
    await this.#engine.submissions.prepare(header, partial, crc32);
    return !this.#engine.isClosing;
  }

  /**
   * Hands over one partial. The bytes must not be touched afterwards.
   * @param crc32 the checksum that came with the partial; verified here.
   * @throws LogmillError `disk_failed` once the store has failed.
   */
  submit(header: BatchHeader, partial: Uint8Array, crc32: number): Submission {
    const { isClosing, status, submissions } = this.#engine;
    status.throwIfFailed();
    assert(!isClosing, "nothing is submitted to a store that closes");
    return submissions.submit(header, partial, crc32);
  }

  /**
   * Counts the range of the header as one line that was put aside, as durably as a partial is merged.
   * @throws LogmillError `disk_failed` once the store has failed.
   */
  deadLetter(header: BatchHeader): Submission {
    const { isClosing, status, submissions } = this.#engine;
    status.throwIfFailed();
    assert(!isClosing, "nothing is submitted to a store that closes");
    return submissions.deadLetter(header);
  }

  /**
   * Resolves when the store has room for another partial: wait for it before taking one from the
   * network, that is how back-pressure reaches the workers while the disk is slow or full.
   * Rejects with the error once the store has failed.
   */
  ready(): Promise<void> {
    return this.#engine.committer.ready();
  }

  /** Remembers where known content lies now; durable with the next group, ignored where unknown. */
  hint(identity: SourceIdentity, hint: SourceHint): void {
    const { isClosing, status, submissions } = this.#engine;
    if (status.state.kind !== "failed" && !isClosing) submissions.hint(identity, hint);
  }

  /** The durable ledger, in the order in which sources were first merged. */
  ledger(): readonly LedgerSource[] {
    return this.#opened.books.ledger.sources();
  }

  /** The durable balance sheets. */
  sheets(): Sheets {
    const { manifest, books } = this.#opened;
    return sheetsOf(manifest.current.definitions, books);
  }

  /** The newest rejected lines of each sheet and reason. */
  examples(): readonly RejectExample[] {
    const { manifest, books } = this.#opened;
    return examplesOf(manifest.current.definitions, books);
  }

  /** All stored summaries, configured or not, in the order in which they were added. */
  summaries(): readonly SummaryInfo[] {
    const { manifest, books, segments } = this.#opened;
    const { definitions } = manifest.current;
    return summaryInfos(definitions, books, segments.runs(), this.#engine.live.all);
  }

  /** Rows of the tables that are in memory, by the name of the summary. */
  liveRows(): ReadonlyMap<string, number> {
    const { definitions, live } = this.#engine;
    return liveRowsOf(definitions, live.all);
  }

  /**
   * Table frames of one bucket: rows ascending by key, every key once; none for an unknown bucket.
   * They are of one moment, which is not before the call; what is flushed, compacted or merged while
   * they are read does not disturb.
   */
  read(summaryKey: string, bucketStart: number): AsyncIterable<Uint8Array> {
    const { live, status } = this.#engine;
    const tables = live.all.flatMap((half) => half.find(summaryKey, bucketStart) ?? []);
    const liveBytes = tables.reduce((sum, table) => sum + table.bytesUsed, 0);
    return liveBytes > this.#copyBytesMax && status.state.kind === "open"
      ? this.#readFlushed(summaryKey, bucketStart)
      : this.#readNow(summaryKey, bucketStart);
  }

  /**
   * For a process that has to end: lack of space is not waited for from now on. What has none is
   * dropped without a word, so that it comes again, and everything that waits for it goes on.
   */
  waitNoLonger(): void {
    this.#engine.waitNoLonger();
  }

  /** Resolves when everything submitted so far has been reported to `onDurable`. */
  settle(): Promise<void> {
    return this.#engine.committer.settle();
  }

  /**
   * Settles, writes the live tables as segments, replaces the manifest and deletes the log before
   * it. The store flushes by itself over budget; call this on a timer to keep restarts short.
   */
  async flush(): Promise<void> {
    await this.#engine.committer.settle();
    await this.#engine.flush();
  }

  /** Merges segments where there are too many of one bucket, in bounded memory; runs by itself after flushes. */
  compact(): Promise<void> {
    return this.#engine.compact();
  }

  /** Rows of a summary that this process added to overflow rows; a key that came again counts again. */
  rowsFolded(summaryKey: string): number {
    return this.#engine.rowsFolded(summaryKey);
  }

  /**
   * Forgets a summary: its definition, tables and ledger, so that it can be filled anew from the
   * inputs, and closes the store. Whole and durable when it resolves; a crash leaves it done or not
   * begun. Nothing may have been submitted.
   * @param key of a stored summary.
   * @throws LogmillError `disk_failed`
   */
  drop(key: string): Promise<void> {
    return this.#change((opened) => dropSummary(opened, key));
  }

  /**
   * Keeps a summary's rows under a new meaning, and closes the store; durable and whole as `drop`.
   * @param name of a stored summary.
   * @returns what has changed; nothing was done where it is empty.
   * @throws LogmillError `definition_changed` where no row could be kept; `disk_failed`
   */
  async adopt(name: string, configured: Configured, nowSec: number): Promise<readonly string[]> {
    const { manifest } = this.#opened;
    const adoption = adoptionOf(manifest.current, name, configured, nowSec);
    if (adoption === null) return [];
    const { key, adopted, readings, changes } = adoption;
    await this.#change((opened) => adoptMeaning(opened, key, adopted, readings));
    return changes;
  }

  async #change(meaning: (opened: OpenedStore) => Promise<void>): Promise<void> {
    try {
      await this.#engine.change(meaning);
    } finally {
      await this.#release();
    }
  }

  stats(): StoreStats {
    return this.#engine.stats();
  }

  /** Settles, flushes, closes the files and gives the directory back. Never rejects after a failure. */
  async close(): Promise<void> {
    const engine = this.#engine;
    if (engine.isClosing) return;
    try {
      await engine.drain();
    } catch (error) {
      engine.fail(error);
    }
    await this.#release();
  }

  async #release(): Promise<void> {
    const engine = this.#engine;
    const { segments, lock } = this.#opened;
    try {
      await engine.closeLog();
      await segments.close();
    } catch (error) {
      engine.fail(error);
    }
    await lock.release();
    engine.status.close();
  }

  async *#readFlushed(summaryKey: string, bucketStart: number): AsyncGenerator<Uint8Array> {
    await this.flush();
    yield* this.#readNow(summaryKey, bucketStart);
  }

  #readNow(summaryKey: string, bucketStart: number): AsyncIterable<Uint8Array> {
    const { definitions, live } = this.#engine;
    const definition = definitions.get(summaryKey);
    if (definition === undefined) return framesOf([]);
    const tables = live.all.flatMap((half) => half.find(summaryKey, bucketStart) ?? []);
    const { segments } = this.#opened;
    return readTable(segments, tables, definition, { summaryKey, bucketStart }, true);
  }
}
