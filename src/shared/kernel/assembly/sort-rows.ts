// Orders rows by key and sorts a run of them. Merge sort over items of 16 bytes: eight bytes of the row's
// first value, from where the values begin to differ, as a big-endian number, and the row's number. So
// most comparisons never touch the keys.

import { allocate, release } from "./memory";
import { dictSpans } from "./dictionary";
import { compareBytes, firstBytes, mergeSort } from "./sort-strings";
import { dimensionsOf, isBucketed, strideOf, tableDictionary, tuplesOf } from "./layout";

/** Beyond so many bytes it is not looked for what values have in common. */
const COMMON_MAX: u32 = 256;

let dimensions: u32 = 0;
let stride: u32 = 0;
let keys: u32 = 0;
let table: u32 = 0;
let firstSpans: u32 = 0;

/** Says whose rows are meant from here on; the table must not grow meanwhile. */
export function useTable(ofTable: u32): void {
  table = ofTable;
  dimensions = dimensionsOf(ofTable);
  stride = strideOf(ofTable);
  keys = tuplesOf(ofTable) + (u32(isBucketed(ofTable)) << 2);
  firstSpans = dimensions ? dictSpans(tableDictionary(ofTable, 0)) : 0;
}

/** Span of a row's first value; nothing where there are no dimensions. */
@inline
function firstSpan(row: u32): u64 {
  if (!dimensions) return 0;
  return load<u64>(firstSpans + (load<u32>(keys + row * stride) << 3));
}

/** How many bytes the first values of `n` listed rows have in common with that of a row. */
export function commonWith(row: u32, rowList: u32, n: u32): u32 {
  const span = firstSpan(row);
  const ptr = u32(span);
  let common = min(u32(span >> 32), COMMON_MAX);
  for (let i: u32 = 0; i < n && common; i += 1) {
    const other = firstSpan(load<u32>(rowList + (i << 2)));
    common = min(common, u32(other >> 32));
    let same: u32 = 0;
    while (same < common && load<u8>(ptr + same) == load<u8>(u32(other) + same)) same += 1;
    common = same;
  }
  return common;
}

/** Eight bytes of the row's first value behind those that all have in common. */
@inline
export function leadBytes(row: u32, common: u32): u64 {
  const span = firstSpan(row);
  return firstBytes(u32(span) + common, u32(span >> 32) - common);
}

/** Below 0, 0 or above 0, by key. */
export function compareRows(a: u32, b: u32): i32 {
  const left = keys + a * stride;
  const right = keys + b * stride;
  for (let d: u32 = 0; d < dimensions; d += 1) {
    const leftId = load<u32>(left + (d << 2));
    const rightId = load<u32>(right + (d << 2));
    if (leftId == rightId) continue;
    const spans = dictSpans(tableDictionary(table, d));
    const leftSpan = load<u64>(spans + (leftId << 3));
    const rightSpan = load<u64>(spans + (rightId << 3));
    return compareBytes(
      u32(leftSpan),
      u32(leftSpan >> 32),
      u32(rightSpan),
      u32(rightSpan >> 32),
    );
  }
  return 0;
}

/** Sorts `n` listed rows in place. @param common bytes that their first values have in common. */
export function sortRun(rowList: u32, n: u32, common: u32): void {
  const bytes = u64(n) << 4;
  const items = allocate(bytes);
  const scratch = allocate(bytes);
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rowList + (i << 2));
    store<u64>(items + (i << 4), leadBytes(row, common));
    store<u32>(items + (i << 4), row, 8);
  }
  const sorted = mergeSort(items, scratch, n, (a, b) => compareRows(a, b));
  for (let i: u32 = 0; i < n; i += 1) {
    store<u32>(rowList + (i << 2), load<u32>(sorted + (i << 4), 8));
  }
  release(scratch, bytes);
  release(items, bytes);
}
