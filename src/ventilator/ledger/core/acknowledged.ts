// What was acknowledged to this ventilator for as long as it runs, held against every ledger that comes
// later. A store that has less than it acknowledged is older than that: it was put back from a copy, or
// lost what it had. What it lacks is sent again anyway; this is so that somebody hears of it.
//
// What is acknowledged after a ledger was asked for need not be in it, and is compared with the next.

import type { BatchHeader } from "../../../shared/protocol/messages.ts";
import type { LedgerView } from "./ledger-view.ts";
import { unite, type Span } from "./work-list.ts";

/** Of one source of the configuration, for the summary that lacks most. */
export interface Lost {
  readonly source: string;
  readonly contents: number;
  readonly bytes: number;
}

interface Content {
  readonly source: string;
  /** By summary: ascending, disjoint. */
  readonly spans: Map<string, readonly Span[]>;
}

export class Acknowledged {
  readonly #contents = new Map<string, Content>();
  /** Since a ledger was asked for that has not arrived; null when none is asked for. */
  #recent: BatchHeader[] | null = null;

  add(header: BatchHeader): void {
    if (this.#recent === null) this.#note(header);
    else this.#recent.push(header);
  }

  /** A ledger is asked for, or asked for again: what was acknowledged before has to be in it. */
  ledgerAsked(): void {
    this.#noteRecent();
    this.#recent = [];
  }

  /** What the ledger lacks of it; said once, since it is forgotten here. */
  heldAgainst(view: LedgerView): Lost[] {
    const lost = new Map<string, Lost>();
    for (const [id, { source, spans }] of this.#contents) {
      const merged = view.find(id)?.merged ?? {};
      let most = 0;
      for (const [key, acknowledged] of spans) {
        const missing = without(acknowledged, unite(merged[key] ?? []));
        if (missing.length === 0) continue;
        most = Math.max(most, sizeOf(missing));
        spans.set(key, without(acknowledged, missing));
      }
      if (most === 0) continue;
      const { contents, bytes } = lost.get(source) ?? { contents: 0, bytes: 0 };
      lost.set(source, { source, contents: contents + 1, bytes: bytes + most });
    }
    this.#noteRecent();
    this.#recent = null;
    return [...lost.values()];
  }

  /** It was acknowledged by another store. */
  clear(): void {
    this.#contents.clear();
    this.#recent = null;
  }

  #noteRecent(): void {
    for (const header of this.#recent ?? []) this.#note(header);
  }

  #note({ source, identity, from, to, summaries }: BatchHeader): void {
    const content = this.#contents.get(identity.id) ?? {
      source,
      spans: new Map<string, readonly Span[]>(),
    };
    this.#contents.set(identity.id, content);
    for (const key of summaries) {
      content.spans.set(key, unite([...(content.spans.get(key) ?? []), { from, to }]));
    }
  }
}

/** The parts of `spans` that none of `taken` has; both ascending and disjoint. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  const left: Span[] = [];
  let index = 0;
  for (const { from, to } of spans) {
    let at = from;
    while (index < taken.length && taken[index]!.to <= from) index += 1;
    for (let next = index; next < taken.length && taken[next]!.from < to; next += 1) {
      if (taken[next]!.from > at) left.push({ from: at, to: taken[next]!.from });
      at = Math.max(at, taken[next]!.to);
    }
    if (at < to) left.push({ from: at, to });
  }
  return left;
}

export function sizeOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}
