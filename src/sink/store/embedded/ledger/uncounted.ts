// Contents of which no line counts: every line so far was rejected, by the format or by a summary. A file
// that is not what it was taken for is one of these, and a run that read it is no success.
//
// What is kept is exact and does not depend on the order of batches: a content is entered for a key with
// the first range of it that is merged, unless a line of that range is fine, and leaves with the first
// line that is. So only the exceptions are kept; a content of which an earlier logmill has merged ranges
// is taken to be fine.

import { limits } from "../../../../shared/base/limits.ts";
import { balanceKey, deadLetterKey } from "../../../../shared/model/definition-key.ts";
import type { DecodedPartial } from "../../../../shared/model/partial.ts";
import { addRejects, rejectedLines, type RejectCounts } from "../../../../shared/model/sheet.ts";
import { noEvents } from "../../../../shared/model/reasons.ts";
import { keptExample, type KeptExample } from "./examples.ts";
import type { Merged } from "./ledger.ts";

/** What was rejected of a content by one sheet, while nothing of it is fine. */
export interface UncountedShare {
  /** Empty: no line of it has come to the sheet, since the format rejected all. */
  readonly rejected: RejectCounts;
  /** Its first rejected line; null where there are too many contents. */
  readonly example: KeptExample | null;
}

const nothing: UncountedShare = Object.freeze({ rejected: {}, example: null });

export class Uncounted {
  /** By content, then by key. */
  readonly #shares = new Map<string, ReadonlyMap<string, UncountedShare>>();
  #examples = 0;

  /** By content, then by key: of the balance sheet, or of a summary. */
  get contents(): ReadonlyMap<string, ReadonlyMap<string, UncountedShare>> {
    return this.#shares;
  }

  /** @param isKnown whether ranges of the content were merged for a key before this one. */
  enter(merged: Merged, partial: DecodedPartial, isKnown: (key: string) => boolean): void {
    const { identity, summaries } = merged;
    for (const key of summaries) {
      if (key === deadLetterKey) continue;
      const before = this.#shares.get(identity.id)?.get(key);
      if (before === undefined && isKnown(key)) continue;
      const rejected = rejectedOnly(partial, key);
      if (!this.#shares.has(identity.id) && this.#shares.size >= limits.uncountedContentsMax)
        return;
      if (rejected === null) this.#set(identity.id, key, null);
      else
        this.#set(identity.id, key, this.#added(before ?? nothing, merged, partial, key, rejected));
    }
  }

  /** Puts back a share as `contents` gave it. */
  restore(content: string, key: string, share: UncountedShare): void {
    this.#set(content, key, share);
  }

  /** Forgets a key, of all contents, or of those of which it holds. */
  drop(dropped: string, ofContent: (content: string) => boolean = () => true): void {
    for (const content of [...this.#shares.keys()]) {
      if (ofContent(content)) this.#set(content, dropped, null);
    }
  }

  rename(before: string, now: string): void {
    for (const [content, shares] of [...this.#shares]) {
      const share = shares.get(before);
      if (share === undefined) continue;
      this.#set(content, before, null);
      this.#set(content, now, share);
    }
  }

  #added(
    before: UncountedShare,
    { hint, range }: Merged,
    { samples }: DecodedPartial,
    key: string,
    rejected: RejectCounts,
  ): UncountedShare {
    if (rejectedLines(rejected) === 0) return before;
    const summary = key === balanceKey ? null : key;
    // Blank lines and comments say nothing of what a file is.
    const found = samples.find(
      (each) => each.summary === summary && !noEvents.includes(each.reason),
    );
    const first = before.example;
    const isFirst = first === null || range.from < first.offset;
    const hasRoom = first !== null || this.#examples < limits.uncountedExamplesMax;
    const example =
      found !== undefined && isFirst && hasRoom
        ? keptExample(found, { path: hint.path, offset: range.from + found.offset })
        : first;
    return { rejected: addRejects(before.rejected, rejected), example };
  }

  #set(content: string, key: string, share: UncountedShare | null): void {
    const shares = this.#shares.get(content);
    const before = shares?.get(key)?.example ?? null;
    if (before !== null) this.#examples -= 1;
    if (share !== null && share.example !== null) this.#examples += 1;
    if (share === null && shares?.has(key) !== true) return;
    const others = [...(shares ?? [])].filter(([other]) => other !== key);
    const now = share === null ? others : [...others, [key, share] as const];
    if (now.length === 0) this.#shares.delete(content);
    else this.#shares.set(content, new Map(now));
  }
}

/** What of a batch was rejected for a key, where nothing else became of any of its lines; else null. */
function rejectedOnly(partial: DecodedPartial, key: string): RejectCounts | null {
  if (key === balanceKey) {
    const { source } = partial;
    return source === null || source.parsed + source.deadLettered > 0 ? null : source.rejected;
  }
  const sheet = partial.summaries?.find(({ summary }) => summary === key)?.sheet;
  return sheet === undefined || sheet.counted + sheet.filtered > 0 ? null : sheet.rejected;
}
