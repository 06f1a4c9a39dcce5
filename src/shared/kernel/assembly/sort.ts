// The canonical order of a table: rows ascending by key, dimension by dimension, bytes as memcmp.
// Dictionaries are ranked first; then the ranks of a row's values are packed into one or more
// 64-bit keys and radix-sorted, the last dimensions first.

import { settleHashes } from "./aggregate-sketches";
import { allocate, release } from "./memory";
import { dictSize, dictSpans } from "./dictionary";
import { encodeRows, largestDictionary } from "./encode";
import { isWithin } from "./limit";
import { sortItems } from "./sort-numbers";
import { rankEntries } from "./sort-strings";
import { dimensionsOf, isBucketed, strideOf, tableDictionary, tableRows, tuplesOf } from "./layout";

// Fields of a sorted view's block.
const TABLE: usize = 0;
const ROWS: usize = 4;
const ROW_LIST: usize = 8;
const LOCAL: usize = 12;
const LOCAL_ENTRIES: usize = 16;
/** A dimension: u32 ranks, u32 entries by rank, u32 size when ranked. */
const DIMENSIONS: u32 = 32;
const PAIRS: u32 = DIMENSIONS + 32 * 4;
const VIEW_BYTES: u32 = PAIRS + 32 * 8;

@inline
function bitsFor(entries: u32): u32 {
  return entries > 1 ? 32 - clz(entries - 1) : 0;
}

/** Puts the packed ranks of dimensions `first` to before `end` in front of every item. */
function packKeys(view: u32, items: u32, first: u32, end: u32): void {
  const table = load<u32>(view, TABLE);
  const rows = load<u32>(view, ROWS);
  const stride = strideOf(table);
  const keys = tuplesOf(table) + (u32(isBucketed(table)) << 2);
  for (let i: u32 = 0; i < rows; i += 1) {
    const item = items + (i << 4);
    const tuple = keys + load<u32>(item, 8) * stride;
    let key: u64 = 0;
    for (let d = first; d < end; d += 1) {
      const ranks = load<u32>(view + PAIRS + (d << 3));
      const rank = load<u32>(ranks + (load<u32>(tuple + (d << 2)) << 2));
      key = (key << u64(bitsFor(load<u32>(view + DIMENSIONS + (d << 2))))) | u64(rank);
    }
    store<u64>(item, key);
  }
}

function sortRows(view: u32): void {
  const rows = load<u32>(view, ROWS);
  const bytes = u64(rows) << 4;
  let items = allocate(bytes);
  let scratch = allocate(bytes);
  for (let i: u32 = 0; i < rows; i += 1) store<u32>(items + (i << 4), i, 8);
  let end = dimensionsOf(load<u32>(view, TABLE));
  while (end) {
    let bits: u32 = 0;
    let first = end;
    while (first) {
      const more = bitsFor(load<u32>(view + DIMENSIONS + ((first - 1) << 2)));
      if (bits + more > 64) break;
      bits += more;
      first -= 1;
    }
    packKeys(view, items, first, end);
    const sorted = sortItems(items, scratch, rows, bits);
    if (sorted != items) {
      scratch = items;
      items = sorted;
    }
    end = first;
  }
  const rowList = load<u32>(view, ROW_LIST);
  for (let i: u32 = 0; i < rows; i += 1) {
    store<u32>(rowList + (i << 2), load<u32>(items + (i << 4), 8));
  }
  release(items, bytes);
  release(scratch, bytes);
}

