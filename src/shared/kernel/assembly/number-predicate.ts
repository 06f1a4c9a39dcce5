// Comparisons of decimals with a literal, exact for any number of digits: both sides are digits
// without leading zeros before the point and trailing ones after it, so that order follows from
// sign, number of whole digits, and the digits themselves. Decimals with an exponent are compared digit
// by digit from the first that is not zero.

import { exponentAt, NO_EXPONENT } from "./exponent";
import {
  compareEqual,
  compareGreater,
  compareLess,
  compareLessOrEqual,
  compareNotEqual,
  numberDigits,
  numberFractionLength,
  numberNegative,
  numberWholeLength,
} from "./parse-layout";

const ZERO: u8 = 0x30;
const POINT: u8 = 0x2e;
const PLUS: u8 = 0x2b;
const MINUS: u8 = 0x2d;

/** What `order` yields for a text that is no decimal. */
const NO_NUMBER: i32 = 2;

function digitsEnd(from: u32, to: u32): u32 {
  let at = from;
  while (at < to && u32(load<u8>(at)) - ZERO <= 9) at += 1;
  return at;
}

/** Order of two strings of digits behind the point, without trailing zeros. */
function orderOfFractions(a: u32, aBytes: u32, b: u32, bBytes: u32): i32 {
  const difference = memory.compare(a, b, min(aBytes, bBytes));
  if (difference != 0) return difference < 0 ? -1 : 1;
  return i32(aBytes > bBytes) - i32(aBytes < bBytes);
}

/** Digit `index` of digits with a gap for the point in them. */
function digitAt(whole: u32, wholeEnd: u32, fraction: u32, index: u32): u32 {
  const at = whole + index;
  return load<u8>(at < wholeEnd ? at : fraction + (at - wholeEnd));
}

/** Order of a decimal with an exponent and a literal. */
function orderOfPower(
  minus: bool,
  whole: u32,
  wholeEnd: u32,
  fraction: u32,
  fractionEnd: u32,
  exponent: i32,
  literal: u32,
): i32 {
  const digits = wholeEnd - whole + (fractionEnd - fraction);
  let first: u32 = 0;
  while (first < digits && digitAt(whole, wholeEnd, fraction, first) == ZERO) first += 1;
  const other = load<u32>(literal, numberDigits);
  const otherWhole = load<u32>(literal, numberWholeLength);
  const otherDigits = otherWhole + load<u32>(literal, numberFractionLength);
  let otherFirst: u32 = 0;
  while (otherFirst < otherDigits && load<u8>(other + otherFirst) == ZERO) otherFirst += 1;

  const isZero = first == digits;
  const negative = minus && !isZero;
  if (negative != (load<u32>(literal, numberNegative) != 0)) return negative ? -1 : 1;
  if (isZero || otherFirst == otherDigits) return i32(!isZero) - i32(otherFirst != otherDigits);
  const away: i32 = negative ? -1 : 1;
  const size = i32(wholeEnd - whole) - i32(first) + exponent;
  const otherSize = i32(otherWhole) - i32(otherFirst);
  if (size != otherSize) return size < otherSize ? -away : away;
  const length = max(digits - first, otherDigits - otherFirst);
  for (let i: u32 = 0; i < length; i += 1) {
    const a = first + i < digits ? digitAt(whole, wholeEnd, fraction, first + i) : ZERO;
    const b = otherFirst + i < otherDigits ? u32(load<u8>(other + otherFirst + i)) : ZERO;
    if (a != b) return a < b ? -away : away;
  }
  return 0;
}

/** -1, 0 or 1 as the text is below, equal to or above the literal, or NO_NUMBER. */
function order(ptr: u32, bytes: u32, literal: u32): i32 {
  const end = ptr + bytes;
  const first = load<u8>(ptr);
  const signed = first == MINUS || first == PLUS;
  let whole = ptr + u32(signed);
  const wholeEnd = digitsEnd(whole, end);
  let fraction = wholeEnd;
  let fractionEnd = wholeEnd;
  if (wholeEnd < end && load<u8>(wholeEnd) == POINT) {
    fraction = wholeEnd + 1;
    fractionEnd = digitsEnd(fraction, end);
  }
  if (wholeEnd - whole + (fractionEnd - fraction) == 0) return NO_NUMBER;
  if (fractionEnd != end) {
    const exponent = exponentAt(fractionEnd, end);
    if (exponent == NO_EXPONENT) return NO_NUMBER;
    return orderOfPower(first == MINUS, whole, wholeEnd, fraction, fractionEnd, exponent, literal);
  }
  while (whole < wholeEnd && load<u8>(whole) == ZERO) whole += 1;
  while (fractionEnd > fraction && load<u8>(fractionEnd - 1) == ZERO) fractionEnd -= 1;

  const wholeBytes = wholeEnd - whole;
  const fractionBytes = fractionEnd - fraction;
  const isZero = wholeBytes + fractionBytes == 0;
  const negative = first == MINUS && !isZero;
  const otherNegative = load<u32>(literal, numberNegative) != 0;
  if (negative != otherNegative) return negative ? -1 : 1;
  const away: i32 = negative ? -1 : 1;
  const digits = load<u32>(literal, numberDigits);
  const otherWhole = load<u32>(literal, numberWholeLength);
  if (wholeBytes != otherWhole) return wholeBytes < otherWhole ? -away : away;
  const difference = memory.compare(whole, digits, wholeBytes);
  if (difference != 0) return difference < 0 ? -away : away;
  const otherFraction = load<u32>(literal, numberFractionLength);
  return away * orderOfFractions(fraction, fractionBytes, digits + otherWhole, otherFraction);
}

@inline
function orderMatches(comparison: u32, order: i32): bool {
  if (comparison == compareEqual) return order == 0;
  if (comparison == compareNotEqual) return order != 0;
  if (comparison == compareLess) return order < 0;
  if (comparison == compareLessOrEqual) return order <= 0;
  if (comparison == compareGreater) return order > 0;
  return order >= 0;
}

/** `out[i]` = whether `spans[i]` compares so with a literal: no value that is empty or no decimal does. */
export function compareNumber(
  spans: u32,
  n: u32,
  comparison: u32,
  literal: u32,
  out: u32,
): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const bytes = u32(span >> 32);
    if (!bytes) {
      store<u8>(out + i, 0);
      continue;
    }
    const ordered = order(u32(span), bytes, literal);
    const matches = ordered != NO_NUMBER && orderMatches(comparison, ordered);
    store<u8>(out + i, u8(matches));
  }
}
