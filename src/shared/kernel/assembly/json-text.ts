// The scalars of JSON (RFC 8259): where a string, a number or a literal ends, and what a string with
// escapes holds. A line's newline ends whatever is read: it is a control character in a string, and no
// part of anything else.
//
// - Numbers and literals are kept as written.
// - A lone surrogate becomes U+FFFD, as it does where JSON.parse makes a string that is written as UTF-8.
// - `\xHH`, which is no JSON, is what nginx writes into strings of JSON made by hand. It stays as written, as
//   in nginx's own logs.

import { QUOTE, SPACE, spanOf, splat } from "./bytes";
import { BACKSLASH } from "./escaped-quotes";
import { cursorSpare } from "./parse-layout";
import { spareFor } from "./spare";

const MINUS: u32 = 0x2d;
const PLUS: u32 = 0x2b;
const POINT: u32 = 0x2e;
const LETTER_B: u32 = 0x62;
const LETTER_E: u32 = 0x65;
const LETTER_F: u32 = 0x66;
const LETTER_N: u32 = 0x6e;
const LETTER_R: u32 = 0x72;
const LETTER_T: u32 = 0x74;
const LETTER_U: u32 = 0x75;
const LETTER_X: u32 = 0x78;
const SLASH: u32 = 0x2f;
const REPLACEMENT: u32 = 0xfffd;

// Words of the literals, the first letter in the lowest byte.
const TRUE: u32 = 0x65757274;
const FALS: u32 = 0x736c6166;
const NULL_WORD: u32 = 0x6c6c756e;

/** Whether the string whose end was found last has escapes. */
export let hasEscapes: bool = false;

/** The first quote, backslash or control character. */
@inline
function specialAt(from: u32): u32 {
  const quotes = splat(QUOTE);
  const backslashes = i8x16.splat(BACKSLASH);
  const blanks = splat(SPACE);
  let at = from;
  while (true) {
    const block = v128.load(at);
    const special = v128.or(
      v128.or(i8x16.eq(block, quotes), i8x16.eq(block, backslashes)),
      i8x16.lt_u(block, blanks),
    );
    const bits = u32(i8x16.bitmask(special));
    if (bits) return at + u32(ctz(bits));
    at += 16;
  }
}

/** The quote that closes the string whose text begins at `from`; 0 if there is none, or what is before it is bad. */
@inline
export function stringEnd(from: u32): u32 {
  const at = specialAt(from);
  hasEscapes = false;
  return load<u8>(at) == QUOTE ? at : escapedStringEnd(at);
}

function escapedStringEnd(special: u32): u32 {
  let at = special;
  while (load<u8>(at) == BACKSLASH) {
    const bytes = escapeBytes(at);
    if (!bytes) return 0;
    at = specialAt(at + bytes);
  }
  hasEscapes = true;
  return load<u8>(at) == QUOTE ? at : 0;
}

/** The value of a hexadecimal digit; 16 or more for another byte. */
@inline
function hexDigit(at: u32): u32 {
  const byte = u32(load<u8>(at));
  const digit = byte - 0x30;
  if (digit <= 9) return digit;
  const letter = (byte | 0x20) - 0x61;
  return letter <= 5 ? letter + 10 : 16;
}

/** Whether so many hexadecimal digits are at `from`. */
function areHexDigits(from: u32, count: u32): bool {
  for (let at = from; at < from + count; at += 1) {
    if (hexDigit(at) > 15) return false;
  }
  return true;
}

/** The length of the escape whose backslash is at `at`; 0 if it is none. */
function escapeBytes(at: u32): u32 {
  const letter = u32(load<u8>(at, 1));
  switch (letter) {
    case QUOTE:
    case BACKSLASH:
    case SLASH:
    case LETTER_B:
    case LETTER_F:
    case LETTER_N:
    case LETTER_R:
    case LETTER_T:
      return 2;
    case LETTER_U:
      return areHexDigits(at + 2, 4) ? 6 : 0;
    case LETTER_X:
      return areHexDigits(at + 2, 2) ? 4 : 0;
    default:
      return 0;
  }
}

