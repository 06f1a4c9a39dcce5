// The store in files of our own: a write-ahead log, live tables in memory, segments and a manifest in
// one folder. One process owns it.
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

import type { LogmillError } from "../../../shared/base/errors.ts";
import type { SourceHint, SourceIdentity } from "../../../shared/model/content.ts";
import type { Configured } from "../../../shared/model/reading.ts";
import type { BatchHeader } from "../../../shared/protocol/messages.ts";
import type { RejectExample, Sheets, UncountedFile } from "../../../shared/model/sheet.ts";
import { inSlices } from "../../../shared/runtime/time-slice.ts";
import { liveRowsOf, sheetsOf, summaryInfoSteps } from "./apply-record.ts";
import { examplesOf, uncountedOf } from "./rejects-of.ts";
import { adoptMeaning, beginAnew, dropSummary } from "./change-meaning.ts";
import type { EmbeddedOptions } from "./embedded-options.ts";
import { StoreEngine } from "./engine.ts";
import { adoptionOf } from "./manifest/adoption.ts";
import type { LiveTables } from "./memory/live-tables.ts";
import type { FileSystem } from "../../disk/file-system.ts";
import { openStore, type OpenedStore } from "./open-store.ts";
import { framesOf, ReadKernel, readTable } from "./read-table.ts";
import { storeNumbers, type StoreStats } from "./store-numbers.ts";
import type {
  LedgerSnapshot,
  Store,
  StoreNumber,
  StoreSpace,
  StoreState,
  Submission,
} from "../store.ts";
import type { SummaryInfo } from "../summary-info.ts";

/** Live tables above this part of their budget are flushed before they are read, not copied. */
const copyShareMax = 1 / 64;

export class EmbeddedStore implements Store {
  readonly #opened: OpenedStore;
  readonly #engine: StoreEngine;
  readonly #copyBytesMax: number;
  readonly #readKernel = new ReadKernel();
  readonly numbers: readonly StoreNumber[];
  readonly space: () => Promise<StoreSpace | null>;

  private constructor(
    files: FileSystem,
    directory: string,
    opened: OpenedStore,
    options: EmbeddedOptions,
  ) {
    this.#opened = opened;
    this.#engine = new StoreEngine(files, directory, opened, options);
    this.#copyBytesMax = options.liveBytesMax * copyShareMax;
    this.numbers = storeNumbers(() => this.stats(), options.liveBytesMax);
    this.space = () => files.space(directory);
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
    options: EmbeddedOptions,
  ): Promise<EmbeddedStore> {
    const opened = await openStore(files, directory, configured);
    const { notes, forget } = opened.reconciled;
    const store = new EmbeddedStore(files, directory, opened, options);
    const told = [...cutNotes(opened.cutBytes), ...notes];
    if (forget.length === 0) {
      if (told.length > 0) options.onNotes?.(told);
      return store;
    }
    await store.#change((parts) => beginAnew(parts, parts.reconciled));
    options.onNotes?.(told);
    return await EmbeddedStore.open(files, directory, configured, options);
  }

  get storeId(): string {
    return this.#opened.storeId;
  }

  get state(): StoreState {
    return this.#engine.status.state;
  }

  get failure(): Promise<LogmillError> {
    return this.#engine.status.failure;
  }

