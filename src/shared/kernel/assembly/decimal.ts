// Decimal numbers as integers of 10^-scale: an optional sign, digits, an optional fraction (`.5`
// and `5.` are numbers, `.` is none), an optional exponent. Exact: digits below the scale must be zeros.
//
// The common case (no sign, at most 16 bytes) has no loop: one shuffle takes the point out and
// moves the digits to the right, and pairs, fours and eights of digits are joined by multiplying
// (Lemire, "Quickly parsing eight digits", 2022).

import { exponentAt, isExponentMark, NO_EXPONENT } from "./exponent";
import { BAD_NUMBER } from "./rejects";

const ZERO: u8 = 0x30;
const POINT: u8 = 0x2e;
const PLUS: u8 = 0x2b;
const MINUS: u8 = 0x2d;

/** 10^n for n up to 18. */
const powers: usize = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
  100000000000, 1000000000000, 10000000000000, 100000000000000, 1000000000000000,
  10000000000000000, 100000000000000000, 1000000000000000000,
]);

/** Eight digits (0 to 9, the first in the lowest byte) as a number. */
@inline
function joinEight(digits: u64): u64 {
  const pairs = digits * 10 + (digits >> 8);
  const high = (pairs & 0x000000ff000000ff) * 0x000f424000000064;
  const low = ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
  return (high + low) >> 32;
}

/** Where the exponent begins, or `end`. */
function markOf(from: u32, end: u32): u32 {
  let at = from;
  while (at < end && !isExponentMark(load<u8>(at))) at += 1;
  return at;
}

/** Where the point is, or `end`. */
function pointOf(from: u32, end: u32): u32 {
  let at = from;
  while (at < end && load<u8>(at) != POINT) at += 1;
  return at;
}

/** Set by `parseDecimal`. */
let parsed: i64 = 0;

/** The general case, of any length. False if it is no number of this scale and range. */
function parseDecimal(ptr: u32, bytes: u32, scale: u32): bool {
  let at = ptr;
  const end = ptr + bytes;
  const first = load<u8>(at);
  const negative = first == MINUS;
  if (negative || first == PLUS) at += 1;
  const limit = u64(i64.MAX_VALUE);
  const mark = markOf(at, end);
  const exponent = exponentAt(mark, end);
  if (exponent == NO_EXPONENT) return false;
  // So many digits make up the value; those behind them are below the scale.
  const counting = i64(pointOf(at, mark) - at) + i64(scale) + i64(exponent);
  let value: u64 = 0;
  let digits: i64 = 0;
  let inFraction = false;
  for (; at < mark; at += 1) {
    const byte = load<u8>(at);
    if (byte == POINT && !inFraction) {
      inFraction = true;
      continue;
    }
    const digit = u64(byte) - ZERO;
    if (digit > 9) return false;
    digits += 1;
    if (digits > counting) {
      if (digit != 0) return false;
      continue;
    }
    if (value > (limit - digit) / 10) return false;
    value = value * 10 + digit;
  }
  if (!digits) return false;
  for (; digits < counting && value != 0; digits += 1) {
    if (value > limit / 10) return false;
    value *= 10;
  }
  parsed = negative ? -i64(value) : i64(value);
  return true;
}

/**
 * Decodes a column: `values[i]` and `valid[i]` = 1, or 0 and 0 for an empty value. What does not
 * parse, or is not within -(2^63 - 1) and 2^63 - 1, gets the status `bad_number`.
 * Returns the number of empty values.
 */
export function decodeDecimals(
  spans: u32,
  n: u32,
  scale: u32,
  values: u32,
  valid: u32,
  status: u32,
): u32 {
  let empty: u32 = 0;
  const zeros = i8x16.splat(ZERO);
  const points = i8x16.splat(POINT);
  const nines = i8x16.splat(9);
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const ptr = u32(span);
    const bytes = u32(span >> 32);
    if (bytes - 1 < 16) {
      const text = v128.load(ptr);
      const inside = (u32(1) << bytes) - 1;
      const pointBits = (u32(i8x16.bitmask(i8x16.eq(text, points))) & inside) | (u32(1) << bytes);
      const point = u32(ctz(pointBits));
      const hasPoint = u32(point < bytes);
      const digits = bytes - hasPoint;
      const fraction = bytes - point - hasPoint;
      // Lane j of the result is digit j - (16 - digits); behind the point, one further.
      let from = i8x16.sub(lanes, i8x16.splat(u8(16 - digits)));
      from = i8x16.sub(from, i8x16.gt_s(from, i8x16.splat(u8(point - 1))));
      const aligned = i8x16.swizzle(i8x16.sub(text, zeros), from);
      const fair = !v128.any_true(i8x16.sub_sat_u(aligned, nines));
      if (fair && digits != 0 && fraction <= scale) {
        let value = joinEight(u64(i64x2.extract_lane(aligned, 1)));
        if (digits > 8) value += joinEight(u64(i64x2.extract_lane(aligned, 0))) * 100000000;
        // At most 18 digits, where the limit has 19.
        if (digits + scale - fraction <= 18) {
          store<u64>(values + (i << 3), value * load<u64>(powers + ((scale - fraction) << 3)));
          store<u8>(valid + i, 1);
          continue;
        }
      }
    }
    if (bytes == 0) {
      store<u64>(values + (i << 3), 0);
      store<u8>(valid + i, 0);
      empty += 1;
    } else if (parseDecimal(ptr, bytes, scale)) {
      store<i64>(values + (i << 3), parsed);
      store<u8>(valid + i, 1);
    } else {
      store<u64>(values + (i << 3), 0);
      store<u8>(valid + i, 0);
      if (!load<u8>(status + i)) store<u8>(status + i, u8(BAD_NUMBER + 1));
    }
  }
  return empty;
}

/**
 * Flags the lines that hold the greatest value, which means "none" in a column of least values; returns
 * how many there are.
 */
export function flagGreatest(values: u32, n: u32, flags: u32): u32 {
  let greatest: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const isGreatest = load<i64>(values + (i << 3)) == i64.MAX_VALUE;
    store<u8>(flags + i, isGreatest ? u8(BAD_NUMBER + 1) : 0);
    greatest += u32(isGreatest);
  }
  return greatest;
}
