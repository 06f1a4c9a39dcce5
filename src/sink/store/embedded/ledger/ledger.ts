// The ledger: which ranges of which source were merged for which summary. It decides whether a
// partial counts, and it is the only source of truth about what does.
//
// A source is its content (`SourceIdentity.id`), not its name or its path: the same bytes found
// under another name, or listed under two sources of the configuration, are merged once per summary.
// The name kept is the one under which the content was first merged.
//
// Compact: ranges join where they touch, and summaries of a source that have equal ranges share one
// set, which is the rule; only a summary that is being back-filled has its own for a while.

import { assert } from "../../../../shared/base/assert.ts";
import type { LedgerRange, LedgerSource } from "../../../../shared/protocol/messages.ts";
import type { SourceHint, SourceIdentity } from "../../../../shared/model/content.ts";
import { ledgerRange, RangeSet, type Range } from "./range-set.ts";

const hintsMax = 8;

/** Whether a partial counts: all of it, not again, or not as it was cut. */
export type Verdict = "new" | "duplicate" | "overlap";

/** What a partial adds to the ledger. */
export interface Merged {
  readonly source: string;
  readonly identity: SourceIdentity;
  readonly hint: SourceHint;
  readonly range: Range;
  /** Keys of the summaries, at least one. */
  readonly summaries: readonly string[];
}

/** Summaries of one source that have equal ranges. `keys` are sorted and interned. */
export interface SharedRanges {
  readonly keys: readonly string[];
  readonly ranges: RangeSet;
}

export interface LedgerEntry {
  readonly name: string;
  readonly identity: SourceIdentity;
  /** Newest last, at most 8. */
  readonly hints: readonly SourceHint[];
  readonly shared: readonly SharedRanges[];
}

