// Cells that hold registers: SPARSE and FULL, see `hll-cell.ts`.

import { clearBlocks } from "./memory";
import { oddFactor } from "./hash";
import {
  FORM_EMPTY,
  FORM_FULL,
  FORM_LIST,
  FORM_SPARSE,
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

const SPARSE_BITS_FIRST: u32 = 8;

/** The largest rank that a register can hold. */
@inline
export function maxRank(log2m: u32, regwidth: u32): u32 {
  return min((u32(1) << regwidth) - 1, 65 - log2m);
}

/** Position of the first one among the bits above the register's, from 1. */
@inline
export function rankOf(hash: u64, log2m: u32, rankMax: u32): u32 {
  return min(u32(ctz(hash >> log2m)) + 1, rankMax);
}

@inline
export function registerOf(hash: u64, log2m: u32): u32 {
  return u32(hash) & ((u32(1) << log2m) - 1);
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

/** Adds a hash to a cell of registers. */
@inline
export function addToRegisters(cell: u32, hash: u64, log2m: u32, rankMax: u32): void {
  raiseRegister(cell, registerOf(hash, log2m), rankOf(hash, log2m, rankMax), log2m);
}
