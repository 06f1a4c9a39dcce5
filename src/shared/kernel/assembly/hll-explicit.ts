// Cells that hold hashes as they are: LIST and SET, see `hll-cell.ts`.

import { clearBlocks } from "./memory";
import {
  EXPLICIT_MAX,
  FORM_LIST,
  FORM_SET,
  HAS_ZERO,
  bitsOf,
  blockSize,
  formOf,
  hasZero,
  membersOf,
  metaOf,
  newBlock,
  oldBlock,
  setCell,
} from "./hll-cell";
import { addToRegisters, toRegisters } from "./hll-registers";

export const LIST_MAX: u32 = 8;
const SET_BITS_FIRST: u32 = 5;

/** log2 of the slots that a set of so many hashes needs: at least twice as many. */
@inline
function setBits(members: u32): u32 {
  return max(33 - clz(members - 1), SET_BITS_FIRST);
}

/** Adds a hash that is neither 0 nor in the set, without counting it. */
@inline
function placeInSet(block: u32, bits: u32, hash: u64): void {
  const mask = (u32(1) << bits) - 1;
  let slot = u32(hash >> u64(64 - bits));
  while (load<u64>(block + (slot << 3))) slot = (slot + 1) & mask;
  store<u64>(block + (slot << 3), hash);
}

/** Makes a list or a set a set of 2^bits slots. */
function growSet(cell: u32, value: u64, bits: u32): void {
  const old = u32(value);
  const oldBytes = blockSize(value, 0);
  const used = formOf(value) == FORM_LIST ? membersOf(value) << 3 : oldBytes;
  let zero = hasZero(value);
  const block = newBlock(u32(8) << bits);
  clearBlocks(block, u32(8) << bits);
  for (let offset: u32 = 0; offset < used; offset += 8) {
    const hash = load<u64>(old + offset);
    if (hash) placeInSet(block, bits, hash);
    else if (formOf(value) == FORM_LIST) zero = true;
  }
  oldBlock(old, oldBytes);
  setCell(cell, block, metaOf(FORM_SET, bits, membersOf(value)) | (zero ? HAS_ZERO : 0));
}

/** Adds a hash to a cell that is a list. */
export function addToList(cell: u32, value: u64, hash: u64, log2m: u32, rankMax: u32): void {
  const block = u32(value);
  const members = membersOf(value);
  for (let i: u32 = 0; i < members; i += 1) {
    if (load<u64>(block + (i << 3)) == hash) return;
  }
  if (members == LIST_MAX) {
    growSet(cell, value, SET_BITS_FIRST);
    addToSet(cell, load<u64>(cell), hash, log2m, rankMax);
    return;
  }
  let target = block;
  if (members == 2 || members == 4) {
    target = newBlock(members << 4);
    memory.copy(target, block, members << 3);
    oldBlock(block, members << 3);
  }
  store<u64>(target + (members << 3), hash);
  setCell(cell, target, metaOf(FORM_LIST, 0, members + 1));
}

/** Adds a hash to a cell that is a set; it may hold half as many as it has slots. */
export function addToSet(cell: u32, value: u64, hash: u64, log2m: u32, rankMax: u32): void {
  const bits = bitsOf(value);
  const block = u32(value);
  const mask = (u32(1) << bits) - 1;
  if (hash == 0) {
    if (hasZero(value)) return;
  } else {
    let slot = u32(hash >> u64(64 - bits));
    while (true) {
      const held = load<u64>(block + (slot << 3));
      if (held == hash) return;
      if (!held) break;
      slot = (slot + 1) & mask;
    }
  }
  const members = membersOf(value);
  if (members == EXPLICIT_MAX) {
    toRegisters(cell, log2m, rankMax, false);
    addToRegisters(cell, hash, log2m, rankMax);
    return;
  }
  if (members * 2 == u32(1) << bits) {
    growSet(cell, value, bits + 1);
    addToSet(cell, load<u64>(cell), hash, log2m, rankMax);
    return;
  }
  let meta = u32(value >> 32) + (1 << 9);
  if (hash == 0) meta |= HAS_ZERO;
  else placeInSet(block, bits, hash);
  setCell(cell, block, meta);
}

