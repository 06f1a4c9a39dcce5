// The moving parts of an open store, put together: submissions go to the committer, groups to the log
// and then into the catalog and live tables, and over budget the flusher turns these into segments.

import type { LogmillError } from "../../../shared/base/errors.ts";
import { failPoint } from "../../../shared/base/fail-point.ts";
import { limits } from "../../../shared/base/limits.ts";
import type { LogPosition } from "./log/commit-point.ts";
import { CommitPointKeeper, restWhileIdle } from "./log/commit-point-keeper.ts";
import { Committer, type Entry } from "./log/group-commit.ts";
import { Compactor } from "./compactor.ts";
import { mergeBatch } from "./apply-record.ts";
import { byKey, type DefinitionsByKey } from "./manifest/definitions.ts";
import type { FileSystem } from "../../disk/file-system.ts";
import { Flusher, type StoreParts } from "./memory/flusher.ts";
import { DoubleBuffer } from "./memory/double-buffer.ts";
import type { OpenedStore } from "./open-store.ts";
import { pauseForSpace } from "../../disk/retry-when-full.ts";
import { StoreStatus } from "./store-state.ts";
import type { DurableBatch } from "../store.ts";
import type { EmbeddedOptions } from "./embedded-options.ts";
import type { StoreStats } from "./store-numbers.ts";
import { inSlices } from "../../../shared/runtime/time-slice.ts";
import { Submissions } from "./submissions.ts";
import type { RecordContent } from "./log/wal-record.ts";

/** Bytes of log after which a flush is due, so that a start never has much more to replay. */
const logBytesMax = 4 * limits.walSegmentBytesMax;

export class StoreEngine {
  readonly definitions: DefinitionsByKey;
  readonly live: DoubleBuffer;
  readonly status: StoreStatus;
  readonly committer: Committer;
  readonly submissions: Submissions;
  readonly #opened: OpenedStore;
  readonly #options: EmbeddedOptions;
  readonly #flusher: Flusher;
  readonly #compactor: Compactor;
  readonly #commitPoint: CommitPointKeeper;
  readonly #counts = { groups: 0, batches: 0, duplicates: 0, fullRetries: 0 };
  /** Time in merging the group that is being merged. */
  #mergeMs = 0;
  /** Of the live tables, with the next group. */
  #bytesNeeded = 0;
  #isClosing = false;
  #isImpatient = false;

