// The power of ten behind a decimal: `e` or `E`, an optional sign, digits.

const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;

export const NO_EXPONENT: i32 = i32.MIN_VALUE;
/** Greater ones change nothing: no text has so many digits. */
const EXPONENT_MAX: i32 = 1 << 28;

@inline
export function isExponentMark(byte: u8): bool {
  return (byte | 0x20) == 0x65;
}

/** The exponent whose mark is at `mark`, or NO_EXPONENT; 0 where the text ends there. */
export function exponentAt(mark: u32, end: u32): i32 {
  if (mark == end) return 0;
  if (!isExponentMark(load<u8>(mark))) return NO_EXPONENT;
  let at = mark + 1;
  if (at == end) return NO_EXPONENT;
  const sign = load<u8>(at);
  if (sign == MINUS || sign == PLUS) at += 1;
  if (at == end) return NO_EXPONENT;
  let exponent: i32 = 0;
  for (; at < end; at += 1) {
    const digit = u32(load<u8>(at)) - 0x30;
    if (digit > 9) return NO_EXPONENT;
    exponent = min(exponent * 10 + i32(digit), EXPONENT_MAX);
  }
  return sign == MINUS ? -exponent : exponent;
}
