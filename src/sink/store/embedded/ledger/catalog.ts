// What the store knows besides its tables: the ledger, the balance sheets with examples of what was
// rejected, and the version of each bucket. These change together, once per batch, in
// memory and in every durable state.

import { atOnce } from "../../../../shared/base/steps.ts";
import { balanceKey, deadLetterKey } from "../../../../shared/model/definition-key.ts";
import type { SourceHint } from "../../../../shared/model/content.ts";
import type { DecodedPartial } from "../../../../shared/model/partial.ts";
import {
  addSourceSheets,
  addSummarySheets,
  emptySourceSheet,
  emptySummarySheet,
  type KeptSheet,
  type SourceSheet,
} from "../../../../shared/model/sheet.ts";
import { placeDigest, versionWith } from "./bucket-version.ts";
import { CatalogChanges, type CatalogContent } from "./catalog-changes.ts";
import { Examples } from "./examples.ts";
import { Ledger, type Merged } from "./ledger.ts";
import { Uncounted } from "./uncounted.ts";

/** See `bucket-version.ts`; by start of the bucket. */
export type BucketVersions = Map<number, number>;

/** What the ledger keeps beside summaries. */
const pseudoKeys: readonly string[] = [balanceKey, deadLetterKey];

/** Tables that are entered in one step. */
const tablesPerStep = 256;
/** Entries of the ledger that are changed in one step. */
const entriesPerStep = 4096;

export class Catalog {
  readonly ledger = new Ledger();
  #changes = new CatalogChanges();
  /** By source name. */
  readonly sources = new Map<string, SourceSheet>();
  /** By summary key, then by source name. */
  readonly summaries = new Map<string, Map<string, KeptSheet>>();
  examples = new Examples();
  uncounted = new Uncounted();
  /** By summary key. */
  readonly versions = new Map<string, BucketVersions>();

  /** All of it, as it is written. */
  get content(): CatalogContent {
    const { versions, sources, summaries, examples, uncounted, ledger } = this;
    return { versions, sources, summaries, examples, uncounted, entries: [...ledger.entries] };
  }

  /** What has changed since this was called last, which whoever calls it has to write. */
  takeChanges(): CatalogChanges {
    const changes = this.#changes;
    this.#changes = new CatalogChanges();
    return changes;
  }

  /**
   * Puts what has changed, as it was taken and written, in the place of what was.
   * @param hasRejects `changed` has all examples and all contents of which no line counts
   */
  *changeSteps(changed: Catalog, hasRejects: boolean): Generator<void, void, undefined> {
    for (const [summary, buckets] of changed.versions) {
      yield;
      const versions = entryOf(this.versions, summary, () => new Map<number, number>());
      for (const [bucketStart, version] of buckets) versions.set(bucketStart, version);
    }
    for (const [source, sheet] of changed.sources) this.sources.set(source, sheet);
    for (const [summary, bySource] of changed.summaries) {
      yield;
      const sheets = entryOf(this.summaries, summary, () => new Map<string, KeptSheet>());
      for (const [source, sheet] of bySource) sheets.set(source, sheet);
    }
    let entries = 0;
    for (const entry of changed.ledger.entries) {
      if (entries++ % entriesPerStep === 0) yield;
      this.ledger.restore(entry);
    }
    if (!hasRejects) return;
    this.examples = changed.examples;
    this.uncounted = changed.uncounted;
  }

  /** Remembers where a known content lies now. */
  hint(sourceId: string, hint: SourceHint): void {
    if (!this.ledger.has(sourceId)) return;
    this.ledger.hint(sourceId, hint);
    this.#changes.content(sourceId);
  }

  /** As `enterSteps`, without a pause. */
  enter(merged: Merged, partial: DecodedPartial): void {
    atOnce(this.enterSteps(merged, partial));
  }

