// The structural index of a stretch of text, after simdjson (Langdale and Lemire, "Parsing
// Gigabytes of JSON per Second", VLDB Journal 2019): addresses of newlines and of one separator, in
// order, and for every newline its place among them. It is made for a window of whole lines at a
// time, so that text and index are still in the cache when lines are cut.
//
// - The text always ends with a newline (the caller writes one after the last line).
// - A line longer than the window is indexed alone; one above the limit is rejected unseen.

import { equalBits, findByte, findLastByte } from "./bytes";
import { LINE_TOO_LONG, reject } from "./rejects";
import {
  cursorEnd,
  cursorEntries,
  cursorIndexed,
  cursorLineBytesMax,
  cursorLines,
  cursorNewlineAt,
  cursorNewlines,
  cursorNewlinesEnd,
  cursorNext,
  cursorQuotes,
  cursorRejects,
  windowBytes,
} from "./parse-layout";

const NEWLINE: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;
const QUOTE: u8 = 0x22;
/** Entries are written this many at a time, so the buffer needs as much room beyond its end. */
const ENTRIES_AT_ONCE: u32 = 8;

/** Where a line that ends at `newline` has its last byte + 1: before one carriage return. */
@inline
export function contentEnd(newline: u32): u32 {
  return newline - u32(load<u8>(newline - 1) == CARRIAGE_RETURN);
}

/** Where the first newline of a block goes among the entries that begin at `entry`. */
@inline
function placeOfFirst(newlineBits: u64, bits: u64, entry: u32): u32 {
  return entry + (u32(popcnt(bits & (newlineBits - 1) & ~newlineBits)) << 2);
}

function indexText(cursor: u32, from: u32, to: u32, separator: u8): void {
  const newlines = i8x16.splat(NEWLINE);
  const separators = i8x16.splat(separator);
  const quotes = i8x16.splat(QUOTE);
  let quoted = i8x16.splat(0);
  // The first entry is left free, as if a newline came before, and tokenisers may write to it.
  let entry = load<u32>(cursor, cursorEntries);
  let newlineAt = load<u32>(cursor, cursorNewlines);
  store<u32>(newlineAt, entry);
  entry += 4;
  newlineAt += 4;
  const firstNewline = newlineAt;
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    quoted = v128.or(
      quoted,
      v128.or(
        v128.or(i8x16.eq(a, quotes), i8x16.eq(b, quotes)),
        v128.or(i8x16.eq(c, quotes), i8x16.eq(d, quotes)),
      ),
    );
    let newlineBits = equalBits(a, b, c, d, newlines);
    let bits = newlineBits | equalBits(a, b, c, d, separators);
    if (to - at < 64) {
      const valid = (u64(1) << (to - at)) - 1;
      newlineBits &= valid;
      bits &= valid;
    }
    // Most blocks hold at most one newline: it is written always and kept if it is there.
    store<u32>(newlineAt, placeOfFirst(newlineBits, bits, entry));
    newlineAt += u32(newlineBits != 0) << 2;
    newlineBits &= newlineBits - 1;
    while (newlineBits) {
      store<u32>(newlineAt, placeOfFirst(newlineBits, bits, entry));
      newlineAt += 4;
      newlineBits &= newlineBits - 1;
    }
    const after = entry + (u32(popcnt(bits)) << 2);
    do {
      for (let k: u32 = 0; k < ENTRIES_AT_ONCE; k += 1) {
        store<u32>(entry + (k << 2), at + u32(ctz(bits)));
        bits &= bits - 1;
      }
      entry += ENTRIES_AT_ONCE << 2;
    } while (bits);
    entry = after;
  }
  const lines = (newlineAt - firstNewline) >> 2;
  store<u32>(cursor, load<u32>(cursor, cursorLines) + lines, cursorLines);
  store<u32>(cursor, firstNewline, cursorNewlineAt);
  store<u32>(cursor, newlineAt, cursorNewlinesEnd);
  store<u32>(cursor, u32(v128.any_true(quoted)), cursorQuotes);
}

/** Indexes the next window of lines. False at the end of the text. */
export function nextWindow(cursor: u32, separator: u8): bool {
  const end = load<u32>(cursor, cursorEnd);
  const lineBytesMax = load<u32>(cursor, cursorLineBytesMax);
  let from = load<u32>(cursor, cursorIndexed);
  while (from < end) {
    let to = end;
    if (end - from > u32(windowBytes)) {
      to = findLastByte(from, from + windowBytes, NEWLINE) + 1;
      if (to == 1) {
        const newline = findByte(from + windowBytes, end, NEWLINE);
        const lineEnd = contentEnd(newline);
        to = newline + 1;
        if (lineEnd - from > lineBytesMax) {
          reject(load<u32>(cursor, cursorRejects), LINE_TOO_LONG, from, lineEnd);
          store<u32>(cursor, load<u32>(cursor, cursorLines) + 1, cursorLines);
          from = to;
          continue;
        }
      }
    }
    indexText(cursor, from, to, separator);
    store<u32>(cursor, from, cursorNext);
    store<u32>(cursor, to, cursorIndexed);
    return true;
  }
  store<u32>(cursor, end, cursorNext);
  store<u32>(cursor, end, cursorIndexed);
  return false;
}