/** Fills an empty cell with `count` distinct hashes, at most 64, in ascending order. */
export function hllFill(cell: u32, hashes: u32, count: u32): void {
  if (count <= LIST_MAX) {
    const block = newBlock(count <= 2 ? 16 : count <= 4 ? 32 : 64);
    memory.copy(block, hashes, count << 3);
    setCell(cell, block, metaOf(FORM_LIST, 0, count));
    return;
  }
  const bits = setBits(count);
  const block = newBlock(u32(8) << bits);
  clearBlocks(block, u32(8) << bits);
  for (let i: u32 = 0; i < count; i += 1) {
    const hash = load<u64>(hashes + (i << 3));
    if (hash) placeInSet(block, bits, hash);
  }
  const zero = load<u64>(hashes) == 0;
  setCell(cell, block, metaOf(FORM_SET, bits, count) | (zero ? HAS_ZERO : 0));
}

/** Turns a full set into registers and adds `count` more hashes. */
function overflow(cell: u32, hashes: u32, count: u32, log2m: u32, rankMax: u32): void {
  // When many more are to come, a byte a register is cheaper than a table that keeps growing.
  const full = u64(count) << 6 >= u64(1) << log2m;
  toRegisters(cell, log2m, rankMax, full);
  for (let i: u32 = 0; i < count; i += 1) {
    addToRegisters(cell, load<u64>(hashes + (i << 3)), log2m, rankMax);
  }
}

/**
 * Fills an empty cell with more than 8 hashes in any order, some perhaps equal: at once in a block
 * of the right size instead of growing there.
 */
export function fillSet(cell: u32, hashes: u32, count: u32, log2m: u32, rankMax: u32): void {
  const bits = setBits(min(count, EXPLICIT_MAX));
  const block = newBlock(u32(8) << bits);
  const mask = (u32(1) << bits) - 1;
  clearBlocks(block, u32(8) << bits);
  let members: u32 = 0;
  let zero: u32 = 0;
  for (let i: u32 = 0; i < count; i += 1) {
    const hash = load<u64>(hashes + (i << 3));
    let slot = u32(hash >> u64(64 - bits));
    let held = load<u64>(block + (slot << 3));
    while (held && held != hash) {
      slot = (slot + 1) & mask;
      held = load<u64>(block + (slot << 3));
    }
    if (held == hash && (hash || zero)) continue;
    if (members == EXPLICIT_MAX) {
      setCell(cell, block, metaOf(FORM_SET, bits, members) | zero);
      overflow(cell, hashes + (i << 3), count - i, log2m, rankMax);
      return;
    }
    if (hash) store<u64>(block + (slot << 3), hash);
    else zero = HAS_ZERO;
    members += 1;
  }
  setCell(cell, block, metaOf(FORM_SET, bits, members) | zero);
}

/** Fills an empty cell with at most 8 hashes in any order, some perhaps equal. */
export function fillList(cell: u32, hashes: u32, count: u32): void {
  const block = newBlock(count <= 2 ? 16 : count <= 4 ? 32 : 64);
  let members: u32 = 0;
  for (let i: u32 = 0; i < count; i += 1) {
    const hash = load<u64>(hashes + (i << 3));
    let known: u32 = 0;
    while (known < members && load<u64>(block + (known << 3)) != hash) known += 1;
    if (known < members) continue;
    store<u64>(block + (members << 3), hash);
    members += 1;
  }
  const value = u64(block) | (u64(metaOf(FORM_LIST, 0, members)) << 32);
  store<u64>(cell, value);
  // Equal hashes may have left the block larger than a list of so many is.
  const size: u32 = count <= 2 ? 16 : count <= 4 ? 32 : 64;
  if (blockSize(value, 0) != size) {
    hllFill(cell, block, members);
    oldBlock(block, size);
  }
}

/** Makes room in a cell of hashes for `count` more, so that it grows once at most. */
export function reserve(cell: u32, value: u64, count: u32): void {
  const form = formOf(value);
  const members = membersOf(value) + count;
  if (form > FORM_SET || members <= LIST_MAX) return;
  const bits = setBits(min(members, EXPLICIT_MAX));
  if (form == FORM_LIST || bits > bitsOf(value)) growSet(cell, value, bits);
}
