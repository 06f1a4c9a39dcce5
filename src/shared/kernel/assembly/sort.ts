// The canonical order of a table: rows ascending by key, dimension by dimension, bytes as memcmp. It is
// made a piece at a time, so that neither time nor memory of a step grows with the table: runs of a few
// thousand rows are sorted one by one, and then merged as far as the next frame needs. Beside the table it
// takes four bytes for a row and four for an entry of the largest dictionary.
//
//   sortBegin ─► sortStep, until it returns 0 ─► (sortFill ─► sortCut ─► sortEncode)… ─► sortEnd

import { settleHashes } from "./aggregate-sketches";
import { allocate, release } from "./memory";
import { dictSpans } from "./dictionary";
import { encodeRows, largestDictionary } from "./encode";
import { isWithin } from "./limit";
import { commonWith, compareRows, leadBytes, sortRun, useTable } from "./sort-rows";
import { dimensionsOf, isBucketed, strideOf, tableDictionary, tableRows, tuplesOf } from "./layout";

// Fields of a sorted view's block.
const TABLE: usize = 0;
const ROWS: usize = 4;
const ROW_LIST: usize = 8;
const LOCAL: usize = 12;
const LOCAL_ENTRIES: usize = 16;
/** Rows whose runs are sorted. */
const SORTED: usize = 20;
/** Bytes that the first values of all rows begin with. */
const COMMON: usize = 24;
/** The runs that have rows left, as a heap of items; how many, and how many there were. */
const HEAP: usize = 28;
const HEAP_SIZE: usize = 32;
const HEAP_CAPACITY: usize = 36;
/** Rows that come next: their list, how many there are, and how many fit. */
const WINDOW: usize = 40;
const WINDOW_USED: usize = 44;
const WINDOW_CAPACITY: usize = 48;
const VIEW_BYTES: u32 = 64;

/** Rows of a run, and so of a step. */
const RUN_ROWS: u32 = 8192;

// An item of the heap: u64 first bytes of the row's first value, u32 place in the list, u32 end of its run.
const ITEM_PLACE: usize = 8;
const ITEM_END: usize = 12;

/**
 * Begins to sort a table, which must not change until `sortEnd`.
 * @param window rows that are asked for at a time, at most.
 */
export function sortBegin(table: u32, window: u32): u32 {
  settleHashes(table);
  const view = allocate(VIEW_BYTES);
  const rows = tableRows(table);
  const largest = largestDictionary(table);
  const rowList = allocate(u64(rows) << 2);
  for (let i: u32 = 0; i < rows; i += 1) store<u32>(rowList + (i << 2), i);
  const local = allocate(u64(largest) << 2);
  memory.fill(local, 0xff, usize(u64(largest) << 2));
  const runs = (rows + RUN_ROWS - 1) / RUN_ROWS;
  const capacity = min(window, rows);
  store<u32>(view, table, TABLE);
  store<u32>(view, rows, ROWS);
  store<u32>(view, rowList, ROW_LIST);
  store<u32>(view, local, LOCAL);
  store<u32>(view, largest, LOCAL_ENTRIES);
  store<u32>(view, 0, SORTED);
  store<u32>(view, u32.MAX_VALUE, COMMON);
  store<u32>(view, allocate(u64(runs) << 4), HEAP);
  store<u32>(view, 0, HEAP_SIZE);
  store<u32>(view, runs, HEAP_CAPACITY);
  store<u32>(view, allocate(u64(capacity) << 2), WINDOW);
  store<u32>(view, 0, WINDOW_USED);
  store<u32>(view, capacity, WINDOW_CAPACITY);
  return view;
}

/** Sorts the next run; 0 when the rows can be taken. */
export function sortStep(view: u32): u32 {
  const rows = load<u32>(view, ROWS);
  const from = load<u32>(view, SORTED);
  const end = min(from + RUN_ROWS, rows);
  const rowList = load<u32>(view, ROW_LIST);
  useTable(load<u32>(view, TABLE));
  if (from < end) {
    const common = commonWith(load<u32>(rowList), rowList + (from << 2), end - from);
    store<u32>(view, min(load<u32>(view, COMMON), common), COMMON);
    sortRun(rowList + (from << 2), end - from, common);
    store<u32>(view, end, SORTED);
  }
  if (end < rows) return 1;
  const common = load<u32>(view, COMMON);
  for (let start: u32 = 0; start < rows; start += RUN_ROWS) {
    pushRun(view, start, min(start + RUN_ROWS, rows), common);
  }
  return 0;
}

/** Gives the heap one run more. */
function pushRun(view: u32, start: u32, end: u32, common: u32): void {
  const size = load<u32>(view, HEAP_SIZE);
  const item = load<u32>(view, HEAP) + (size << 4);
  store<u64>(item, leadBytes(load<u32>(load<u32>(view, ROW_LIST) + (start << 2)), common));
  store<u32>(item, start, ITEM_PLACE);
  store<u32>(item, end, ITEM_END);
  store<u32>(view, size + 1, HEAP_SIZE);
  let at = size;
  while (at) {
    const parent = (at - 1) >> 1;
    if (!precedes(view, at, parent)) return;
    swap(view, at, parent);
    at = parent;
  }
}

