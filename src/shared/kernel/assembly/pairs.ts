// Lines of pairs, as logfmt has them: key=value key="a value" key
//
// - Blanks are spaces and tabs. A key begins with a letter, `_`, `@`, `$` or a byte that is no ASCII, and goes on with
//   these, digits and `-./:#[]`: so text that is none of logfmt has hardly a line that is taken for one.
// - A value is what follows up to a blank, without a quote in it, or is quoted as Go and JSON quote. Behind the quote that
//   closes it is a blank or the end.
// - A key without `=` is `true`. A line has at least one that has a `=`: a sentence is no line of pairs.
// - Of a key that is there twice the last value counts. An empty value is missing.

import { QUOTE, SPACE, spanOf, splat } from "./bytes";
import { nodeOfKey, writeOwn } from "./field-tree";
import { keepLine, lineFrom, lineTo, nextLine, rejectThis } from "./line-loop";
import { GO_QUOTES, hasEscapes, keepWithoutEscapes, stringEnd } from "./quoted-text";
import { BAD_ENVELOPE } from "./rejects";

const EQUALS: u8 = 0x3d;
const TAB: u8 = 0x09;
const UNDERSCORE: u32 = 0x5f;
const AT: u32 = 0x40;
const DOLLAR: u32 = 0x24;

/** What a key without a value is. */
const word: usize = memory.data<u8>([0x74, 0x72, 0x75, 0x65]);
const WORD_BYTES: u32 = 4;

/**
 * The bytes of keys by their halves: bit h of the set of a low half says whether the byte with the high half h
 * is one. High halves from 8 on are no ASCII.
 */
const lowHalves: usize = memory.data<u8>([
  184, 248, 248, 252, 252, 248, 248, 248, 248, 248, 248, 112, 80, 116, 84, 116,
]);
const highHalves: usize = memory.data<u8>([1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Where the key at `from` ends: at the first byte that is none of a key's. */
@inline
function keyEnd(from: u32): u32 {
  const low = v128.load(lowHalves);
  const high = v128.load(highHalves);
  const halves = i8x16.splat(0x0f);
  const zeros = i8x16.splat(0);
  let at = from;
  while (true) {
    const block = v128.load(at);
    const sets = v128.and(
      i8x16.swizzle(low, v128.and(block, halves)),
      i8x16.swizzle(high, i8x16.shr_u(block, 4)),
    );
    const others = v128.andnot(i8x16.eq(sets, zeros), i8x16.lt_s(block, zeros));
    const bits = u32(i8x16.bitmask(others));
    if (bits) return at + u32(ctz(bits));
    at += 16;
  }
}

/** Whether a key may begin with this byte, which is one of a key's. */
@inline
function beginsKey(byte: u32): bool {
  if ((byte | 0x20) - 0x61 < 26 || byte >= 0x80) return true;
  return byte == UNDERSCORE || byte == AT || byte == DOLLAR;
}

@inline
function skipBlanks(from: u32): u32 {
  let at = from;
  while (load<u8>(at) == SPACE || load<u8>(at) == TAB) at += 1;
  return at;
}

/** Where the value at `from` ends that is not quoted: at a blank, a control character or a quote. */
@inline
function bareEnd(from: u32): u32 {
  const quotes = splat(QUOTE);
  const spaces = splat(SPACE);
  let at = from;
  while (true) {
    const block = v128.load(at);
    const others = v128.or(i8x16.le_u(block, spaces), i8x16.eq(block, quotes));
    const bits = u32(i8x16.bitmask(others));
    if (bits) return at + u32(ctz(bits));
    at += 16;
  }
}

/** Reads the value behind the `=` and writes it if it has a node; returns where it ends, or 0. */
@inline
function readValue(cursor: u32, at: u32, node: u32, offset: u32): u32 {
  if (load<u8>(at) != QUOTE) {
    const end = bareEnd(at);
    if (node) writeOwn(node, offset, spanOf(at, end));
    return end;
  }
  const from = at + 1;
  const to = stringEnd(from, GO_QUOTES);
  if (!to) return 0;
  if (node) {
    const span = hasEscapes ? keepWithoutEscapes(cursor, from, to, GO_QUOTES) : spanOf(from, to);
    writeOwn(node, offset, span);
  }
  return to + 1;
}

/** Cuts the line [from, to), behind which its line end is; false if it is none of pairs. */
export function cutPairsLine(cursor: u32, root: u32, from: u32, to: u32, offset: u32): bool {
  let hasValue = false;
  writeOwn(root, offset, 0);
  let at = skipBlanks(from);
  while (at < to) {
    if (!beginsKey(load<u8>(at))) return false;
    const end = keyEnd(at);
    if (end == at) return false;
    const node = nodeOfKey(root, at, end);
    if (load<u8>(end) == EQUALS) {
      hasValue = true;
      at = readValue(cursor, end + 1, node, offset);
      if (!at) return false;
    } else {
      if (node) writeOwn(node, offset, spanOf(u32(word), u32(word) + WORD_BYTES));
      at = end;
    }
    if (at == to) break;
    // What ends a key or a value is a blank.
    const next = skipBlanks(at);
    if (next == at) return false;
    at = next;
  }
  return hasValue;
}

/** Cuts the lines from the cursor on into at most `capacity` events; returns how many it made. */
export function tokenisePairs(cursor: u32, root: u32, capacity: u32): u32 {
  let offset: u32 = 0;
  const offsetEnd = capacity << 3;
  while (offset < offsetEnd && nextLine(cursor)) {
    if (cutPairsLine(cursor, root, lineFrom, lineTo, offset)) {
      keepLine(cursor, offset);
      offset += 8;
    } else rejectThis(cursor, BAD_ENVELOPE);
  }
  return offset >> 3;
}
