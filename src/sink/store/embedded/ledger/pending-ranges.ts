// The ranges that are queued and not yet in the ledger. There are as many as batches in flight, a few
// dozen, so a list per source is enough.

import type { Merged, Verdict } from "./ledger.ts";

export class PendingRanges {
  readonly #bySource = new Map<string, Merged[]>();

  /** As `Ledger.verdict`: "duplicate" of a single one that is queued for all of these summaries. */
  verdict(sourceId: string, summaries: readonly string[], from: number, to: number): Verdict {
    let verdict: Verdict = "new";
    for (const { range, summaries: queued } of this.#bySource.get(sourceId) ?? []) {
      const isApart = to <= range.from || range.to <= from;
      if (isApart || !summaries.some((key) => queued.includes(key))) continue;
      const isWithin = range.from <= from && to <= range.to;
      if (isWithin && summaries.every((key) => queued.includes(key))) verdict = "duplicate";
      else return "overlap";
    }
    return verdict;
  }

  has(sourceId: string): boolean {
    return this.#bySource.has(sourceId);
  }

  add(merged: Merged): void {
    const list = this.#bySource.get(merged.identity.id);
    if (list === undefined) this.#bySource.set(merged.identity.id, [merged]);
    else list.push(merged);
  }

  remove(merged: Merged): void {
    const list = this.#bySource.get(merged.identity.id) ?? [];
    const rest = list.filter((other) => other !== merged);
    if (rest.length === 0) this.#bySource.delete(merged.identity.id);
    else this.#bySource.set(merged.identity.id, rest);
  }
}
