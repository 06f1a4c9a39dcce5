// Group commit. Whatever arrived while the disk was busy is one group: one write, one fdatasync. Then
// the group is merged while the next one is being written, and reported, in order.
//
//   queue ─► write k+1 ┐
//            merge k   ┴─► report k ─► …
//
// Between groups nothing is in motion: everything written is merged. There, and while it waits for
// space, the committer runs what has to see such a moment (`atRest`), which is how a flush begins.
//
// When there is no space, the log is as it was before, and the group is written again later; the
// queue fills to its bound meanwhile and `ready` holds back whoever feeds it. Any other failure of a
// write, and every failure of an fsync, ends the store: nothing of that group is reported.

import { limits } from "../../../../shared/base/limits.ts";
import type { LogmillError } from "../../../../shared/base/errors.ts";
import type { BatchHeader } from "../../../../shared/protocol/messages.ts";
import type { DecodedPartial } from "../../../../shared/model/partial.ts";
import { TimeSlice } from "../../../../shared/runtime/time-slice.ts";
import type { Merged } from "../ledger/ledger.ts";
import type { HintRecord } from "./batch-record.ts";
import { OutOfSpace } from "../../../disk/disk-error.ts";
import { recordBytes, type RecordContent } from "./wal-record.ts";

/** Something that waits for its group, in the order of arrival. */
export type Entry =
  | {
      readonly kind: "batch";
      readonly record: RecordContent;
      readonly header: BatchHeader;
      readonly merged: Merged;
      readonly partial: DecodedPartial;
    }
  /** Of a batch that is queued before it. */
  | { readonly kind: "duplicate"; readonly header: BatchHeader; readonly lines: number }
  | { readonly kind: "hint"; readonly record: RecordContent; readonly hint: HintRecord };

/** What the committer does with groups, given by the store. */
export interface CommitSteps {
  /** Makes records durable. Throws OutOfSpace when nothing was changed. */
  readonly append: (records: readonly RecordContent[]) => Promise<void>;
  /** Merges an entry step by step; between steps others may have their turn. */
  readonly merge: (entry: Entry) => Iterator<void>;
  readonly report: (group: readonly Entry[]) => void;
  /** Finds out what memory the next group will need, beside those that are not merged yet. */
  readonly measure: (entries: readonly Entry[]) => Promise<void>;
  /** Null when the live tables have room for what was measured; else resolves when to look again. */
  readonly room: () => Promise<void> | null;
  /** There is no space, for this reason; null when there is again. */
  readonly full: (reason: string | null) => void;
  /** Waits before the next try; returns early when `signal` aborts. */
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
  readonly fail: (error: unknown) => void;
  /** Everything written was reported, and nothing else is to be written. */
  readonly idle: () => void;
}

