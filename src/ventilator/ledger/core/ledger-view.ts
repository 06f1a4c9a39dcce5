// A sink's ledger as the ventilator was told it, with the questions that planning asks. It is a
// picture of one moment: what is acknowledged later is not in it.

import { balanceKey } from "../../../shared/model/definition-key.ts";
import { tailBytes } from "../../../shared/model/content-id.ts";
import type { BatchHeader, LedgerRange, LedgerSource } from "../../../shared/protocol/messages.ts";
import type { Presence } from "../../batch/batch.ts";
import { unite, type HeldSpans, type Span } from "./work-list.ts";

export class LedgerView {
  readonly #byId: ReadonlyMap<string, LedgerSource>;

  constructor(sources: readonly LedgerSource[]) {
    this.#byId = new Map(sources.map((source) => [source.identity.id, source]));
  }

  /** All sources, whatever they are called in the configuration: content is known by itself alone. */
  sources(): LedgerSource[] {
    return [...this.#byId.values()];
  }

  find(id: string): LedgerSource | null {
    return this.#byId.get(id) ?? null;
  }

  presenceOf(header: BatchHeader): Presence {
    const merged = mergedOf(this.find(header.identity.id));
    let whole = 0;
    let touched = 0;
    for (const key of header.summaries) {
      const spans = merged.get(key) ?? [];
      if (spans.some(({ from, to }) => from <= header.from && to >= header.to)) whole += 1;
      else if (spans.some(({ from, to }) => from < header.to && to > header.from)) touched += 1;
    }
    if (whole === header.summaries.length) return "merged";
    return whole === 0 && touched === 0 ? "absent" : "partly";
  }
}

/**
 * The sources of a ledger and those that it will have once these batches are merged. A file is known
 * by either: while nothing of it is merged yet it may grow and be renamed, and must not get a second
 * name, under which it would be counted again.
 */
export function withFlight(
  sources: readonly LedgerSource[],
  batches: Iterable<BatchHeader>,
): LedgerSource[] {
  const byId = new Map(sources.map((source) => [source.identity.id, source]));
  for (const header of batches) {
    const { identity, hint } = header;
    const source = byId.get(identity.id) ?? {
      name: header.source,
      identity,
      hints: [hint],
      merged: {},
    };
    const ranges = source.merged[balanceKey] ?? [];
    const { from, to } = header;
    if (ranges.some((range) => range.from < to && range.to > from)) continue;
    const more = [...ranges, rangeOf(header)].sort((a, b) => a.from - b.from);
    byId.set(identity.id, { ...source, merged: { ...source.merged, [balanceKey]: more } });
  }
  return [...byId.values()];
}

/** A range that is on its way and that nobody has read yet: its marks and its tail are what is known. */
export interface UnreadRange extends LedgerRange {
  readonly isUnread: true;
}

function rangeOf({ from, to, crc32, tailCrc32, marks, checksums }: BatchHeader): LedgerRange {
  const bytes = Math.min(tailBytes, to - from);
  const range = { from, to, crc32, tailCrc32, tailBytes: bytes, marks };
  const unread: UnreadRange = { ...range, isUnread: true };
  return checksums === "given" ? range : unread;
}

/** The spans that a source of the ledger has merged. */
export function mergedOf(source: LedgerSource | null): HeldSpans {
  return new Map(Object.entries(source?.merged ?? {}));
}

/** Merged spans and those of the batches given, together. */
export function heldSpans(merged: HeldSpans, batches: Iterable<BatchHeader>): HeldSpans {
  const held = new Map<string, Span[]>();
  for (const [key, spans] of merged) held.set(key, [...spans]);
  for (const { from, to, summaries } of batches) {
    for (const key of summaries) {
      const spans = held.get(key);
      if (spans === undefined) held.set(key, [{ from, to }]);
      else spans.push({ from, to });
    }
  }
  for (const [key, spans] of held) held.set(key, unite(spans));
  return held;
}

/** Whether more of a content is held by now than a view of the ledger has of it. */
export function isBehind(view: LedgerView, id: string, held: HeldSpans): boolean {
  const endIn = (spans: HeldSpans): number =>
    Math.max(0, ...(spans.get(balanceKey) ?? []).map(({ to }) => to));
  return endIn(held) > endIn(mergedOf(view.find(id)));
}
