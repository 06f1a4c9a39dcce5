// Examples of rejected lines, of each sheet and reason: what people look at to find out why a line does
// not count. They are bounded in number, and no number depends on them.
//
// Two kinds are kept. The first ones, by path and offset, are the same however the files were cut into
// batches and in whatever order these came. The newest ones are those of the batches that came last, so
// they depend on that order, and tell what is wrong now. Where there are more sheets and reasons than a
// store keeps examples for, those that came first have them.

import { limits } from "../../../../shared/base/limits.ts";
import { balanceKey } from "../../../../shared/model/definition-key.ts";
import type { FaultyValue, RejectSample } from "../../../../shared/model/partial.ts";
import type { RejectReason } from "../../../../shared/model/reasons.ts";
import type { Merged } from "./ledger.ts";

/** A rejected line as it is kept. */
export interface KeptExample {
  readonly reason: RejectReason;
  readonly field: string;
  /** Where the file was when the line was read. */
  readonly path: string;
  /** Offset of the line in the decompressed content, bytes. */
  readonly offset: number;
  /** Its first bytes. */
  readonly bytes: Uint8Array;
  readonly value: FaultyValue | null;
}

/** The examples of one sheet; of a reason, the newest last. */
export interface SheetExamples {
  /** Key of the summary; `balanceKey` where the format rejected. */
  readonly key: string;
  readonly source: string;
  readonly list: readonly KeptExample[];
}

/** The examples of one sheet and reason; one may be in both lists. */
interface OfReason {
  /** Ascending by path and offset. */
  readonly first: readonly KeptExample[];
  /** Newest last. */
  readonly newest: readonly KeptExample[];
}

interface Sheet {
  readonly key: string;
  readonly source: string;
  readonly reasons: Map<RejectReason, OfReason>;
}

/** Most examples that one sheet and reason has. */
const perReasonMax = 2 * limits.samplesPerReasonMax;

export class Examples {
  readonly #sheets = new Map<string, Sheet>();
  #reasons = 0;

  get sheets(): Iterable<SheetExamples> {
    return [...this.#sheets.values()].map(({ key, source, reasons }) => {
      return { key, source, list: [...reasons.values()].flatMap(listOf) };
    });
  }

  enter({ source, hint, range }: Merged, samples: readonly RejectSample[]): void {
    for (const { summary, offset, ...sample } of samples) {
      const place = { path: hint.path, offset: range.from + offset };
      const example = keptExample(sample, place);
      this.add(summary ?? balanceKey, source, example);
    }
  }

  /** Adds one, which is newer than all others. Lists as `sheets` gave them are put back in their order. */
  add(key: string, source: string, example: KeptExample): void {
    const name = `${key} ${source}`;
    const sheet: Sheet = this.#sheets.get(name) ?? { key, source, reasons: new Map() };
    const before = sheet.reasons.get(example.reason);
    if (before === undefined) {
      if ((this.#reasons + 1) * perReasonMax > limits.examplesMax) return;
      this.#reasons += 1;
    }
    const { first, newest } = before ?? { first: [], newest: [] };
    const others = newest.filter((each) => byPlace(each, example) !== 0);
    sheet.reasons.set(example.reason, {
      first: withFirst(first, example),
      newest: [...others, example].slice(-limits.samplesPerReasonMax),
    });
    this.#sheets.set(name, sheet);
  }

  /** Forgets those of a key; of one of its sources where one is named. */
  drop(dropped: string, ofSource: string | null = null): void {
    for (const [name, { key, source, reasons }] of this.#sheets) {
      if (key !== dropped || (ofSource !== null && source !== ofSource)) continue;
      this.#sheets.delete(name);
      this.#reasons -= reasons.size;
    }
  }

  /** Those of a summary whose key is another from here on. */
  rename(before: string, now: string): void {
    const moved = [...this.sheets].filter(({ key }) => key === before);
    this.drop(before);
    for (const { source, list } of moved) for (const each of list) this.add(now, source, each);
  }
}

/** A copy of a sample, whose bytes are views of a partial. */
export function keptExample(
  { reason, field, bytes, value }: Omit<RejectSample, "summary" | "offset">,
  { path, offset }: Pick<KeptExample, "path" | "offset">,
): KeptExample {
  const kept = value === null ? null : { ...value, bytes: new Uint8Array(value.bytes) };
  return { reason, field, path, offset, bytes: new Uint8Array(bytes), value: kept };
}

function listOf({ first, newest }: OfReason): KeptExample[] {
  const others = first.filter((each) => newest.every((other) => byPlace(each, other) !== 0));
  return [...others, ...newest];
}

function withFirst(first: readonly KeptExample[], example: KeptExample): readonly KeptExample[] {
  if (first.some((each) => byPlace(each, example) === 0)) return first;
  return [...first, example].sort(byPlace).slice(0, limits.samplesPerReasonMax);
}

function byPlace(a: KeptExample, b: KeptExample): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.offset - b.offset;
}
