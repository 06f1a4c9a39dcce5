// Sets of characters as ranges of code points, and how they are written in UTF-8: sequences of ranges of bytes.

export type Range = readonly [low: number, high: number];

/** Ranges of bytes, one for each byte of a character. */
export type ByteSequence = readonly Range[];

const lastCharacter = 0x10ffff;
const lastAscii = 0x7f;

/** In order, apart from each other. */
export function union(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [low, high] of [...ranges].sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

export function complement(ranges: readonly Range[]): Range[] {
  const left: Range[] = [];
  let next = 0;
  for (const [low, high] of union(ranges)) {
    if (low > next) left.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= lastCharacter) left.push([next, lastCharacter]);
  return left;
}

/** With the letters of ASCII in the other case. */
export function withOtherCase(ranges: readonly Range[]): Range[] {
  const other = (first: number, offset: number): Range[] =>
    ranges.flatMap(([low, high]) => {
      const [from, to] = [Math.max(low, first), Math.min(high, first + 25)];
      return from <= to ? [[from + offset, to + offset] as const] : [];
    });
  return union([...ranges, ...other(0x41, 0x20), ...other(0x61, -0x20)]);
}

/** Whether bytes that belong to no character are among these: by PEP 383 they are U+DC80 to U+DCFF. */
export function hasLoneBytes(ranges: readonly Range[]): boolean {
  return ranges.some(([low, high]) => low <= 0xdc80 && high >= 0xdcff);
}

/** Every character of the ranges, by its bytes. Two sequences that share a first byte have the same range there. */
export function byteSequences(ranges: readonly Range[]): ByteSequence[] {
  return ranges.flatMap(([low, high]) => sequences(low, high));
}

function sequences(low: number, high: number): ByteSequence[] {
  if (low > high) return [];
  // Surrogates are no characters.
  if (low <= 0xdfff && high >= 0xd800)
    return [...sequences(low, 0xd7ff), ...sequences(0xe000, high)];
  for (const last of [lastAscii, 0x7ff, 0xffff]) {
    if (low <= last && high > last) return [...sequences(low, last), ...sequences(last + 1, high)];
  }
  if (high <= lastAscii) return [[[low, high]]];
  for (const bits of [6, 12, 18]) {
    const rest = (1 << bits) - 1;
    if ((low & ~rest) === (high & ~rest)) continue;
    if ((low & rest) !== 0)
      return [...sequences(low, low | rest), ...sequences((low | rest) + 1, high)];
    if ((high & rest) !== rest) {
      return [...sequences(low, (high & ~rest) - 1), ...sequences(high & ~rest, high)];
    }
  }
  const [lows, highs] = [encode(low), encode(high)];
  return [lows.map((byte, index) => [byte, highs[index]!] as const)];
}

function encode(character: number): number[] {
  return [...new TextEncoder().encode(String.fromCodePoint(character))];
}
