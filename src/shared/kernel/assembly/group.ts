// Grouping: the row of every line, by its tuple of numbers; new tuples become new rows, in order
// of first appearance.

import { equalTuple, hashTuple, tupleScratch } from "./tuple";
import {
  MEMO,
  MEMO_BITS,
  MEMO_SHIFTS,
  NO_ROW,
  addRow,
  isBucketed,
  keysOf,
  shiftOf,
  slotsOf,
  strideOf,
  tableDictionary,
  tuplesOf,
} from "./layout";
import { dictSize } from "./dictionary";
import { hashBlock } from "./hash";
import { allocate, release } from "./memory";

/** A memo of rows by packed tuple is used while it stays within the second-level cache. */
const MEMO_BITS_MAX: u32 = 17;
/** And while clearing it costs little against the lines it serves. */
const MEMO_PER_LINE_MAX: u32 = 4;

/** The row of a tuple of one block, added if it is new. */
@inline
function rowOfBlock(table: u32, tuple: v128): u32 {
  const hash = hashBlock(tuple, 16);
  const shift = shiftOf(table);
  const mask = u32((u64(1) << (32 - shift)) - 1);
  const slots = slotsOf(table);
  const tuples = tuplesOf(table);
  let slot = hash >> shift;
  while (true) {
    const entry = load<u64>(slots + (slot << 3));
    if (!entry) {
      const row = addRow(table, slot, hash);
      v128.store(tuplesOf(table) + (row << 4), tuple);
      return row;
    }
    if (u32(entry >> 32) == hash) {
      const row = u32(entry) - 1;
      if (!v128.any_true(v128.xor(tuple, v128.load(tuples + (row << 4))))) return row;
    }
    slot = (slot + 1) & mask;
  }
}

/** The row of a tuple of any length, held in the scratch block. */
function rowOfScratch(table: u32, stride: u32): u32 {
  const hash = hashTuple(stride);
  const shift = shiftOf(table);
  const mask = u32((u64(1) << (32 - shift)) - 1);
  const slots = slotsOf(table);
  let slot = hash >> shift;
  while (true) {
    const entry = load<u64>(slots + (slot << 3));
    if (!entry) {
      const row = addRow(table, slot, hash);
      memory.copy(tuplesOf(table) + row * stride, tupleScratch, stride);
      return row;
    }
    if (u32(entry >> 32) == hash) {
      const row = u32(entry) - 1;
      if (equalTuple(tuplesOf(table) + row * stride, stride)) return row;
    }
    slot = (slot + 1) & mask;
  }
}

function groupWide(table: u32, idColumns: u32, n: u32, mask: u32, rows: u32): void {
  const keys = keysOf(table);
  const stride = strideOf(table);
  memory.fill(tupleScratch, 0, stride);
  for (let i: u32 = 0; i < n; i += 1) {
    if (mask && !load<u8>(mask + i)) {
      store<u32>(rows + (i << 2), NO_ROW);
      continue;
    }
    for (let k: u32 = 0; k < keys; k += 1) {
      const column = load<u32>(idColumns + (k << 2));
      store<u32>(tupleScratch + (k << 2), load<u32>(column + (i << 2)));
    }
    store<u32>(rows + (i << 2), rowOfScratch(table, stride));
  }
}

/** Bits that hold every number of a key: of a dictionary's entries, or of the buckets given. */
function keyBits(table: u32, key: u32, column: u32, n: u32): u32 {
  let bound: u32 = 0;
  if (isBucketed(table) && key == 0) {
    for (let i: u32 = 0; i < n; i += 1) bound |= load<u32>(column + (i << 2));
    return 32 - clz(bound);
  }
  const size = dictSize(tableDictionary(table, key - u32(isBucketed(table))));
  return size ? 32 - clz(size - 1) : 0;
}

/** The tuple of a line; columns that are not there are 0. */
@inline
function tupleAt(a: u32, b: u32, c: u32, d: u32, offset: u32): v128 {
  let tuple = i32x4.splat(0);
  if (a) tuple = v128.load32_lane(a + offset, tuple, 0);
  if (b) tuple = v128.load32_lane(b + offset, tuple, 1);
  if (c) tuple = v128.load32_lane(c + offset, tuple, 2);
  if (d) tuple = v128.load32_lane(d + offset, tuple, 3);
  return tuple;
}