/** Memory of what waits; one group more may be in motion. */
const queueBytesMax = 2 * limits.groupCommitBytesMax;
const groupEntriesMax = 512;
const queueEntriesMax = 2 * groupEntriesMax;
/** Merging gives way to the network and the disk this often. */
const mergeSliceMs = 1;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Committer {
  readonly #steps: CommitSteps;
  #queue: Entry[] = [];
  #queuedBytes = 0;
  #isRunning = false;
  /** Stops waiting for space. */
  readonly #abandon = new AbortController();
  #merging: Promise<void> = Promise.resolve();
  #inMerge: readonly Entry[] = [];
  #atRest: { readonly act: () => Promise<void>; readonly reject: (error: unknown) => void }[] = [];
  /** Entries ever taken in, and those that are done with. */
  #added = 0;
  #done = 0;
  #settling: (Waiter & { readonly last: number })[] = [];
  #waitingForRoom: Waiter[] = [];
  /** Ends a wait for room, because something wants to run at rest. */
  #wake: () => void = () => undefined;
  #failure: LogmillError | null = null;

  constructor(steps: CommitSteps) {
    this.#steps = steps;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get queuedEntries(): number {
    return this.#queue.length;
  }

  /** Nothing is being written or merged. */
  get isIdle(): boolean {
    return !this.#isRunning;
  }

  add(entry: Entry): void {
    this.#queue.push(entry);
    this.#queuedBytes += entryBytes(entry);
    this.#added += 1;
    // A hint is worth no fsync of its own; only when there are very many it has to go.
    if (entry.kind !== "hint" || !this.#hasRoom) this.#run();
  }

  /** Resolves when the queue is below its bound; rejects once the store has failed. */
  ready(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#hasRoom) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waitingForRoom.push({ resolve, reject }));
  }

  /** Runs `act` when everything written is merged and nothing is in motion; its outcome is returned. */
  atRest<T>(act: () => Promise<T>): Promise<T> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#atRest.push({ act: () => act().then(resolve, reject), reject });
      this.#wake();
      this.#run();
    });
  }

  /** Resolves when all that was taken in before has been reported, or dropped for lack of space. */
  settle(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#done === this.#added) return Promise.resolve();
    const last = this.#added;
    return new Promise((resolve, reject) => {
      this.#settling.push({ last, resolve, reject });
      this.#run();
    });
  }

  /**
   * Waits for space no longer: if there is none, all that is queued is dropped. Nobody was told that
   * it is durable, so it comes again.
   */
  abandon(): void {
    this.#abandon.abort();
    this.#wake();
  }

  /** Nothing happens from now on, and whoever waits is told. */
  stop(error: LogmillError): void {
    this.#failure = error;
    this.abandon();
    this.#queue = [];
    for (const { reject } of this.#waitingForRoom.splice(0)) reject(error);
    for (const { reject } of this.#atRest.splice(0)) reject(error);
    for (const { reject } of this.#settling.splice(0)) reject(error);
  }

  get #hasRoom(): boolean {
    return this.#queuedBytes < queueBytesMax && this.#queue.length < queueEntriesMax;
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    // What is submitted together before the next turn is one group already.
    queueMicrotask(() => {
      this.#loop().catch((error: unknown) => this.#steps.fail(error));
    });
  }

  async #loop(): Promise<void> {
    while (this.#failure === null) {
      await this.#runAtRest();
      const count = this.#countNext();
      await this.#steps.measure([...this.#inMerge, ...this.#queue.slice(0, count)]);
      const room = count === 0 ? null : this.#steps.room();
      if (room !== null) {
        // To make room may need a moment at rest, asked for by the call just now or while we wait.
        if (this.#atRest.length > 0) continue;
        await Promise.race([room, new Promise<void>((asked) => (this.#wake = asked))]);
        continue;
      }
      const group = this.#queue.splice(0, count);
      if (group.length === 0) {
        await this.#merging;
        if (this.#queue.length > 0 || this.#atRest.length > 0) continue;
        this.#isRunning = false;
        this.#steps.idle();
        return;
      }
      if (!(await this.#write(group))) continue;
      await this.#merging;
      this.#merging = this.#merge(group);
      // It is awaited before the next group is merged; until then its failure is nobody's.
      this.#merging.catch(() => undefined);
    }
  }

  async #runAtRest(): Promise<void> {
    const waiting = this.#atRest.splice(0);
    if (waiting.length > 0) await this.#merging;
    for (const { act } of waiting) await act();
  }

  /** Entries of the next group. */
  #countNext(): number {
    let bytes = 0;
    let count = 0;
    for (const entry of this.#queue) {
      bytes += entryBytes(entry);
      if (count > 0 && (bytes > limits.groupCommitBytesMax || count === groupEntriesMax)) break;
      count += 1;
    }
    return count;
  }

  /** Returns false when the group was abandoned for lack of space. */
  async #write(group: readonly Entry[]): Promise<boolean> {
    const records = group.flatMap((entry) => (entry.kind === "duplicate" ? [] : [entry.record]));
    for (let attempt = 0; records.length > 0; attempt += 1) {
      try {
        await this.#steps.append(records);
        this.#steps.full(null);
        break;
      } catch (error) {
        if (!(error instanceof OutOfSpace)) throw error;
        this.#steps.full(error.message);
      }
      // A flush may free more space than it takes.
      await this.#runAtRest();
      const { signal } = this.#abandon;
      if (!signal.aborted) await this.#steps.pause(attempt, signal);
      if (signal.aborted) {
        // All of it: what follows may be a duplicate of what is dropped.
        const dropped = [...group, ...this.#queue.splice(0)];
        this.#forget(dropped);
        this.#doneWith(dropped);
        return false;
      }
    }
    this.#forget(group);
    return true;
  }

  #forget(group: readonly Entry[]): void {
    for (const entry of group) this.#queuedBytes -= entryBytes(entry);
    if (!this.#hasRoom) return;
    for (const { resolve } of this.#waitingForRoom.splice(0)) resolve();
  }

  async #merge(group: readonly Entry[]): Promise<void> {
    const slice = new TimeSlice(mergeSliceMs);
    this.#inMerge = group;
    for (const entry of group) {
      const steps = this.#steps.merge(entry);
      while (steps.next().done !== true) if (slice.isOver) await slice.next();
    }
    this.#inMerge = [];
    this.#steps.report(group);
    this.#doneWith(group);
  }

  #doneWith(entries: readonly Entry[]): void {
    this.#done += entries.length;
    const settled = this.#settling.filter(({ last }) => last <= this.#done);
    this.#settling = this.#settling.filter(({ last }) => last > this.#done);
    for (const { resolve } of settled) resolve();
  }
}

function entryBytes(entry: Entry): number {
  return entry.kind === "duplicate" ? 256 : recordBytes(entry.record) + 256;
}
