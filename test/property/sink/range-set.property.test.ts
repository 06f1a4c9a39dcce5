import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ledgerRange,
  rangeOf,
  RangeSet,
  tailWindowBytes,
} from "../../../src/sink/store/embedded/ledger/range-set.ts";

const contentBytes = 60_000;
const content = Uint8Array.from(
  { length: contentBytes },
  (_, at) => (at * at * 7 + (at >> 8)) & 0xff,
);

function pieceOf(from: number, to: number): ReturnType<typeof rangeOf> {
  const bytes = content.subarray(from, to);
  return rangeOf(from, to, crc32(bytes), crc32(bytes.subarray(-tailWindowBytes)));
}

/** Cuts of the content, small ones and large ones mixed, and the order in which pieces arrive. */
const cuts = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 3000, max: 5000 }),
    fc.integer({ min: 1, max: 20_000 }),
  ),
  { minLength: 1, maxLength: 40 },
);

interface Piece {
  readonly from: number;
  readonly to: number;
}

function piecesOf(lengths: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const length of lengths) {
    const to = Math.min(contentBytes, from + length);
    if (to > from) pieces.push({ from, to });
    from = to;
  }
  return pieces;
}

const arrivals = cuts
  .map(piecesOf)
  .chain((pieces) =>
    fc.tuple(
      fc.shuffledSubarray(pieces, { minLength: pieces.length }),
      fc.integer({ min: 0, max: pieces.length }),
    ),
  )
  .map(([pieces, count]) => pieces.slice(0, count));

describe("a set of ranges", () => {
  test("is sorted, disjoint, not touching, and knows the checksums of its content", () => {
    fc.assert(
      fc.property(arrivals, (pieces) => {
        const set = new RangeSet();
        const covered = new Uint8Array(contentBytes);
        for (const { from, to } of pieces) {
          set.add(pieceOf(from, to));
          covered.fill(1, from, to);
        }
        const seen = new Uint8Array(contentBytes);
        let before = -1;
        for (const range of set.ranges.map(ledgerRange)) {
          const { from, to, tailBytes } = range;
          expect(from).toBeGreaterThan(before);
          before = to;
          seen.fill(1, from, to);
          expect(range.crc32).toBe(crc32(content.subarray(from, to)));
          expect(tailBytes).toBeGreaterThanOrEqual(Math.min(tailWindowBytes, to - from));
          expect(tailBytes).toBeLessThanOrEqual(Math.min(3 * tailWindowBytes, to - from));
          expect(range.tailCrc32).toBe(crc32(content.subarray(to - tailBytes, to)));
        }
        expect(Buffer.compare(seen, covered)).toBe(0);
      }),
    );
  });

  test("is the same however its content was cut and in whatever order it came", () => {
    fc.assert(
      fc.property(cuts, cuts, (some, others) => {
        const sets = [some, others].map((lengths) => {
          const set = new RangeSet();
          for (const { from, to } of piecesOf([...lengths, contentBytes]).reverse()) {
            set.add(pieceOf(from, to));
          }
          return set;
        });
        expect(sets[0]!.equals(sets[1]!)).toBe(true);
      }),
    );
  });

  test("tells disjoint, contained and partly covered ranges apart, byte by byte", () => {
    const probe = fc.tuple(fc.nat(contentBytes - 1), fc.integer({ min: 1, max: 9000 }));
    fc.assert(
      fc.property(arrivals, fc.array(probe, { maxLength: 20 }), (pieces, probes) => {
        const set = new RangeSet();
        const covered = new Uint8Array(contentBytes);
        for (const { from, to } of pieces) {
          set.add(pieceOf(from, to));
          covered.fill(1, from, to);
        }
        for (const [from, length] of probes) {
          const to = Math.min(contentBytes, from + length);
          const inside = covered.subarray(from, to).reduce((sum, byte) => sum + byte, 0);
          const expected =
            inside === 0 ? "disjoint" : inside === to - from ? "contained" : "partial";
          expect(set.coverage(from, to)).toBe(expected);
        }
      }),
    );
  });

  test("refuses a range twice", () => {
    const set = new RangeSet();
    set.add(pieceOf(10, 20));
    expect(() => set.add(pieceOf(19, 21))).toThrow("a range is merged once");
  });
});
