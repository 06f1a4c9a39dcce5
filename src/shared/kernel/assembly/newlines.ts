// Where lines end: addresses of newlines, found a window of text at a time. Knowing them before
// lines are cut lets the processor work on several lines at once, since none waits for the end of
// the one before.
//
// - The text always ends with a newline (the caller writes one after the last line).
// - A window ends at any byte, and goes on until it has at least one newline.
// - Behind the text are 64 bytes without a newline.

import { NEWLINE, QUOTE, equalBits, splat } from "./bytes";
import {
  cursorEnd,
  cursorIndexed,
  cursorLines,
  cursorNewlineAt,
  cursorNewlines,
  cursorNewlinesEnd,
  cursorQuotes,
  windowBytes,
} from "./parse-layout";

/** Indexes the next window. False at the end of the text. */
export function nextWindow(cursor: u32): bool {
  const end = load<u32>(cursor, cursorEnd);
  const buffer = load<u32>(cursor, cursorNewlines);
  const newlines = splat(NEWLINE);
  const quotes = splat(QUOTE);
  let quoted = i8x16.splat(0);
  let entry = buffer;
  let at = load<u32>(cursor, cursorIndexed);
  do {
    const windowEnd = min(at + windowBytes, end);
    while (at < windowEnd) {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at, 32);
      const d = v128.load(at, 48);
      quoted = v128.or(
        v128.or(v128.or(quoted, i8x16.eq(a, quotes)), i8x16.eq(b, quotes)),
        v128.or(i8x16.eq(c, quotes), i8x16.eq(d, quotes)),
      );
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
  store<u32>(cursor, u32(v128.any_true(quoted)), cursorQuotes);
  return entry != buffer;
}
