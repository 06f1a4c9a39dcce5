// Bounding the rows of a table. Which rows stay is decided by their keys alone: those with the
// smallest hashes. Such a choice commutes with merging: a key that is among the smallest of a union
// is among them in every part that has it, so it is complete wherever it stays.
//
// The hash of a row is the low word of murmur3 x64 128 (seed 0) of the 8-byte little-endian words
// that the same hash gives of its values, dimension after dimension. Rows of equal hashes are ordered
// by key. It is computed only when a table is over its bound.

import { dictSize, dictSpans } from "./dictionary";
import {
  dimensionsOf,
  isBucketed,
  strideOf,
  tableDictionary,
  tableRows,
  tuplesOf,
} from "./layout";
import { allocate, release } from "./memory";
import { murmur3 } from "./murmur3";

/** A row's words, and room for a load behind the last one. */
const words: usize = memory.data(32 * 8 + 16, 16);
const digitCounts: usize = memory.data(256 * 4, 16);

/** Column (u64 an entry) of the hashes of a dictionary's entries. */
function hashEntries(dict: u32): u32 {
  const entries = dictSize(dict);
  const spans = dictSpans(dict);
  const hashes = allocate(u64(entries) << 3);
  for (let i: u32 = 0; i < entries; i += 1) {
    const span = load<u64>(spans + (i << 3));
    store<u64>(hashes + (i << 3), murmur3(u32(span), u32(span >> 32)));
  }
  return hashes;
}

/** Fills a column (u64 a row) with the hashes of a table's rows. */
export function tableHashRows(table: u32, hashes: u32): void {
  const dimensions = dimensionsOf(table);
  const rows = tableRows(table);
  const columns = allocate(dimensions << 2);
  for (let d: u32 = 0; d < dimensions; d += 1) {
    store<u32>(columns + (d << 2), hashEntries(tableDictionary(table, d)));
  }
  const stride = strideOf(table);
  const keys = tuplesOf(table) + (u32(isBucketed(table)) << 2);
  for (let row: u32 = 0; row < rows; row += 1) {
    const tuple = keys + row * stride;
    for (let d: u32 = 0; d < dimensions; d += 1) {
      const id = load<u32>(tuple + (d << 2));
      store<u64>(words + (d << 3), load<u64>(load<u32>(columns + (d << 2)) + (id << 3)));
    }
    store<u64>(hashes + (row << 3), murmur3(u32(words), dimensions << 3));
  }
  for (let d: u32 = 0; d < dimensions; d += 1) {
    const entries = dictSize(tableDictionary(table, d));
    release(load<u32>(columns + (d << 2)), u64(entries) << 3);
  }
  release(columns, dimensions << 2);
}

/**
 * Finds the `k`-th smallest (from 1, at most `n`) of `n` hashes, byte by byte, so that no choice of
 * values makes it slow.
 * @param limit 16 bytes, filled: u64 that hash, u32 how many of those equal to it are among the `k`.
 */
export function hashLimit(hashes: u32, n: u32, k: u32, limit: u32): void {
  let prefix: u64 = 0;
  let known: u64 = 0;
  let rank = k;
  for (let shift: i32 = 56; shift >= 0; shift -= 8) {
    memory.fill(digitCounts, 0, 256 * 4);
    for (let i: u32 = 0; i < n; i += 1) {
      const hash = load<u64>(hashes + (i << 3));
      if ((hash & known) != prefix) continue;
      const at = digitCounts + ((u32(hash >> u64(shift)) & 0xff) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
    let digit: u32 = 0;
    for (; ; digit += 1) {
      const count = load<u32>(digitCounts + (digit << 2));
      if (rank <= count) break;
      rank -= count;
    }
    prefix |= u64(digit) << u64(shift);
    known |= u64(0xff) << u64(shift);
  }
  store<u64>(limit, prefix);
  store<u32>(limit, rank, 8);
}

/** Whether the next row of this hash is within the limit; rows of equal hashes come in order. */
@inline
export function isWithin(hash: u64, limit: u32): bool {
  const last = load<u64>(limit);
  if (hash != last) return hash < last;
  const left = load<u32>(limit, 8);
  if (!left) return false;
  store<u32>(limit, left - 1, 8);
  return true;
}

/** Moves the hashes within the limit to the front; returns how many they are. */
export function hashKeep(hashes: u32, n: u32, limit: u32): u32 {
  let kept: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const hash = load<u64>(hashes + (i << 3));
    if (!isWithin(hash, limit)) continue;
    store<u64>(hashes + (kept << 3), hash);
    kept += 1;
  }
  return kept;
}