  /**
   * Enters a batch whose tables are merged: these in the versions of their buckets, some a step, and with
   * the last step its range, and its shares of the sheets.
   */
  *enterSteps(merged: Merged, partial: DecodedPartial): Generator<void, void, undefined> {
    const place = placeDigest(merged);
    for (const [index, { summary, bucketStart, frame }] of partial.tables.entries()) {
      if (index % tablesPerStep === tablesPerStep - 1) yield;
      const versions = entryOf(this.versions, summary, () => new Map<number, number>());
      versions.set(bucketStart, versionWith(versions.get(bucketStart) ?? 0, place, frame));
      this.#changes.version(summary, bucketStart);
    }
    const { id } = merged.identity;
    const wasUncounted = this.uncounted.contents.has(id);
    this.uncounted.enter(merged, partial, (key) => this.ledger.hasMerged(id, key));
    this.ledger.add(merged);
    this.#enterSheets(merged, partial);
    this.examples.enter(merged, partial.samples);
    this.#changes.content(id);
    const isUncounted = wasUncounted || this.uncounted.contents.has(id);
    if (isUncounted || partial.samples.length > 0) this.#changes.rejects();
  }

  #enterSheets({ source, range, summaries }: Merged, partial: DecodedPartial): void {
    if (partial.source !== null) {
      const sheet = this.sources.get(source) ?? emptySourceSheet;
      this.sources.set(source, addSourceSheets(sheet, partial.source));
      this.#changes.source(source);
    }
    for (const { summary, sheet } of partial.summaries ?? []) {
      const { bytesBefore, ...before } = this.#kept(summary, source);
      this.#keep(summary, source, { ...addSummarySheets(before, sheet), bytesBefore });
    }
    if (partial.summaries !== null) return;
    for (const key of summaries) {
      if (!isPseudoKey(key)) this.addBytesBefore(key, source, range.to - range.from);
    }
  }

  /** Bytes were read for a summary and no sheet was kept, by an earlier logmill. */
  addBytesBefore(summary: string, source: string, bytes: number): void {
    const sheet = this.#kept(summary, source);
    this.#keep(summary, source, { ...sheet, bytesBefore: sheet.bytesBefore + bytes });
  }

  #kept(summary: string, source: string): KeptSheet {
    return this.summaries.get(summary)?.get(source) ?? noSheet;
  }

  #keep(summary: string, source: string, sheet: KeptSheet): void {
    entryOf(this.summaries, summary, () => new Map<string, KeptSheet>()).set(source, sheet);
    this.#changes.sheet(summary, source);
  }

  /** Forgets a summary; the sheets of sources stay, since the lines were counted. */
  drop(summary: string): void {
    this.ledger.drop(summary);
    this.summaries.delete(summary);
    this.examples.drop(summary);
    this.uncounted.drop(summary);
    this.versions.delete(summary);
  }

  /** Forgets what was read of a source (null: of all) for a key of which no row exists. */
  forget(key: string, source: string | null): void {
    this.uncounted.drop(key, (id) => source === null || this.ledger.placeOf(id)?.name === source);
    this.ledger.drop(key, source);
    this.examples.drop(key, source);
    if (key === balanceKey && source !== null) this.sources.delete(source);
    if (source === null) this.summaries.delete(key);
    else this.summaries.get(key)?.delete(source);
  }

  /** Rows of a summary have another key from here on. */
  rename(before: string, now: string): void {
    this.ledger.rename(before, now);
    this.examples.rename(before, now);
    this.uncounted.rename(before, now);
    moveEntry(this.summaries, before, now);
    moveEntry(this.versions, before, now);
  }
}

function moveEntry<T>(entries: Map<string, T>, before: string, now: string): void {
  const entry = entries.get(before);
  if (entry === undefined) return;
  entries.delete(before);
  entries.set(now, entry);
}

const noSheet: KeptSheet = { ...emptySummarySheet, bytesBefore: 0 };

function entryOf<T>(entries: Map<string, T>, key: string, make: () => T): T {
  let entry = entries.get(key);
  if (entry === undefined) {
    entry = make();
    entries.set(key, entry);
  }
  return entry;
}

export function isPseudoKey(key: string): boolean {
  return pseudoKeys.includes(key);
}

/** Whether a batch for these summaries carries a share of its source's sheet. */
export function isForBalance(summaries: readonly string[]): boolean {
  return summaries.includes(balanceKey);
}
