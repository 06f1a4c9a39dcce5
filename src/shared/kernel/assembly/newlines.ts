// Where lines end: addresses of newlines, found a window of text at a time. Knowing them before
// lines are cut lets the processor work on several lines at once, since none waits for the end of
// the one before.
//
// - The text always ends with a newline (the caller writes one after the last line).
// - A window ends at any byte, and goes on until it has at least one newline.
// - Behind the text are 64 bytes without a newline.
// - A window's lines are those that end in it. The first of them may begin in the window before, so
//   its quotes may be there: what follows a window's last newline is remembered for the next one.

import { NEWLINE, NUL, QUOTE, equalBits, findByte, splat } from "./bytes";
import {
  cursorEnd,
  cursorIndexed,
  cursorLines,
  cursorNewlineAt,
  cursorNewlines,
  cursorNewlinesEnd,
  cursorNuls,
  cursorQuotes,
  cursorQuotesAhead,
  windowBytes,
} from "./parse-layout";

/** Whether a quote is behind the last newline of a window that ends at `to`. */
function isQuotedBehind(entry: u32, buffer: u32, to: u32): bool {
  if (entry == buffer) return false;
  return findByte(load<u32>(entry - 4) + 1, to, QUOTE) != to;
}

/** Notes whether a NUL is in a part of the text; one that was seen may be in the padding behind it. */
function noteNuls(cursor: u32, from: u32, to: u32): void {
  if (findByte(from, to, NUL) != to) store<u32>(cursor, 1, cursorNuls);
}

/** Indexes the next window. False at the end of the text. */
export function nextWindow(cursor: u32): bool {
  const end = load<u32>(cursor, cursorEnd);
  const buffer = load<u32>(cursor, cursorNewlines);
  const newlines = splat(NEWLINE);
  const quoteBytes = splat(QUOTE);
  const start = load<u32>(cursor, cursorIndexed);
  let quoted = i8x16.splat(0);
  let least = i8x16.splat(-1);
  let entry = buffer;
  let at = start;
  do {
    const windowEnd = min(at + windowBytes, end);
    while (at < windowEnd) {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at, 32);
      const d = v128.load(at, 48);
      quoted = v128.or(
        v128.or(v128.or(quoted, i8x16.eq(a, quoteBytes)), i8x16.eq(b, quoteBytes)),
        v128.or(i8x16.eq(c, quoteBytes), i8x16.eq(d, quoteBytes)),
      );
      least = i8x16.min_u(least, i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d)));
      let bits = equalBits(a, b, c, d, newlines);
      // Most blocks hold at most one newline: it is written always and kept if it is there.
      store<u32>(entry, at + u32(ctz(bits)));
      entry += u32(bits != 0) << 2;
      bits &= bits - 1;
      while (bits) {
        store<u32>(entry, at + u32(ctz(bits)));
        entry += 4;
        bits &= bits - 1;
      }
      at += 64;
    }
  } while (at < end && entry == buffer);
  store<u32>(cursor, at, cursorIndexed);
  store<u32>(cursor, load<u32>(cursor, cursorLines) + ((entry - buffer) >> 2), cursorLines);
  store<u32>(cursor, buffer, cursorNewlineAt);
  store<u32>(cursor, entry, cursorNewlinesEnd);
  const quotes = u32(v128.any_true(quoted));
  store<u32>(cursor, quotes | load<u32>(cursor, cursorQuotesAhead), cursorQuotes);
  store<u32>(cursor, u32(quotes && isQuotedBehind(entry, buffer, at)), cursorQuotesAhead);
  if (!i8x16.all_true(least)) noteNuls(cursor, start, min(at, end));
  return entry != buffer;
}
