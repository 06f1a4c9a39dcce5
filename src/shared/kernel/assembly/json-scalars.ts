// Numbers and literals of JSON (RFC 8259), which are kept as written. No byte of them is a newline, so none goes on
// behind its line.

const MINUS: u32 = 0x2d;
const PLUS: u32 = 0x2b;
const POINT: u32 = 0x2e;
const ZERO: u32 = 0x30;
const LETTER_E: u32 = 0x65;

// Words of the literals, the first letter in the lowest byte.
const TRUE: u32 = 0x65757274;
const FALS: u32 = 0x736c6166;
const NULL_WORD: u32 = 0x6c6c756e;

@inline
function isDigit(at: u32): bool {
  return u32(load<u8>(at)) - ZERO <= 9;
}

/** Where the digits at `from` end; 0 if there are none. */
@inline
function digitsEnd(from: u32): u32 {
  let at = from;
  while (isDigit(at)) at += 1;
  return at == from ? 0 : at;
}

/** Where the number at `from` ends; 0 if it is none. */
function numberEnd(from: u32): u32 {
  let at = from + u32(load<u8>(from) == MINUS);
  at = load<u8>(at) == ZERO ? at + 1 : digitsEnd(at);
  if (!at) return 0;
  if (load<u8>(at) == POINT) {
    at = digitsEnd(at + 1);
    if (!at) return 0;
  }
  if ((load<u8>(at) | 0x20) == LETTER_E) {
    const sign = load<u8>(at, 1);
    at = digitsEnd(at + 1 + u32(sign == PLUS || sign == MINUS));
  }
  return at;
}

/** Whether the literal at `at` is `null`. */
@inline
export function isNull(at: u32): bool {
  return load<u32>(at) == NULL_WORD;
}

/** Where the number or literal at `from` ends; 0 if it is none. */
@inline
export function plainEnd(from: u32): u32 {
  const byte = u32(load<u8>(from));
  if (byte == MINUS || byte - ZERO <= 9) return numberEnd(from);
  const word = load<u32>(from);
  if (word == TRUE || word == NULL_WORD) return from + 4;
  return word == FALS && load<u8>(from, 4) == LETTER_E ? from + 5 : 0;
}
