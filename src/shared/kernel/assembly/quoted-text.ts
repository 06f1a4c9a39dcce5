// Strings in double quotes with escapes, in the two dialects that logs have: where one ends, and what it
// holds. A line's newline ends every string, as it is a control character, which no string has in it.
//
// - JSON (RFC 8259). `\xHH` is no JSON, but what nginx writes into JSON made by hand. It stays as written, as
//   in nginx's own logs.
// - Go, as `%q` and the encoders of logfmt quote: besides, `\xHH` is a byte, `\UHHHHHHHH` a character, and
//   there are `\a`, `\v` and `\'`.
// - A lone surrogate becomes U+FFFD, as it does where JSON.parse makes a string that is written as UTF-8.

import { QUOTE, SPACE, spanOf, splat } from "./bytes";
import { BACKSLASH } from "./escaped-quotes";
import { cursorSpare } from "./parse-layout";
import { spareFor } from "./spare";

/** A dialect. */
export const JSON_QUOTES: bool = false;
export const GO_QUOTES: bool = true;

const APOSTROPHE: u32 = 0x27;
const SLASH: u32 = 0x2f;
const LONG_U: u32 = 0x55;
const LETTER_A: u32 = 0x61;
const LETTER_B: u32 = 0x62;
const LETTER_F: u32 = 0x66;
const LETTER_N: u32 = 0x6e;
const LETTER_R: u32 = 0x72;
const LETTER_T: u32 = 0x74;
const LETTER_U: u32 = 0x75;
const LETTER_V: u32 = 0x76;
const LETTER_X: u32 = 0x78;
const CHARACTER_MAX: u32 = 0x10ffff;
const REPLACEMENT: u32 = 0xfffd;

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
export function stringEnd(from: u32, dialect: bool): u32 {
  const at = specialAt(from);
  hasEscapes = false;
  return load<u8>(at) == QUOTE ? at : escapedStringEnd(at, dialect);
}

function escapedStringEnd(special: u32, dialect: bool): u32 {
  let at = special;
  while (load<u8>(at) == BACKSLASH) {
    const bytes = escapeBytes(at, dialect);
    if (!bytes) return 0;
    at = specialAt(at + bytes);
  }
  hasEscapes = true;
  return load<u8>(at) == QUOTE ? at : 0;
}

/** The value of a hexadecimal digit; 16 for another byte. */
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

/** The number of so many hexadecimal digits. */
@inline
function hexNumber(from: u32, count: u32): u32 {
  let number: u32 = 0;
  for (let at = from; at < from + count; at += 1) number = (number << 4) | hexDigit(at);
  return number;
}

/** The length of the escape whose backslash is at `at`; 0 if it is none. */
function escapeBytes(at: u32, dialect: bool): u32 {
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
    case LETTER_A:
    case LETTER_V:
    case APOSTROPHE:
      return dialect == GO_QUOTES ? 2 : 0;
    case LONG_U: {
      if (dialect != GO_QUOTES || !areHexDigits(at + 2, 8)) return 0;
      return hexNumber(at + 2, 8) <= CHARACTER_MAX ? 10 : 0;
    }
    default:
      return 0;
  }
}

/** The byte that an escape of two bytes stands for. */
function escapedByte(letter: u32): u32 {
  switch (letter) {
    case LETTER_A:
      return 0x07;
    case LETTER_B:
      return 0x08;
    case LETTER_T:
      return 0x09;
    case LETTER_N:
      return 0x0a;
    case LETTER_V:
      return 0x0b;
    case LETTER_F:
      return 0x0c;
    case LETTER_R:
      return 0x0d;
    default:
      return letter;
  }
}

/** Writes a character as UTF-8; returns where the next one goes. */
function writeCharacter(out: u32, written: u32): u32 {
  const character = (written & 0x1ff800) == 0xd800 ? REPLACEMENT : written;
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

/** The second half of the pair of surrogates whose first is `first`, if it is at `at`; or 0. */
@inline
function secondHalf(first: u32, at: u32): u32 {
  if ((first & 0xfc00) != 0xd800 || load<u8>(at) != BACKSLASH) return 0;
  if (load<u8>(at, 1) != LETTER_U) return 0;
  const second = hexNumber(at + 2, 4);
  return (second & 0xfc00) == 0xdc00 ? second : 0;
}

/**
 * What a string with escapes, all of them good, holds: it is copied to spare memory, which is taken
 * when `cursorSpare` is moved to the copy's end. The closing quote is at `to`.
 */
export function undoEscapes(cursor: u32, from: u32, to: u32, dialect: bool): u64 {
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
    if (letter == LETTER_U) {
      const first = hexNumber(read + 2, 4);
      read += 6;
      const second = secondHalf(first, read);
      if (second) {
        write = writeCharacter(write, 0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff));
        read += 6;
      } else write = writeCharacter(write, first);
    } else if (letter == LONG_U) {
      write = writeCharacter(write, hexNumber(read + 2, 8));
      read += 10;
    } else if (letter != LETTER_X) {
      store<u8>(write, u8(escapedByte(letter)));
      write += 1;
      read += 2;
    } else if (dialect == GO_QUOTES) {
      store<u8>(write, u8(hexNumber(read + 2, 2)));
      write += 1;
      read += 4;
    } else {
      store<u32>(write, load<u32>(read));
      write += 4;
      read += 4;
    }
  }
}

/** As `undoEscapes`, and the spare memory is taken. */
export function keepWithoutEscapes(cursor: u32, from: u32, to: u32, dialect: bool): u64 {
  const span = undoEscapes(cursor, from, to, dialect);
  store<u32>(cursor, u32(span) + u32(span >> 32), cursorSpare);
  return span;
}