/** Whether the next row of one item of the heap comes before that of another. */
@inline
function precedes(view: u32, a: u32, b: u32): bool {
  const heap = load<u32>(view, HEAP);
  const left = load<u64>(heap + (a << 4));
  const right = load<u64>(heap + (b << 4));
  if (left != right) return left < right;
  const rowList = load<u32>(view, ROW_LIST);
  return (
    compareRows(
      load<u32>(rowList + (load<u32>(heap + (a << 4), ITEM_PLACE) << 2)),
      load<u32>(rowList + (load<u32>(heap + (b << 4), ITEM_PLACE) << 2)),
    ) < 0
  );
}

@inline
function swap(view: u32, a: u32, b: u32): void {
  const heap = load<u32>(view, HEAP);
  const item = v128.load(heap + (a << 4));
  v128.store(heap + (a << 4), v128.load(heap + (b << 4)));
  v128.store(heap + (b << 4), item);
}

function sink(view: u32): void {
  const size = load<u32>(view, HEAP_SIZE);
  let at: u32 = 0;
  while (true) {
    let least: u32 = 2 * at + 1;
    if (least >= size) return;
    if (least + 1 < size && precedes(view, least + 1, least)) least += 1;
    if (!precedes(view, least, at)) return;
    swap(view, at, least);
    at = least;
  }
}

/** Takes the next row off the heap, which has one. */
function takeRow(view: u32): u32 {
  const heap = load<u32>(view, HEAP);
  const rowList = load<u32>(view, ROW_LIST);
  const place = load<u32>(heap, ITEM_PLACE);
  const row = load<u32>(rowList + (place << 2));
  if (place + 1 < load<u32>(heap, ITEM_END)) {
    const next = load<u32>(rowList + ((place + 1) << 2));
    store<u64>(heap, leadBytes(next, load<u32>(view, COMMON)));
    store<u32>(heap, place + 1, ITEM_PLACE);
  } else {
    const size = load<u32>(view, HEAP_SIZE) - 1;
    v128.store(heap, v128.load(heap + (size << 4)));
    store<u32>(view, size, HEAP_SIZE);
  }
  sink(view);
  return row;
}

/** Makes `n` rows come next, or as many as are left; returns how many there are. */
export function sortFill(view: u32, n: u32): u32 {
  useTable(load<u32>(view, TABLE));
  const window = load<u32>(view, WINDOW);
  const wanted = min(n, load<u32>(view, WINDOW_CAPACITY));
  let used = load<u32>(view, WINDOW_USED);
  while (used < wanted && load<u32>(view, HEAP_SIZE)) {
    store<u32>(window + (used << 2), takeRow(view));
    used += 1;
  }
  store<u32>(view, used, WINDOW_USED);
  return min(used, wanted);
}

/** Puts all rows of the list in their order. */
function mergeAll(view: u32): void {
  useTable(load<u32>(view, TABLE));
  const rows = load<u32>(view, ROWS);
  const merged = allocate(u64(rows) << 2);
  for (let i: u32 = 0; i < rows; i += 1) store<u32>(merged + (i << 2), takeRow(view));
  release(load<u32>(view, ROW_LIST), u64(rows) << 2);
  store<u32>(view, merged, ROW_LIST);
}

/**
 * Puts the rows within a limit (see `limit.ts`) in front of the others, both in their order; returns
 * how many they are. To be called before any row is taken. `hashes`: u64 a row of the table.
 */
export function sortPartition(view: u32, hashes: u32, limit: u32): u32 {
  mergeAll(view);
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
  // One run from now on, which is taken as it is.
  if (rows) {
    const heap = load<u32>(view, HEAP);
    store<u32>(heap, 0, ITEM_PLACE);
    store<u32>(heap, rows, ITEM_END);
    store<u32>(view, 1, HEAP_SIZE);
  }
  return kept;
}

/**
 * How many of the next `n` rows make a frame: as many as have no more than `keyBytes` bytes in their
 * keys, and at least one. A value that is that of the row before is not counted again. So where a frame
 * ends depends on its rows alone, and on the one that follows.
 */
export function sortCut(view: u32, n: u32, keyBytes: u32): u32 {
  const table = load<u32>(view, TABLE);
  const rowList = load<u32>(view, WINDOW);
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

/** Writes the next `n` rows, which are taken; returns the frame, as `tableEncode`. */
export function sortEncode(view: u32, n: u32): u32 {
  const window = load<u32>(view, WINDOW);
  const frame = encodeRows(load<u32>(view, TABLE), window, n, load<u32>(view, LOCAL), true);
  const rest = load<u32>(view, WINDOW_USED) - n;
  memory.copy(window, window + (n << 2), rest << 2);
  store<u32>(view, rest, WINDOW_USED);
  return frame;
}

export function sortEnd(view: u32): void {
  release(load<u32>(view, ROW_LIST), u64(load<u32>(view, ROWS)) << 2);
  release(load<u32>(view, LOCAL), u64(load<u32>(view, LOCAL_ENTRIES)) << 2);
  release(load<u32>(view, HEAP), u64(load<u32>(view, HEAP_CAPACITY)) << 4);
  release(load<u32>(view, WINDOW), u64(load<u32>(view, WINDOW_CAPACITY)) << 2);
  release(view, VIEW_BYTES);
}
