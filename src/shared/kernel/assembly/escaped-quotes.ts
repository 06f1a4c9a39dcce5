// Where a quoted field ends in which a backslash escapes the character after it. Most end within 64
// bytes.

import { QUOTE, equalBits, equalBitsAt, findByte, findEither } from "./bytes";

export const BACKSLASH: u8 = 0x5c;

/** The quote that closes a field whose text begins at `from`, or `to`. */
@inline
function closingQuote(from: u32, to: u32): u32 {
  let at = findEither(from, to, QUOTE, BACKSLASH);
  while (at < to && load<u8>(at) == BACKSLASH) {
    at = findEither(min(at + 2, to), to, QUOTE, BACKSLASH);
  }
  return at;
}

/** As `findByte`, for a place that is mostly within 64 bytes. */
@inline
export function findNear(from: u32, to: u32, byte: u8, wanted: v128): u32 {
  const bits = equalBitsAt(from, wanted);
  return bits ? min(from + u32(ctz(bits)), to) : findFar(from + 64, to, byte);
}

export function findFar(from: u32, to: u32, byte: u8): u32 {
  return from < to ? findByte(from, to, byte) : to;
}

/** As `closingQuote`, for a place that is mostly within 64 bytes and has no escapes before it. */
@inline
export function closingQuoteNear(from: u32, to: u32, quotes: v128, backslashes: v128): u32 {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  const c = v128.load(from, 32);
  const d = v128.load(from, 48);
  const quoteBits = equalBits(a, b, c, d, quotes);
  const escapeBits = equalBits(a, b, c, d, backslashes);
  // Every escape lies behind the first quote.
  const unescaped = quoteBits && (escapeBits & (quoteBits - 1) & ~quoteBits) == 0;
  return unescaped ? min(from + u32(ctz(quoteBits)), to) : closingQuoteFar(from, to);
}

function closingQuoteFar(from: u32, to: u32): u32 {
  return closingQuote(min(from, to), to);
}
