// HyperLogLog cells (Flajolet, Fusy, Gandouet, Meunier, AofA '07), one a row. What a cell stands
// for is a canonical function of the set of hashes added: the distinct hashes themselves while
// there are at most 64, and beyond that the largest rank per register.
//
// A cell is a u64: pointer to its block in the low half; in the high half form (bits 0-2), whether
// hash 0 is a member (bit 3, SET only), log2 of the slots (bits 4-8, SET and SPARSE), members
// (bits 9-31). A cell of 0 is empty. In memory there are four forms:
//   LIST    up to 8 hashes in order of arrival, in a block for 2, 4 or 8
//   SET     9 to 64 hashes, open addressing by their first bits, 32 to 128 slots, 0 = free
//   SPARSE  open addressing of u32 register << 6 | rank, while that is smaller than
//   FULL    one byte a register

import { allocate, clearBlocks, release } from "./memory";
import { oddFactor } from "./hash";

export const FORM_EMPTY: u32 = 0;
export const FORM_LIST: u32 = 1;
export const FORM_SET: u32 = 2;
export const FORM_SPARSE: u32 = 3;
export const FORM_FULL: u32 = 4;

export const EXPLICIT_MAX: u32 = 64;
const LIST_MAX: u32 = 8;
const SET_BITS_FIRST: u32 = 5;
const SPARSE_BITS_FIRST: u32 = 8;

const HAS_ZERO: u32 = 8;

let grownBytes: i64 = 0;

/** Bytes that cells have grown by since this was asked last. */
export function takeGrownBytes(): i64 {
  const bytes = grownBytes;
  grownBytes = 0;
  return bytes;
}

function newBlock(bytes: u32): u32 {
  grownBytes += bytes;
  return allocate(bytes);
}

function oldBlock(ptr: u32, bytes: u32): void {
  grownBytes -= bytes;
  release(ptr, bytes);
}

@inline
function metaOf(form: u32, bits: u32, members: u32): u32 {
  return form | (bits << 4) | (members << 9);
}

@inline
export function formOf(cell: u64): u32 {
  return u32(cell >> 32) & 7;
}

@inline
export function hasZero(cell: u64): bool {
  return (u32(cell >> 32) & HAS_ZERO) != 0;
}

@inline
export function bitsOf(cell: u64): u32 {
  return (u32(cell >> 32) >> 4) & 31;
}

/** Hashes of LIST and SET, registers of SPARSE; FULL does not count. */
@inline
export function membersOf(cell: u64): u32 {
  return u32(cell >> 41);
}

@inline
function setCell(cell: u32, ptr: u32, meta: u32): void {
  store<u64>(cell, u64(ptr) | (u64(meta) << 32));
}

/** The largest rank that a register can hold. */
@inline
export function maxRank(log2m: u32, regwidth: u32): u32 {
  return min((u32(1) << regwidth) - 1, 65 - log2m);
}

/** Position of the first one among the bits above the register's, from 1. */
@inline
function rankOf(hash: u64, log2m: u32, rankMax: u32): u32 {
  return min(u32(ctz(hash >> log2m)) + 1, rankMax);
}

@inline
function registerOf(hash: u64, log2m: u32): u32 {
  return u32(hash) & ((u32(1) << log2m) - 1);
}

function blockSize(cell: u64, log2m: u32): u32 {
  const form = formOf(cell);
  if (form == FORM_LIST) {
    const members = membersOf(cell);
    return members <= 2 ? 16 : members <= 4 ? 32 : 64;
  }
  if (form == FORM_SET) return u32(8) << bitsOf(cell);
  if (form == FORM_SPARSE) return u32(4) << bitsOf(cell);
  return u32(1) << log2m;
}

/** Gives back a cell's block. */
export function hllFree(cell: u32, log2m: u32): void {
  const value = load<u64>(cell);
  if (!value) return;
  oldBlock(u32(value), blockSize(value, log2m));
  store<u64>(cell, 0);
}

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

function addToList(cell: u32, value: u64, hash: u64, log2m: u32, rankMax: u32): void {
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
    hllAdd(cell, load<u64>(hashes + (i << 3)), log2m, rankMax);
  }
}

/**
 * Fills an empty cell with more than 8 hashes in any order, some perhaps equal: at once in a block
 * of the right size instead of growing there.
 */
