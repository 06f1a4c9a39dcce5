// Writes a column of HyperLogLog cells in their canonical form: a tag a row, then the payloads.

import { allocate, release } from "./memory";
import {
  FORM_EMPTY,
  FORM_FULL,
  FORM_LIST,
  FORM_SET,
  bitsOf,
  formOf,
  hasZero,
  membersOf,
} from "./hll-cell";
import { TAG_FULL, codeBytes, countRegisters, isSparse, storeNarrow, widthOf } from "./frame";
import { frameRoom, frameTrim } from "./frame-buffer";
import { log2mOf, regwidthOf } from "./column-word";
import { sortNumbers } from "./sort-numbers";

/** What `writeHashes` may write behind the last sketch. */
const LOOSE_BYTES: u64 = 8;

function tagOf(cell: u64, log2m: u32, regwidth: u32): u32 {
  const form = formOf(cell);
  if (form == FORM_EMPTY) return 0;
  if (form == FORM_LIST || form == FORM_SET) return membersOf(cell);
  const members = form == FORM_FULL ? countRegisters(u32(cell), log2m) : membersOf(cell);
  return isSparse(members, log2m, regwidth) ? TAG_FULL + members : TAG_FULL;
}

@inline
function payloadBytes(tag: u32, log2m: u32, code: u32): u32 {
  if (tag < TAG_FULL) return tag << 3;
  return tag == TAG_FULL ? u32(1) << log2m : (tag - TAG_FULL) * code;
}

/** Lists are short, and a set's slots are nearly in order already: insertion sort. */
function sortHashes(at: u32, count: u32): void {
  const end = at + (count << 3);
  for (let next = at + 8; next < end; next += 8) {
    const hash = load<u64>(next);
    let place = next;
    while (place > at && load<u64>(place - 8) > hash) {
      store<u64>(place, load<u64>(place - 8));
      place -= 8;
    }
    store<u64>(place, hash);
  }
}

/** Writes up to 8 bytes more than the hashes take. */
function writeHashes(cell: u64, tag: u32, at: u32): void {
  const block = u32(cell);
  if (formOf(cell) == FORM_LIST) {
    for (let i: u32 = 0; i < tag; i += 1) {
      store<u64>(at + (i << 3), load<u64>(block + (i << 3)));
    }
  } else {
    // Half of the slots are free, in no order: skipping them by arithmetic beats a branch.
    const end = block + (u32(8) << bitsOf(cell));
    let target = at;
    if (hasZero(cell)) {
      store<u64>(target, 0);
      target += 8;
    }
    for (let slot = block; slot < end; slot += 8) {
      const hash = load<u64>(slot);
      store<u64>(target, hash);
      target += u32(hash != 0) << 3;
    }
  }
  sortHashes(at, tag);
}

function spread(cell: u64, registers: u32): void {
  const end = u32(cell) + (u32(4) << bitsOf(cell));
  for (let at = u32(cell); at < end; at += 4) {
    const code = load<u32>(at);
    if (code) store<u8>(registers + (code >> 6), code & 63);
  }
}

function writeCodes(registers: u32, log2m: u32, regwidth: u32, at: u32): void {
  const end = u32(1) << log2m;
  const width = codeBytes(log2m, regwidth);
  let target = at;
  for (let first: u32 = 0; first < end; first += 16) {
    const block = v128.load(registers + first);
    let filled = i8x16.bitmask(i8x16.ne(block, i8x16.splat(0)));
    while (filled) {
      const register = first + ctz(filled);
      const code = (register << regwidth) | load<u8>(registers + register);
      storeNarrow(target, 0, width, code);
      target += width;
      filled &= filled - 1;
    }
  }
}

/** Sorts the codes, where spreading them over all registers would cost more. */
function writeFewCodes(cell: u64, regwidth: u32, width: u32, at: u32): void {
  const bytes = u32(4) << bitsOf(cell);
  const codes = allocate(bytes);
  let count: u32 = 0;
  for (let offset: u32 = 0; offset < bytes; offset += 4) {
    const code = load<u32>(u32(cell) + offset);
    store<u32>(codes + (count << 2), code);
    count += u32(code != 0);
  }
  sortNumbers(codes, count);
  for (let i: u32 = 0; i < count; i += 1) {
    const code = load<u32>(codes + (i << 2));
    storeNarrow(at, i, width, ((code >> 6) << regwidth) | (code & 63));
  }
  release(codes, bytes);
}

function writeRegisters(cell: u64, tag: u32, log2m: u32, regwidth: u32, at: u32): void {
  const bytes = u32(1) << log2m;
  if (formOf(cell) == FORM_FULL) {
    if (tag == TAG_FULL) memory.copy(at, u32(cell), bytes);
    else writeCodes(u32(cell), log2m, regwidth, at);
    return;
  }
  if (tag == TAG_FULL) {
    memory.fill(at, 0, bytes);
    spread(cell, at);
    return;
  }
  if (membersOf(cell) << 5 < bytes) {
    writeFewCodes(cell, regwidth, codeBytes(log2m, regwidth), at);
    return;
  }
  const registers = allocate(bytes);
  memory.fill(registers, 0, bytes);
  spread(cell, registers);
  writeCodes(registers, log2m, regwidth, at);
  release(registers, bytes);
}

export function encodeSketches(column: u32, word: u32, rowList: u32, n: u32): void {
  const log2m = log2mOf(word);
  const regwidth = regwidthOf(word);
  const code = codeBytes(log2m, regwidth);
  const tags = allocate(u64(n) << 2);
  let largest: u32 = 0;
  let total: u64 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const cell = load<u64>(column + (load<u32>(rowList + (i << 2)) << 3));
    const tag = tagOf(cell, log2m, regwidth);
    store<u32>(tags + (i << 2), tag);
    largest = max(largest, tag);
    total += payloadBytes(tag, log2m, code);
  }
  const width = widthOf(largest);
  const at = frameRoom(1 + u64(n) * width + total + LOOSE_BYTES);
  frameTrim(LOOSE_BYTES);
  store<u8>(at, width);
  let payload = at + 1 + n * width;
  for (let i: u32 = 0; i < n; i += 1) {
    const tag = load<u32>(tags + (i << 2));
    storeNarrow(at + 1, i, width, tag);
    if (!tag) continue;
    const cell = load<u64>(column + (load<u32>(rowList + (i << 2)) << 3));
    if (tag < TAG_FULL) writeHashes(cell, tag, payload);
    else writeRegisters(cell, tag, log2m, regwidth, payload);
    payload += payloadBytes(tag, log2m, code);
  }
  release(tags, u64(n) << 2);
}