interface Entry {
  readonly name: string;
  readonly identity: SourceIdentity;
  readonly hints: SourceHint[];
  shared: SharedRanges[];
}

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  /** Sets of keys by their joined text, so that a hundred thousand sources hold one of each. */
  readonly #keySets = new Map<string, readonly string[]>();

  /** Sources in the order in which they were first merged. */
  get entries(): Iterable<LedgerEntry> {
    return this.#entries.values();
  }

  /** What is known of a source that is. */
  entryOf(sourceId: string): LedgerEntry {
    const entry = this.#entries.get(sourceId);
    assert(entry !== undefined, "only a source that is known is asked for");
    return entry;
  }

  /** Puts an entry, as `entries` gave it, in the place of the one that is there; its ranges belong to this ledger. */
  restore(entry: LedgerEntry): void {
    const shared = entry.shared.map(({ keys, ranges }) => ({ keys: this.#interned(keys), ranges }));
    this.#entries.set(entry.identity.id, { ...entry, hints: [...entry.hints], shared });
  }

  /** How `[from, to)` of the content lies to what was merged for all of these summaries. */
  verdict(sourceId: string, summaries: readonly string[], from: number, to: number): Verdict {
    const entry = this.#entries.get(sourceId);
    if (entry === undefined) return "new";
    let contained = 0;
    let disjoint = 0;
    for (const key of summaries) {
      const shared = entry.shared.find(({ keys }) => keys.includes(key));
      const coverage = shared?.ranges.coverage(from, to) ?? "disjoint";
      if (coverage === "contained") contained += 1;
      if (coverage === "disjoint") disjoint += 1;
    }
    if (disjoint === summaries.length) return "new";
    return contained === summaries.length ? "duplicate" : "overlap";
  }

  /** Enters a range whose verdict is "new". */
  add({ source, identity, hint, range, summaries }: Merged): void {
    let entry = this.#entries.get(identity.id);
    if (entry === undefined) {
      entry = { name: source, identity, hints: [], shared: [] };
      this.#entries.set(identity.id, entry);
    }
    addHint(entry.hints, hint);
    const [only] = entry.shared;
    if (entry.shared.length === 1 && sameKeys(only!.keys, summaries)) only!.ranges.add(range);
    else entry.shared = this.#unite(this.#split(entry.shared, range, summaries));
  }

  /** Remembers where a known source lies now; an unknown one is ignored. */
  hint(sourceId: string, hint: SourceHint): void {
    const entry = this.#entries.get(sourceId);
    if (entry !== undefined) addHint(entry.hints, hint);
  }

  /** Forgets what was merged for a key, of one source or of all; contents of which nothing is left go, too. */
  drop(summary: string, source: string | null = null): void {
    for (const [id, entry] of this.#entries) {
      if (source !== null && entry.name !== source) continue;
      const shared = entry.shared.flatMap(({ keys, ranges }) => {
        const kept = keys.filter((key) => key !== summary);
        return kept.length === 0 ? [] : [{ keys: this.#interned(kept), ranges }];
      });
      if (shared.length === 0) this.#entries.delete(id);
      else entry.shared = shared;
    }
  }

  /** A summary has another key from here on, of which nothing was merged. */
  rename(before: string, now: string): void {
    for (const entry of this.#entries.values()) {
      entry.shared = entry.shared.map(({ keys, ranges }) => ({
        keys: this.#interned(keys.map((key) => (key === before ? now : key))),
        ranges,
      }));
    }
  }

  has(sourceId: string): boolean {
    return this.#entries.has(sourceId);
  }

  /** Whether ranges of a source were merged for a summary. */
  hasMerged(sourceId: string, summary: string): boolean {
    const entry = this.#entries.get(sourceId);
    return entry?.shared.some(({ keys }) => keys.includes(summary)) ?? false;
  }

  /** The name of a source, and where it was last; null of one that is not known. */
  placeOf(sourceId: string): { readonly name: string; readonly path: string } | null {
    const entry = this.#entries.get(sourceId);
    return entry === undefined ? null : { name: entry.name, path: entry.hints.at(-1)?.path ?? "" };
  }

  /** Whether this is what was heard of a source last. */
  isNewestHint(sourceId: string, hint: SourceHint): boolean {
    const newest = this.#entries.get(sourceId)?.hints.at(-1);
    return newest !== undefined && sameHint(newest, hint);
  }

  /** As the protocol has it. */
  sources(): LedgerSource[] {
    return [...this.#entries.values()].map(({ name, identity, hints, shared }) => ({
      name,
      identity,
      hints: [...hints],
      merged: Object.fromEntries(
        shared.flatMap(({ keys, ranges }) => {
          const list: readonly LedgerRange[] = ranges.ranges.map(ledgerRange);
          return keys.map((key) => [key, list]);
        }),
      ),
    }));
  }

  /** Adds the range to the sets of these summaries, dividing sets of which only a part is meant. */
  #split(
    shared: readonly SharedRanges[],
    range: Range,
    summaries: readonly string[],
  ): SharedRanges[] {
    const meant = new Set(summaries);
    const result: SharedRanges[] = [];
    for (const { keys, ranges } of shared) {
      const hit = keys.filter((key) => meant.delete(key));
      if (hit.length === 0) {
        result.push({ keys, ranges });
        continue;
      }
      const missed = keys.filter((key) => !hit.includes(key));
      const grown = missed.length === 0 ? ranges : ranges.copy();
      grown.add(range);
      result.push({ keys: this.#interned(hit), ranges: grown });
      if (missed.length > 0) result.push({ keys: this.#interned(missed), ranges });
    }
    if (meant.size > 0) {
      result.push({ keys: this.#interned([...meant]), ranges: new RangeSet([range]) });
    }
    return result;
  }

  /** Joins sets that have become equal. */
  #unite(shared: readonly SharedRanges[]): SharedRanges[] {
    const result: SharedRanges[] = [];
    for (const one of shared) {
      const twin = result.findIndex(({ ranges }) => ranges.equals(one.ranges));
      if (twin < 0) result.push(one);
      else {
        const { keys: others, ranges } = result[twin]!;
        const keys = this.#interned([...others, ...one.keys]);
        // What was read again has marks also where the ledger was written by a version without them.
        const isRicher = ranges.markBytes > one.ranges.markBytes;
        result[twin] = { keys, ranges: isRicher ? ranges : one.ranges };
      }
    }
    return result;
  }

  #interned(keys: readonly string[]): readonly string[] {
    const sorted = [...keys].sort();
    const name = sorted.join();
    const known = this.#keySets.get(name);
    if (known !== undefined) return known;
    this.#keySets.set(name, Object.freeze(sorted));
    return sorted;
  }
}

function sameKeys(sorted: readonly string[], keys: readonly string[]): boolean {
  return sorted.length === keys.length && keys.every((key) => sorted.includes(key));
}

function sameHint(a: SourceHint, b: SourceHint): boolean {
  return a.path === b.path && a.inode === b.inode && a.stat === b.stat;
}

/** A hint replaces those of the same place or the same file, since they have become older. */
function addHint(hints: SourceHint[], hint: SourceHint): void {
  const newest = hints.at(-1);
  if (newest !== undefined && sameHint(newest, hint)) return;
  const kept = hints.filter(({ path, inode }) => path !== hint.path && inode !== hint.inode);
  hints.splice(0, hints.length, ...kept.slice(-(hintsMax - 1)), hint);
}