  constructor(files: FileSystem, directory: string, opened: OpenedStore, options: EmbeddedOptions) {
    const { catalog, manifest, storeId, segments, wal } = opened;
    this.#opened = opened;
    this.#options = options;
    this.definitions = byKey(manifest.current.definitions);
    this.live = new DoubleBuffer(options.liveBytesMax, opened.live);
    this.status = new StoreStatus((state) => options.onState?.(state));
    const pause = (attempt: number, signal: AbortSignal): Promise<void> =>
      this.#pause(attempt, signal);
    this.committer = new Committer({
      append: (records) => this.#append(records),
      merge: (entry) => this.#merge(entry),
      report: (group) => this.#report(group),
      measure: (entries) => this.#measure(entries),
      room: () => this.#room(),
      full: (reason) => this.status.setFull("commit", reason),
      pause,
      fail: (error) => this.fail(error),
      idle: () => this.#commitPoint.idle(),
    });
    this.submissions = new Submissions(catalog.ledger, this.definitions, {
      isOver: () => this.isOver,
      queue: (entry) => this.committer.add(entry),
      durable: (batch) => options.onDurable([batch]),
      refused: options.onRefused,
      checked: (ms) => options.watch?.checked(ms),
      fail: (error) => this.fail(error),
    });
    let { nextSegment } = opened;
    const { committer, live } = this;
    const parts: StoreParts = {
      ...{ files, directory, storeId, manifest, segments, live, catalog, wal, committer, pause },
      logBytesReplayed: opened.walBytes,
      nextSegment: () => nextSegment++,
    };
    this.#compactor = new Compactor(parts);
    this.#flusher = new Flusher(parts, {
      readyForRun: () => this.#compactor.readyForRun(),
      full: (reason) => this.status.setFull("flush", reason),
    });
    this.#commitPoint = new CommitPointKeeper(opened.commitPoint, {
      position: () => this.#acknowledged,
      fail: (error) => this.fail(error),
      rest: options.rest ?? restWhileIdle,
    });
    // What was read back is durable now, and is acknowledged whenever it comes again.
    this.#commitPoint.idle();
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Nothing is taken any more: what comes is dropped without a word, so that it comes again. */
  get isOver(): boolean {
    return this.#isClosing || this.#hasFailed;
  }

  /** As `Store.ready`. A partial in check is decided first, so that there is one at a time. */
  ready(): Promise<void> {
    const { deciding } = this.submissions;
    return deciding === null ? this.committer.ready() : deciding.then(() => this.ready());
  }

  /** As `Store.settle`. */
  async settle(): Promise<void> {
    await this.submissions.deciding;
    await this.committer.settle();
  }

  /** Resolves when what was merged before is in segments. @throws LogmillError when the store fails. */
  async flush(): Promise<void> {
    try {
      await this.#flusher.flush();
    } catch (error) {
      throw this.fail(error);
    }
    if (!this.#isClosing) void this.compact().catch(() => undefined);
  }

  /** The last flush was not given up for lack of space: segments have all that was merged before it. */
  get isFlushed(): boolean {
    return this.#flusher.isDone;
  }

  /** Resolves when there is nothing to compact. @throws LogmillError when the store fails. */
  async compact(): Promise<void> {
    try {
      await this.#compactor.compact();
    } catch (error) {
      throw this.fail(error);
    }
  }

  /** Nothing is written or reported any more. Returns the error that counts. */
  fail(error: unknown): LogmillError {
    const first = this.status.fail(error);
    this.committer.stop(first);
    this.#flusher.abandon();
    return first;
  }

  /** Empties the log and changes what the numbers of the store mean; the store is to be closed then. */
  async change(meaning: (opened: OpenedStore) => Promise<void>): Promise<void> {
    try {
      this.#isClosing = true;
      this.waitNoLonger();
      await this.#compactor.stop();
      await this.settle();
      await this.#flusher.flush();
      await meaning(this.#opened);
    } catch (error) {
      throw this.fail(error);
    }
  }

  /** Lack of space is not waited for from now on; what has none is dropped, and nobody was told of it. */
  waitNoLonger(): void {
    this.#isImpatient = true;
    if (this.status.state.kind === "full") this.#abandon();
  }

  /** Brings everything to rest: settled and flushed, as far as there is space. */
  async drain(): Promise<void> {
    this.#isClosing = true;
    // The log has all that was acknowledged.
    this.waitNoLonger();
    await this.#compactor.stop();
    this.status.throwIfFailed();
    await this.settle();
    await this.flush();
  }

  /** Closes the files of the log, which is at rest or has failed. */
  async closeLog(): Promise<void> {
    const { wal } = this.#opened;
    await this.#commitPoint.close(this.#hasFailed ? null : wal.position);
    await wal.close();
  }

  /** Rows of a summary that this process added to overflow rows. */
  rowsFolded(summaryKey: string): number {
    return this.live.rowsFolded(summaryKey) + this.#compactor.rowsFolded(summaryKey);
  }

  stats(): StoreStats {
    const { wal, segments } = this.#opened;
    return {
      ...this.#counts,
      walBytesWritten: wal.bytesWritten,
      flushes: this.#flusher.flushes,
      flushMs: this.#flusher.busyMs,
      compactions: this.#compactor.compactions,
      compactMs: this.#compactor.busyMs,
      segmentBytesWritten: this.#flusher.bytesWritten + this.#compactor.bytesWritten,
      queuedBatches: this.committer.queuedEntries,
      queuedBytes: this.committer.queuedBytes,
      liveBytes: this.live.bytes,
      walBytes: this.#logBytes,
      segmentFiles: segments.list.length,
      segmentBytes: segments.bytes,
    };
  }

  /** Where the log ends, if all of it was reported. */
  get #acknowledged(): LogPosition | null {
    return this.committer.isIdle && !this.#hasFailed ? this.#opened.wal.position : null;
  }

  get #hasFailed(): boolean {
    return this.status.state.kind === "failed";
  }

  get #logBytes(): number {
    const { wal, walBytes } = this.#opened;
    return walBytes + wal.bytesWritten - this.#flusher.logBytesFlushed;
  }

  async #append(records: readonly RecordContent[]): Promise<void> {
    const startMs = performance.now();
    await this.#opened.wal.append(records);
    this.#options.watch?.committed(performance.now() - startMs);
  }

  *#merge(entry: Entry): Generator<void, void, undefined> {
    const { catalog } = this.#opened;
    if (entry.kind === "hint") catalog.hint(entry.hint.sourceId, entry.hint.hint);
    if (entry.kind !== "batch") return;
    const { merged, partial } = entry;
    const steps = mergeBatch(catalog, this.live.active, this.definitions, merged, partial);
    for (let isDone = false; !isDone;) {
      const startMs = performance.now();
      isDone = steps.next().done === true;
      this.#mergeMs += performance.now() - startMs;
      yield;
    }
    this.submissions.merged(merged);
  }

  #report(group: readonly Entry[]): void {
    const durable: DurableBatch[] = [];
    for (const entry of group) {
      if (entry.kind === "hint") continue;
      const duplicate = entry.kind === "duplicate";
      const lines = duplicate ? entry.lines : (entry.partial.source?.lines ?? 0);
      durable.push({ header: entry.header, duplicate, lines });
    }
    const duplicates = durable.filter(({ duplicate }) => duplicate).length;
    this.#counts.groups += 1;
    this.#counts.batches += durable.length - duplicates;
    this.#counts.duplicates += duplicates;
    if (durable.length > 0) {
      failPoint("sink.commit.merged");
      this.#options.onDurable(durable);
      failPoint("sink.ack.sent");
    }
    const tables = group.flatMap((entry) => (entry.kind === "batch" ? entry.partial.tables : []));
    this.#options.watch?.merged(this.#mergeMs, tables);
    this.#mergeMs = 0;
    const isDue = this.live.isOverBudget || this.#logBytes > logBytesMax;
    if (isDue && !this.#isClosing) void this.#flushInBackground();
  }

  /** Before the next group is taken, so that no growing array reaches beyond the budget. */
  async #measure(entries: readonly Entry[]): Promise<void> {
    const { active, halfBytesMax } = this.live;
    const tables = entries.flatMap((entry) => (entry.kind === "batch" ? entry.partial.tables : []));
    this.#bytesNeeded = await inSlices(active.bytesWith(tables, halfBytesMax));
  }

  /** The committer goes on while one half is written, until the other is full; what fits in none is taken alone. */
  #room(): Promise<void> | null {
    const { active, halfBytesMax } = this.live;
    if (this.#bytesNeeded <= halfBytesMax || this.#isClosing) return null;
    return active.isEmpty ? this.#flusher.running : this.#flushInBackground();
  }

  #flushInBackground(): Promise<void> {
    if (this.#flusher.running === null) void this.flush().catch(() => undefined);
    return this.#flusher.running ?? Promise.resolve();
  }

  async #pause(attempt: number, signal: AbortSignal): Promise<void> {
    this.#counts.fullRetries += 1;
    if (this.#isImpatient) this.#abandon();
    else await (this.#options.pause ?? pauseForSpace)(attempt, signal);
  }

  #abandon(): void {
    this.committer.abandon();
    this.#flusher.abandon();
  }
}
