// A HyperLogLog cell (Flajolet, Fusy, Gandouet, Meunier, AofA '07) of a row, and its block. What a
// cell stands for is a canonical function of the set of hashes added: the distinct hashes themselves
// while there are at most 64, and beyond that the largest rank per register.
//
// A cell is a u64: pointer to its block in the low half; in the high half form (bits 0-2), whether
// hash 0 is a member (bit 3, SET only), log2 of the slots (bits 4-8, SET and SPARSE), members
// (bits 9-31). A cell of 0 is empty. In memory there are four forms:
//   LIST    up to 8 hashes in order of arrival, in a block for 2, 4 or 8   (hll-explicit.ts)
//   SET     up to 64 hashes, open addressing by their first bits, 0 = free (hll-explicit.ts)
//   SPARSE  open addressing of u32 register << 6 | rank, while that is smaller than
//   FULL    one byte a register                                            (hll-registers.ts)

import { allocate, release } from "./memory";

export const FORM_EMPTY: u32 = 0;
export const FORM_LIST: u32 = 1;
export const FORM_SET: u32 = 2;
export const FORM_SPARSE: u32 = 3;
export const FORM_FULL: u32 = 4;

export const EXPLICIT_MAX: u32 = 64;

export const HAS_ZERO: u32 = 8;

let grownBytes: i64 = 0;

/** Bytes that cells have grown by since this was asked last. */
export function takeGrownBytes(): i64 {
  const bytes = grownBytes;
  grownBytes = 0;
  return bytes;
}

export function newBlock(bytes: u32): u32 {
  grownBytes += bytes;
  return allocate(bytes);
}

export function oldBlock(ptr: u32, bytes: u32): void {
  grownBytes -= bytes;
  release(ptr, bytes);
}

@inline
export function metaOf(form: u32, bits: u32, members: u32): u32 {
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
export function setCell(cell: u32, ptr: u32, meta: u32): void {
  store<u64>(cell, u64(ptr) | (u64(meta) << 32));
}

/** Bytes of a cell's block; log2m matters to FULL only. */
export function blockSize(cell: u64, log2m: u32): u32 {
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