/** The memo for tuples packed like this; kept from call to call while they are packed alike. */
function memoOf(table: u32, bits: u32, shifts: v128): u32 {
  const kept = load<u32>(table, MEMO);
  const keptBits = load<u32>(table, MEMO_BITS);
  if (kept) {
    const difference = v128.xor(shifts, v128.load(table, MEMO_SHIFTS));
    if (keptBits == bits && !v128.any_true(difference)) return kept;
    release(kept, u64(4) << keptBits);
  }
  const bytes = u32(4) << bits;
  const memo = allocate(bytes);
  memory.fill(memo, 0xff, bytes);
  store<u32>(table, memo, MEMO);
  store<u32>(table, bits, MEMO_BITS);
  v128.store(table, shifts, MEMO_SHIFTS);
  return memo;
}

/**
 * Groups with a memo indexed by the packed tuple itself, which is what pays when there are few
 * possible tuples: most lines then need neither hash nor comparison.
 */
function groupDense(
  table: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  shifts: v128,
  memo: u32,
  n: u32,
  mask: u32,
  rows: u32,
): void {
  const bShift = u32(i32x4.extract_lane(shifts, 1));
  const cShift = u32(i32x4.extract_lane(shifts, 2));
  const dShift = u32(i32x4.extract_lane(shifts, 3));
  for (let i: u32 = 0; i < n; i += 1) {
    const offset = i << 2;
    if (mask && !load<u8>(mask + i)) {
      store<u32>(rows + offset, NO_ROW);
      continue;
    }
    let packed: u32 = a ? load<u32>(a + offset) : 0;
    if (b) packed |= load<u32>(b + offset) << bShift;
    if (c) packed |= load<u32>(c + offset) << cShift;
    if (d) packed |= load<u32>(d + offset) << dShift;
    const place = memo + (packed << 2);
    let row = load<u32>(place);
    if (row == NO_ROW) {
      row = rowOfBlock(table, tupleAt(a, b, c, d, offset));
      store<u32>(place, row);
    }
    store<u32>(rows + offset, row);
  }
}

/**
 * Finds or adds the row of every line that the mask names; the others get `NO_ROW`.
 * @param idColumns u32 a key: pointer to its column of numbers. A bucketed table's first key is the
 *   bucket's number; the others are numbers of the dimensions' dictionaries.
 */
export function tableGroup(table: u32, idColumns: u32, n: u32, mask: u32, rows: u32): void {
  if (keysOf(table) > 4) groupWide(table, idColumns, n, mask, rows);
  else groupNarrow(table, idColumns, n, mask, rows, true);
}

/** As `tableGroup`, for tuples that differ from each other: no memo would know one again. */
export function groupDistinct(table: u32, idColumns: u32, n: u32, rows: u32): void {
  if (keysOf(table) > 4) groupWide(table, idColumns, n, 0, rows);
  else groupNarrow(table, idColumns, n, 0, rows, false);
}

function groupNarrow(
  table: u32,
  idColumns: u32,
  n: u32,
  mask: u32,
  rows: u32,
  repeating: bool,
): void {
  const keys = keysOf(table);
  const a = keys > 0 ? load<u32>(idColumns) : 0;
  const b = keys > 1 ? load<u32>(idColumns, 4) : 0;
  const c = keys > 2 ? load<u32>(idColumns, 8) : 0;
  const d = keys > 3 ? load<u32>(idColumns, 12) : 0;
  let shifts = i32x4.splat(0);
  let bits = a ? keyBits(table, 0, a, n) : 0;
  if (b) {
    shifts = i32x4.replace_lane(shifts, 1, bits);
    bits += keyBits(table, 1, b, n);
  }
  if (c) {
    shifts = i32x4.replace_lane(shifts, 2, bits);
    bits += keyBits(table, 2, c, n);
  }
  if (d) {
    shifts = i32x4.replace_lane(shifts, 3, bits);
    bits += keyBits(table, 3, d, n);
  }
  if (repeating && bits <= MEMO_BITS_MAX && u32(1) << bits <= n * MEMO_PER_LINE_MAX) {
    groupDense(table, a, b, c, d, shifts, memoOf(table, bits, shifts), n, mask, rows);
    return;
  }
  for (let i: u32 = 0; i < n; i += 1) {
    const offset = i << 2;
    if (mask && !load<u8>(mask + i)) {
      store<u32>(rows + offset, NO_ROW);
      continue;
    }
    store<u32>(rows + offset, rowOfBlock(table, tupleAt(a, b, c, d, offset)));
  }
}
