// The stretches of one source's content that were merged: sorted, disjoint, and joined where they
// touch, so that a file read to its end is one range however many batches it came in.
//
// Each range carries the CRC-32 of its content and of its tail, by which a file found again is
// recognised. CRCs of neighbours can be joined but not cut, so a tail is kept as two pieces: the
// `anchor`, and what has grown behind it since. Once the growth alone is long enough it becomes the
// anchor. Invariants, with w = `tailWindowBytes`:
//   anchor + growth is the whole range, or the anchor alone has at least w bytes;
//   anchor < 2w and growth < w, so a tail never exceeds 3w bytes.
//
// Each range also carries marks, checksums of its beginning at many lengths: by them a file that is
// shorter than the range is known. Ranges of stores that are older than marks have none, and gain them
// where they grow or are read again for another summary.

import { assert } from "../../../../shared/base/assert.ts";
import type { LedgerRange } from "../../../../shared/protocol/messages.ts";
import { crc32Combine } from "../../../../shared/base/crc32-combine.ts";
import { joinMarks, packMarks, unpackMarks } from "../../../../shared/model/content-marks.ts";

/** Bytes before the end of a range that are enough to tell two contents apart. */
export const tailWindowBytes = 4096;

export interface Piece {
  readonly bytes: number;
  readonly crc32: number;
}

/** A range `[from, to)` of content, at least one byte long. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly crc32: number;
  readonly anchor: Piece;
  readonly growth: Piece;
  /** Packed, since there are many; see `content-marks.ts`. */
  readonly marks: Uint8Array;
}

export const noMarks = new Uint8Array(0);
const nothing: Piece = Object.freeze({ bytes: 0, crc32: 0 });

/** How a range lies to a set: wholly outside, wholly inside, or across an edge. */
export type Coverage = "disjoint" | "contained" | "partial";

/**
 * @param tailCrc32 of the last min(`tailWindowBytes`, to - from) bytes.
 * @param marks that can be unpacked
 */
export function rangeOf(
  from: number,
  to: number,
  crc32: number,
  tailCrc32: number,
  marks: Uint8Array = noMarks,
): Range {
  assert(Number.isSafeInteger(from) && from >= 0, "a range starts at a safe offset");
  assert(Number.isSafeInteger(to) && to > from, "a range is not empty");
  const anchor = { bytes: Math.min(tailWindowBytes, to - from), crc32: tailCrc32 };
  return { from, to, crc32, anchor, growth: nothing, marks: Uint8Array.from(marks) };
}

/** As other roles see it: the tail in one piece. */
export function ledgerRange({ from, to, crc32, anchor, growth, marks }: Range): LedgerRange {
  const tail = joinPieces(anchor, growth);
  return { from, to, crc32, tailCrc32: tail.crc32, tailBytes: tail.bytes, marks };
}

function joinPieces(first: Piece, second: Piece): Piece {
  if (second.bytes === 0) return first;
  return {
    bytes: first.bytes + second.bytes,
    crc32: crc32Combine(first.crc32, second.crc32, second.bytes),
  };
}

/** The range that two neighbours make. */
function joinRanges(first: Range, second: Range): Range {
  assert(first.to === second.from, "only ranges that touch are joined");
  const secondBytes = second.to - second.from;
  const whole = {
    from: first.from,
    to: second.to,
    crc32: crc32Combine(first.crc32, second.crc32, secondBytes),
    marks: packMarks(first.from, joinMarks(marked(first), marked(second))),
  };
  if (secondBytes >= tailWindowBytes) {
    return { ...whole, anchor: second.anchor, growth: second.growth };
  }
  const growth = joinPieces(first.growth, { bytes: secondBytes, crc32: second.crc32 });
  return growth.bytes >= tailWindowBytes
    ? { ...whole, anchor: growth, growth: nothing }
    : { ...whole, anchor: first.anchor, growth };
}

function marked(range: Range) {
  const { from, to, crc32, marks } = range;
  return { from, to, crc32, marks: unpackMarks(from, marks, "store_damaged") };
}

export class RangeSet {
  #ranges: Range[];

  /** @param ranges sorted, disjoint and not touching. */
  constructor(ranges: readonly Range[] = []) {
    for (let index = 1; index < ranges.length; index += 1) {
      assert(ranges[index - 1]!.to < ranges[index]!.from, "ranges of a set do not touch");
    }
    this.#ranges = [...ranges];
  }

  /** Sorted, disjoint, not touching; a copy would cost, so it is good until the next `add`. */
  get ranges(): readonly Range[] {
    return this.#ranges;
  }

  /** Bytes of marks, by which two equal sets differ. */
  get markBytes(): number {
    return this.#ranges.reduce((sum, { marks }) => sum + marks.length, 0);
  }

  /** Gives each range its marks, in order. */
  mark(marksOf: (range: Range) => Uint8Array): void {
    this.#ranges = this.#ranges.map((range) => ({ ...range, marks: marksOf(range) }));
  }

  copy(): RangeSet {
    return new RangeSet(this.#ranges);
  }

  /** Index of the first range that ends beyond `offset`. */
  #firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ranges[middle]!.to > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** How `[from, to)`, which is not empty, lies to the set. */
  coverage(from: number, to: number): Coverage {
    const next = this.#ranges[this.#firstEndingAfter(from)];
    if (next === undefined || next.from >= to) return "disjoint";
    return next.from <= from && to <= next.to ? "contained" : "partial";
  }

  /** Adds a range that is disjoint from the set, and joins it with its neighbours. */
  add(range: Range): void {
    assert(this.coverage(range.from, range.to) === "disjoint", "a range is merged once");
    const index = this.#firstEndingAfter(range.from);
    const before = this.#ranges[index - 1];
    const after = this.#ranges[index];
    let joined = range;
    let start = index;
    let replaced = 0;
    if (before?.to === range.from) {
      joined = joinRanges(before, joined);
      start -= 1;
      replaced += 1;
    }
    if (after?.from === range.to) {
      joined = joinRanges(joined, after);
      replaced += 1;
    }
    this.#ranges.splice(start, replaced, joined);
  }

  /** Same ranges of the same content. */
  equals(other: RangeSet): boolean {
    const theirs = other.#ranges;
    return (
      this.#ranges.length === theirs.length &&
      this.#ranges.every((range, index) => {
        const their = theirs[index]!;
        return range.from === their.from && range.to === their.to && range.crc32 === their.crc32;
      })
    );
  }
}
