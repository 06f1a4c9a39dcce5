// What has changed of a catalog since it was last written: names of things, whose present state is written
// then. What is forgotten is not among them; where something is, the catalog is written whole.

import type { KeptSheet, SourceSheet } from "../../../../shared/model/sheet.ts";
import { Examples } from "./examples.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";
import { Uncounted } from "./uncounted.ts";

/** A catalog, or the part of it that has changed, as it is written. */
export interface CatalogContent {
  readonly versions: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly sources: ReadonlyMap<string, SourceSheet>;
  readonly summaries: ReadonlyMap<string, ReadonlyMap<string, KeptSheet>>;
  readonly examples: Examples;
  readonly uncounted: Uncounted;
  readonly entries: readonly LedgerEntry[];
}

/** Where the names are looked up. */
export interface ChangingCatalog extends Omit<CatalogContent, "entries"> {
  readonly ledger: Pick<Ledger, "entryOf">;
}

export interface ChangedContent {
  readonly content: CatalogContent;
  /** `examples` and `uncounted` are all that there are; else they have not changed. */
  readonly hasRejects: boolean;
}

/** Entries that are looked up in one step. */
const entriesPerStep = 4096;

export class CatalogChanges {
  /** Starts of buckets by summary key. */
  readonly #versions = new Map<string, Set<number>>();
  readonly #sources = new Set<string>();
  /** Names of sources by summary key. */
  readonly #sheets = new Map<string, Set<string>>();
  /** Ids of contents. */
  readonly #contents = new Set<string>();
  #hasRejects = false;

  version(summary: string, bucketStart: number): void {
    add(this.#versions, summary, bucketStart);
  }

  source(name: string): void {
    this.#sources.add(name);
  }

  sheet(summary: string, source: string): void {
    add(this.#sheets, summary, source);
  }

  content(id: string): void {
    this.#contents.add(id);
  }

  rejects(): void {
    this.#hasRejects = true;
  }

  /** What the named are now, some of them a step. */
  *contentSteps(catalog: ChangingCatalog): Generator<void, ChangedContent, undefined> {
    const versions = new Map<string, Map<number, number>>();
    for (const [summary, starts] of this.#versions) {
      yield;
      const all = catalog.versions.get(summary)!;
      versions.set(summary, new Map([...starts].map((start) => [start, all.get(start)!])));
    }
    const summaries = new Map<string, Map<string, KeptSheet>>();
    for (const [summary, sources] of this.#sheets) {
      yield;
      const all = catalog.summaries.get(summary)!;
      summaries.set(summary, new Map([...sources].map((source) => [source, all.get(source)!])));
    }
    const entries: LedgerEntry[] = [];
    for (const id of this.#contents) {
      if (entries.length % entriesPerStep === 0) yield;
      entries.push(catalog.ledger.entryOf(id));
    }
    const content = {
      ...{ versions, summaries, entries },
      sources: new Map([...this.#sources].map((name) => [name, catalog.sources.get(name)!])),
      examples: this.#hasRejects ? catalog.examples : new Examples(),
      uncounted: this.#hasRejects ? catalog.uncounted : new Uncounted(),
    };
    return { content, hasRejects: this.#hasRejects };
  }
}

function add<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
