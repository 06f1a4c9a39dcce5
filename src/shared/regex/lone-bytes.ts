// Bytes that belong to no character of UTF-8. Each counts as a character of its own, which `.` and negated classes
// take. Whether a byte that characters begin with belongs to one shows only behind it.

import { byteSequences, type ByteSequence, type Range } from "./character-ranges.ts";
import type { Guard } from "./program-nodes.ts";

interface LoneBytes {
  readonly range: Range;
  /** What must not follow if these are to belong to no character. */
  readonly guard: Guard;
}

const lastByte = 0xff;
const firstBeyondAscii = 0x80;

/** All bytes that are no characters of ASCII. */
export const loneBytes: readonly LoneBytes[] = [...beginnings(), ...others(beginnings())];

/** Bytes that characters begin with; table 3-7 of the Unicode standard. */
function beginnings(): LoneBytes[] {
  const found: { range: Range; guard: ByteSequence[] }[] = [];
  for (const [range, ...rest] of byteSequences([[firstBeyondAscii, 0x10ffff]])) {
    const same = found.find((other) => other.range.join() === range!.join());
    if (same === undefined) found.push({ range: range!, guard: [rest] });
    else same.guard.push(rest);
  }
  return found;
}

function others(known: readonly LoneBytes[]): LoneBytes[] {
  const ranges = known.map(({ range }) => range).sort(([a], [b]) => a - b);
  const found: LoneBytes[] = [];
  let next = firstBeyondAscii;
  for (const [low, high] of [...ranges, [lastByte + 1, lastByte + 1] as const]) {
    if (low > next) found.push({ range: [next, low - 1], guard: [] });
    next = high + 1;
  }
  return found;
}