function fillSet(cell: u32, hashes: u32, count: u32, log2m: u32, rankMax: u32): void {
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
function fillList(cell: u32, hashes: u32, count: u32): void {
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
function reserve(cell: u32, value: u64, count: u32): void {
  const form = formOf(value);
  const members = membersOf(value) + count;
  if (form > FORM_SET || members <= LIST_MAX) return;
  const bits = setBits(min(members, EXPLICIT_MAX));
  if (form == FORM_LIST || bits > bitsOf(value)) growSet(cell, value, bits);
}

/** Adds `count` hashes in any order, some perhaps equal, to the cell at `cell`. */
export function hllAddAll(cell: u32, hashes: u32, count: u32, log2m: u32, rankMax: u32): void {
  const value = load<u64>(cell);
  if (value || count == 1) {
    if (value && count > 1) reserve(cell, value, count);
    for (let i: u32 = 0; i < count; i += 1) {
      hllAdd(cell, load<u64>(hashes + (i << 3)), log2m, rankMax);
    }
  } else if (count <= LIST_MAX) fillList(cell, hashes, count);
  else fillSet(cell, hashes, count, log2m, rankMax);
}

/** A set may hold half as many hashes as it has slots. */
function addToSet(cell: u32, value: u64, hash: u64, log2m: u32, rankMax: u32): void {
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
    raiseRegister(cell, registerOf(hash, log2m), rankOf(hash, log2m, rankMax), log2m);
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

/** Makes a cell of no hashes hold registers, all 0. */
function newRegisters(cell: u32, log2m: u32, full: bool): void {
  if (!full && u32(4) << SPARSE_BITS_FIRST < u32(1) << log2m) {
    const block = newBlock(u32(4) << SPARSE_BITS_FIRST);
    clearBlocks(block, u32(4) << SPARSE_BITS_FIRST);
    setCell(cell, block, metaOf(FORM_SPARSE, SPARSE_BITS_FIRST, 0));
  } else {
    const block = newBlock(u32(1) << log2m);
    memory.fill(block, 0, u32(1) << log2m);
    setCell(cell, block, metaOf(FORM_FULL, 0, 0));
  }
}

/** Makes a cell of hashes hold registers instead; with `full`, a byte each at once. */
export function toRegisters(cell: u32, log2m: u32, rankMax: u32, full: bool): void {
  const value = load<u64>(cell);
  const form = formOf(value);
  if (form == FORM_SPARSE || form == FORM_FULL) return;
  newRegisters(cell, log2m, full);
  if (form == FORM_EMPTY) return;
  const old = u32(value);
  const oldBytes = blockSize(value, log2m);
  const used = form == FORM_LIST ? membersOf(value) << 3 : oldBytes;
  for (let offset: u32 = 0; offset < used; offset += 8) {
    const hash = load<u64>(old + offset);
    if (hash || form == FORM_LIST) {
      raiseRegister(cell, registerOf(hash, log2m), rankOf(hash, log2m, rankMax), log2m);
    }
  }
  if (hasZero(value)) raiseRegister(cell, 0, rankOf(0, log2m, rankMax), log2m);
  oldBlock(old, oldBytes);
}

@inline
function sparseSlot(register: u32, bits: u32): u32 {
  return (register * oddFactor) >> (32 - bits);
}

/** Makes a cell of registers FULL. */
export function toFull(cell: u32, log2m: u32): void {
  const value = load<u64>(cell);
  if (formOf(value) == FORM_FULL) return;
  const old = u32(value);
  const oldBytes = blockSize(value, log2m);
  const block = newBlock(u32(1) << log2m);
  memory.fill(block, 0, u32(1) << log2m);
  for (let offset: u32 = 0; offset < oldBytes; offset += 4) {
    const code = load<u32>(old + offset);
    if (code) store<u8>(block + (code >> 6), code & 63);
  }
  oldBlock(old, oldBytes);
  setCell(cell, block, metaOf(FORM_FULL, 0, 0));
}

function growSparse(cell: u32, value: u64, log2m: u32): void {
  const oldBits = bitsOf(value);
  const bits = oldBits + 1;
  if (u32(4) << bits >= u32(1) << log2m) {
    toFull(cell, log2m);
    return;
  }
  const old = u32(value);
  const oldBytes = u32(4) << oldBits;
  const mask = (u32(1) << bits) - 1;
  const block = newBlock(u32(4) << bits);
  memory.fill(block, 0, u32(4) << bits);
  for (let offset: u32 = 0; offset < oldBytes; offset += 4) {
    const code = load<u32>(old + offset);
    if (!code) continue;
    let slot = sparseSlot(code >> 6, bits);
    while (load<u32>(block + (slot << 2))) slot = (slot + 1) & mask;
    store<u32>(block + (slot << 2), code);
  }
  oldBlock(old, oldBytes);
  setCell(cell, block, metaOf(FORM_SPARSE, bits, membersOf(value)));
}

/** Raises a register of a cell of registers to a rank, if it is lower. */
export function raiseRegister(cell: u32, register: u32, rank: u32, log2m: u32): void {
  const value = load<u64>(cell);
  const block = u32(value);
  if (formOf(value) == FORM_FULL) {
    const at = block + register;
    if (load<u8>(at) < rank) store<u8>(at, rank);
    return;
  }
  const bits = bitsOf(value);
  const mask = (u32(1) << bits) - 1;
  const code = (register << 6) | rank;
  let slot = sparseSlot(register, bits);
  while (true) {
    const at = block + (slot << 2);
    const held = load<u32>(at);
    if (!held) break;
    if (held >> 6 == register) {
      if (held < code) store<u32>(at, code);
      return;
    }
    slot = (slot + 1) & mask;
  }
  const members = membersOf(value);
  if (members * 2 >= u32(1) << bits) {
    growSparse(cell, value, log2m);
    raiseRegister(cell, register, rank, log2m);
    return;
  }
  store<u32>(block + (slot << 2), code);
  setCell(cell, block, metaOf(FORM_SPARSE, bits, members + 1));
}

function addSlowly(cell: u32, value: u64, hash: u64, log2m: u32, rankMax: u32): void {
  const form = formOf(value);
  if (form == FORM_LIST) {
    addToList(cell, value, hash, log2m, rankMax);
  } else if (form == FORM_SET) {
    addToSet(cell, value, hash, log2m, rankMax);
  } else if (form == FORM_SPARSE) {
    raiseRegister(cell, registerOf(hash, log2m), rankOf(hash, log2m, rankMax), log2m);
  } else {
    const block = newBlock(16);
    store<u64>(block, hash);
    setCell(cell, block, metaOf(FORM_LIST, 0, 1));
  }
}

/** Adds a hash to the cell at `cell`. */
@inline
export function hllAdd(cell: u32, hash: u64, log2m: u32, rankMax: u32): void {
  const value = load<u64>(cell);
  if (formOf(value) == FORM_FULL) {
    const at = u32(value) + registerOf(hash, log2m);
    const rank = rankOf(hash, log2m, rankMax);
    if (load<u8>(at) < rank) store<u8>(at, rank);
    return;
  }
  addSlowly(cell, value, hash, log2m, rankMax);
}