  submit(batch: Submission): void {
    if (!this.#engine.isOver) this.#engine.submissions.submit(batch);
  }

  deadLetter(header: BatchHeader): void {
    if (!this.#engine.isOver) this.#engine.submissions.deadLetter(header);
  }

  ready(): Promise<void> {
    return this.#engine.ready();
  }

  hint(identity: SourceIdentity, hint: SourceHint): void {
    if (!this.#engine.isOver) this.#engine.submissions.hint(identity, hint);
  }

  ledger(): Promise<LedgerSnapshot> {
    const { manifest, catalog } = this.#opened;
    const sheets = sheetsOf(manifest.current.definitions, catalog);
    return Promise.resolve({ sources: catalog.ledger.sources(), sheets });
  }

  sheets(): Promise<Sheets> {
    const { manifest, catalog } = this.#opened;
    return Promise.resolve(sheetsOf(manifest.current.definitions, catalog));
  }

  examples(): Promise<readonly RejectExample[]> {
    const { manifest, catalog } = this.#opened;
    return Promise.resolve(examplesOf(manifest.current.definitions, catalog));
  }

  uncounted(): Promise<readonly UncountedFile[]> {
    const { manifest, catalog } = this.#opened;
    return Promise.resolve(uncountedOf(manifest.current.definitions, catalog));
  }

  summaries(): Promise<readonly SummaryInfo[]> {
    const { manifest, catalog, segments } = this.#opened;
    const { definitions } = manifest.current;
    return inSlices(summaryInfoSteps(definitions, catalog, segments.runs(), this.#engine.live.all));
  }

  liveRows(): ReadonlyMap<string, number> {
    const { definitions, live } = this.#engine;
    return liveRowsOf(definitions, live.all);
  }

  read(summaryKey: string, bucketStart: number): AsyncIterable<Uint8Array> {
    const { live, status } = this.#engine;
    const tables = live.all.flatMap((half) => half.find(summaryKey, bucketStart) ?? []);
    const liveBytes = tables.reduce((sum, table) => sum + table.bytesUsed, 0);
    return liveBytes > this.#copyBytesMax && status.state.kind === "open"
      ? this.#readFlushed(summaryKey, bucketStart)
      : this.#readNow(summaryKey, bucketStart, live.all);
  }

  waitNoLonger(): void {
    this.#engine.waitNoLonger();
  }

  settle(): Promise<void> {
    return this.#engine.settle();
  }

  /** Settles, writes the live tables as segments, replaces the manifest and deletes the log before it. */
  async flush(): Promise<void> {
    await this.#engine.settle();
    await this.#engine.flush();
  }

  /** Merges segments where there are too many of one bucket, in bounded memory; runs by itself after flushes. */
  compact(): Promise<void> {
    return this.#engine.compact();
  }

  rowsFolded(summaryKey: string): number {
    return this.#engine.rowsFolded(summaryKey);
  }

  drop(key: string): Promise<void> {
    return this.#change((opened) => dropSummary(opened, key));
  }

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

  /**
   * From segments alone, which have all that was merged before: what is merged meanwhile may be half of the
   * memory, and a copy of it the other half.
   */
  async *#readFlushed(summaryKey: string, bucketStart: number): AsyncGenerator<Uint8Array> {
    await this.flush();
    const halves = this.#engine.isFlushed ? [] : this.#engine.live.all;
    yield* this.#readNow(summaryKey, bucketStart, halves);
  }

  #readNow(
    summaryKey: string,
    bucketStart: number,
    halves: readonly LiveTables[],
  ): AsyncIterable<Uint8Array> {
    const definition = this.#engine.definitions.get(summaryKey);
    if (definition === undefined) return framesOf([]);
    const tables = halves.flatMap((half) => half.find(summaryKey, bucketStart) ?? []);
    const { segments } = this.#opened;
    return readTable(
      this.#readKernel,
      segments,
      tables,
      definition,
      { summaryKey, bucketStart },
      true,
    );
  }
}

function cutNotes({ log, manifest }: OpenedStore["cutBytes"]): string[] {
  const cut = (bytes: number, file: string, fix: string): string[] => {
    if (bytes === 0) return [];
    const what = `cut off the last ${bytes} bytes of the ${file}, which could not be read`;
    return [
      `${what}: the process before ended while it wrote them, or they were damaged since; ${fix}`,
    ];
  };
  return [
    ...cut(log, "log", "what they held is asked for again"),
    ...cut(
      manifest,
      "manifest",
      "the files of the state before it are all there, and hold the same",
    ),
  ];
}