/** Sorts a table; the view holds the order and must be given back by `sortEnd`. */
export function sortBegin(table: u32): u32 {
  settleHashes(table);
  const view = allocate(VIEW_BYTES);
  const dimensions = dimensionsOf(table);
  const rows = tableRows(table);
  const largest = largestDictionary(table);
  store<u32>(view, table, TABLE);
  store<u32>(view, rows, ROWS);
  store<u32>(view, allocate(u64(rows) << 2), ROW_LIST);
  const local = allocate(u64(largest) << 2);
  memory.fill(local, 0xff, usize(u64(largest) << 2));
  store<u32>(view, local, LOCAL);
  store<u32>(view, largest, LOCAL_ENTRIES);
  for (let d: u32 = 0; d < dimensions; d += 1) {
    const dict = tableDictionary(table, d);
    const bytes = u64(dictSize(dict)) << 2;
    const ranks = allocate(bytes);
    const ranked = allocate(bytes);
    rankEntries(dict, ranks, ranked);
    store<u32>(view + DIMENSIONS + (d << 2), dictSize(dict));
    store<u32>(view + PAIRS + (d << 3), ranks);
    store<u32>(view + PAIRS + (d << 3), ranked, 4);
  }
  sortRows(view);
  return view;
}

/**
 * Puts the rows within a limit (see `limit.ts`) in front of the others, both in their order; returns
 * how many they are. `hashes`: u64 a row of the table.
 */
export function sortPartition(view: u32, hashes: u32, limit: u32): u32 {
  const rows = load<u32>(view, ROWS);
  const rowList = load<u32>(view, ROW_LIST);
  const others = allocate(u64(rows) << 2);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < rows; i += 1) {
    const row = load<u32>(rowList + (i << 2));
    if (isWithin(load<u64>(hashes + (row << 3)), limit)) {
      store<u32>(rowList + (kept << 2), row);
      kept += 1;
    } else {
      store<u32>(others + ((i - kept) << 2), row);
    }
  }
  memory.copy(rowList + (kept << 2), others, (rows - kept) << 2);
  release(others, u64(rows) << 2);
  return kept;
}

/**
 * How many of the rows `from` to before `from + n` of the order make a frame: as many as have no more
 * than `keyBytes` bytes in their keys, and at least one. A value that is that of the row before is not
 * counted again. So where a frame ends depends on its rows alone, and on the one that follows.
 */
export function sortCut(view: u32, from: u32, n: u32, keyBytes: u32): u32 {
  const table = load<u32>(view, TABLE);
  const rowList = load<u32>(view, ROW_LIST) + (from << 2);
  const dimensions = dimensionsOf(table);
  const stride = strideOf(table);
  const keys = tuplesOf(table) + (u32(isBucketed(table)) << 2);
  let bytes: u64 = 0;
  let before: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const tuple = keys + load<u32>(rowList + (i << 2)) * stride;
    for (let d: u32 = 0; d < dimensions; d += 1) {
      const id = load<u32>(tuple + (d << 2));
      if (before && load<u32>(before + (d << 2)) == id) continue;
      bytes += load<u32>(dictSpans(tableDictionary(table, d)) + (id << 3), 4);
    }
    if (bytes > u64(keyBytes) && i) return i;
    before = tuple;
  }
  return n;
}

/** Writes rows `from` to before `from + n` of the order; returns the frame, as `tableEncode`. */
export function sortEncode(view: u32, from: u32, n: u32): u32 {
  return encodeRows(
    load<u32>(view, TABLE),
    load<u32>(view, ROW_LIST) + (from << 2),
    n,
    load<u32>(view, LOCAL),
    view + PAIRS,
  );
}

export function sortEnd(view: u32): void {
  const dimensions = dimensionsOf(load<u32>(view, TABLE));
  for (let d: u32 = 0; d < dimensions; d += 1) {
    const bytes = u64(load<u32>(view + DIMENSIONS + (d << 2))) << 2;
    release(load<u32>(view + PAIRS + (d << 3)), bytes);
    release(load<u32>(view + PAIRS + (d << 3), 4), bytes);
  }
  release(load<u32>(view, ROW_LIST), u64(load<u32>(view, ROWS)) << 2);
  release(load<u32>(view, LOCAL), u64(load<u32>(view, LOCAL_ENTRIES)) << 2);
  release(view, VIEW_BYTES);
}