/** The byte that an escape of two bytes stands for. */
function escapedByte(letter: u32): u32 {
  switch (letter) {
    case LETTER_B:
      return 0x08;
    case LETTER_F:
      return 0x0c;
    case LETTER_N:
      return 0x0a;
    case LETTER_R:
      return 0x0d;
    case LETTER_T:
      return 0x09;
    default:
      return letter;
  }
}

/** The code unit of `\uXXXX`, whose backslash is at `at`. */
@inline
function codeUnit(at: u32): u32 {
  return (
    (hexDigit(at + 2) << 12) | (hexDigit(at + 3) << 8) | (hexDigit(at + 4) << 4) | hexDigit(at + 5)
  );
}

/** Writes a character as UTF-8; returns where the next one goes. */
function writeCharacter(out: u32, character: u32): u32 {
  let at = out;
  if (character < 0x80) {
    store<u8>(at, u8(character));
    return at + 1;
  }
  if (character < 0x800) {
    store<u8>(at++, u8(0xc0 | (character >> 6)));
  } else if (character < 0x10000) {
    store<u8>(at++, u8(0xe0 | (character >> 12)));
    store<u8>(at++, u8(0x80 | ((character >> 6) & 0x3f)));
  } else {
    store<u8>(at++, u8(0xf0 | (character >> 18)));
    store<u8>(at++, u8(0x80 | ((character >> 12) & 0x3f)));
    store<u8>(at++, u8(0x80 | ((character >> 6) & 0x3f)));
  }
  store<u8>(at, u8(0x80 | (character & 0x3f)));
  return at + 1;
}

/** Whether `\u` and a code unit of the second half of a pair are at `at`. */
function isLowSurrogate(at: u32): bool {
  if (load<u8>(at) != BACKSLASH || load<u8>(at, 1) != LETTER_U) return false;
  return (codeUnit(at) & 0xfc00) == 0xdc00;
}

/**
 * What a string with escapes, all of them good, holds: it is copied to spare memory, which is taken
 * when `cursorSpare` is moved to the copy's end. The closing quote is at `to`.
 */
export function undoEscapes(cursor: u32, from: u32, to: u32): u64 {
  const copied = spareFor(cursor, to - from);
  let write = copied;
  let read = from;
  while (true) {
    const special = specialAt(read);
    memory.copy(write, read, special - read);
    write += special - read;
    read = special;
    if (read == to) return spanOf(copied, write);
    const letter = u32(load<u8>(read, 1));
    if (letter == LETTER_X) {
      store<u32>(write, load<u32>(read));
      write += 4;
      read += 4;
    } else if (letter != LETTER_U) {
      store<u8>(write, u8(escapedByte(letter)));
      write += 1;
      read += 2;
    } else {
      let character = codeUnit(read);
      read += 6;
      if ((character & 0xfc00) == 0xd800 && isLowSurrogate(read)) {
        character = 0x10000 + ((character & 0x3ff) << 10) + (codeUnit(read) & 0x3ff);
        read += 6;
      } else if ((character & 0xf800) == 0xd800) character = REPLACEMENT;
      write = writeCharacter(write, character);
    }
  }
}

/** As `undoEscapes`, and the spare memory is taken. */
export function keepWithoutEscapes(cursor: u32, from: u32, to: u32): u64 {
  const span = undoEscapes(cursor, from, to);
  store<u32>(cursor, u32(span) + u32(span >> 32), cursorSpare);
  return span;
}

@inline
function isDigit(at: u32): bool {
  return u32(load<u8>(at)) - 0x30 <= 9;
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
  at = load<u8>(at) == 0x30 ? at + 1 : digitsEnd(at);
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
  if (byte == MINUS || byte - 0x30 <= 9) return numberEnd(from);
  const word = load<u32>(from);
  if (word == TRUE || word == NULL_WORD) return from + 4;
  return word == FALS && load<u8>(from, 4) == LETTER_E ? from + 5 : 0;
}
