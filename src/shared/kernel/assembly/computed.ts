// Columns of spans that are computed from others. A value that the line lacks (`missingSpan`) stays missing; an
// empty one is the span of no bytes.

import { spanOf } from "./bytes";
import { missingSpan } from "./parse-layout";

/**
 * `out[i]` = the entry of `table` (u64 each) that line `i` has the number of; missing where the value is, and
 * empty where it has a flag.
 */
export function spreadSpans(
  spans: u32,
  flags: u32,
  ids: u32,
  table: u32,
  n: u32,
  out: u32,
): void {
  for (let i: u32 = 0; i < n; i += 1) {
    let span = u64(missingSpan);
    if (load<u64>(spans + (i << 3)) != span) {
      const isFlagged = flags && load<u8>(flags + i);
      span = isFlagged ? 0 : load<u64>(table + (load<u32>(ids + (i << 2)) << 3));
    }
    store<u64>(out + (i << 3), span);
  }
}

/** Makes missing what is missing in another column. */
export function passMissing(spans: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    if (load<u64>(spans + (i << 3)) == u64(missingSpan)) {
      store<u64>(out + (i << 3), u64(missingSpan));
    }
  }
}

/** Pairs of numbers as strings of 8 bytes: `keys[i]`, and its span. */
export function pairNumbers(left: u32, right: u32, n: u32, keys: u32, spans: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const key = keys + (i << 3);
    store<u32>(key, load<u32>(left + (i << 2)));
    store<u32>(key, load<u32>(right + (i << 2)), 4);
    store<u64>(spans + (i << 3), u64(key) | (u64(8) << 32));
  }
}

/** `out[i]` = one span where the mask has the line, the other elsewhere. */
export function selectSpans(mask: u32, one: u32, other: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const from = load<u8>(mask + i) ? one : other;
    store<u64>(out + (i << 3), load<u64>(from + (i << 3)));
  }
}

/** Values without what is behind their first bytes: no character of UTF-8 is cut. */
export function prefixSpans(spans: u32, n: u32, bytes: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    store<u64>(out + (i << 3), u32(span >> 32) <= bytes ? span : prefixOf(u32(span), bytes));
  }
}

/** The first bytes of a value that has more; without those of a character that goes on behind them. */
function prefixOf(from: u32, bytes: u32): u64 {
  const end = from + bytes;
  let at = end;
  while (at > from && end - at < 3 && (load<u8>(at) & 0xc0) == 0x80) at -= 1;
  const isLead = at != end && load<u8>(at) >= 0xc0;
  return spanOf(from, isLead ? at : end);
}

/** Whether a byte is a blank: space, or one of the five from tab to carriage return. */
@inline
function isBlankByte(byte: u32): bool {
  return byte == 0x20 || byte - 0x09 <= 4;
}

/** Values without the blanks at their ends. */
export function trimSpans(spans: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    let from = u32(span);
    let to = from + u32(span >> 32);
    while (from < to && isBlankByte(load<u8>(to - 1))) to -= 1;
    while (from < to && isBlankByte(load<u8>(from))) from += 1;
    store<u64>(out + (i << 3), spanOf(from, to));
  }
}

/** `out[i]` = the first of two values that has bytes; missing only where both are. */
export function coalesceSpans(one: u32, other: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    let span = load<u64>(one + (i << 3));
    if (!u32(span >> 32)) {
      const next = load<u64>(other + (i << 3));
      if (u32(next >> 32) || span == u64(missingSpan)) span = next;
    }
    store<u64>(out + (i << 3), span);
  }
}
