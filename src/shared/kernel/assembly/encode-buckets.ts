// Writes a bucketed table, a frame a bucket. Its rows are put in order of their buckets once, so that what
// many buckets cost does not depend on how many rows there are.

import { settleHashes } from "./aggregate-sketches";
import { encodeRows, largestDictionary } from "./encode";
import { strideOf, tableRows, tuplesOf } from "./layout";
import { allocate, release } from "./memory";

/** A view of the rows of one table: their numbers in the order in which they are to be written. */
const VIEW_BYTES: u32 = 32;
const TABLE: usize = 0;
const ROW_LIST: usize = 4;
/** u32 a bucket: where its rows end in the list. */
const ENDS: usize = 8;
const BUCKETS: usize = 12;
const LOCAL: usize = 16;
const LOCAL_ENTRIES: usize = 20;

/**
 * Puts the rows of a bucketed table in order of their buckets, those of a bucket in order of first
 * appearance. The view must be given back by `bucketsEnd`.
 * @param buckets how many there may be; every row's is below.
 */
export function bucketsBegin(table: u32, buckets: u32): u32 {
  settleHashes(table);
  const rows = tableRows(table);
  const tuples = tuplesOf(table);
  const stride = strideOf(table);
  const ends = allocate(u64(buckets) << 2);
  memory.fill(ends, 0, usize(buckets) << 2);
  for (let row: u32 = 0; row < rows; row += 1) {
    const count = ends + (load<u32>(tuples + row * stride) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  // First where each bucket begins; when its rows are placed, that is where it ends.
  let start: u32 = 0;
  for (let bucket: u32 = 0; bucket < buckets; bucket += 1) {
    const count = load<u32>(ends + (bucket << 2));
    store<u32>(ends + (bucket << 2), start);
    start += count;
  }
  const rowList = allocate(u64(rows) << 2);
  for (let row: u32 = 0; row < rows; row += 1) {
    const next = ends + (load<u32>(tuples + row * stride) << 2);
    const place = load<u32>(next);
    store<u32>(rowList + (place << 2), row);
    store<u32>(next, place + 1);
  }
  const entries = largestDictionary(table);
  const local = allocate(u64(entries) << 2);
  memory.fill(local, 0xff, usize(entries) << 2);
  const view = allocate(VIEW_BYTES);
  store<u32>(view, table, TABLE);
  store<u32>(view, rowList, ROW_LIST);
  store<u32>(view, ends, ENDS);
  store<u32>(view, buckets, BUCKETS);
  store<u32>(view, local, LOCAL);
  store<u32>(view, entries, LOCAL_ENTRIES);
  return view;
}

/** Rows of a bucket. */
export function bucketRows(view: u32, bucket: u32): u32 {
  const ends = load<u32>(view, ENDS) + (bucket << 2);
  return load<u32>(ends) - (bucket ? load<u32>(ends - 4) : 0);
}

/** Writes the rows of a bucket; returns the frame, as `tableEncode`. */
export function bucketEncode(view: u32, bucket: u32): u32 {
  const end = load<u32>(load<u32>(view, ENDS) + (bucket << 2));
  const rows = bucketRows(view, bucket);
  const rowList = load<u32>(view, ROW_LIST) + ((end - rows) << 2);
  return encodeRows(load<u32>(view, TABLE), rowList, rows, load<u32>(view, LOCAL), false);
}

export function bucketsEnd(view: u32): void {
  release(load<u32>(view, ROW_LIST), u64(tableRows(load<u32>(view, TABLE))) << 2);
  release(load<u32>(view, ENDS), u64(load<u32>(view, BUCKETS)) << 2);
  release(load<u32>(view, LOCAL), u64(load<u32>(view, LOCAL_ENTRIES)) << 2);
  release(view, VIEW_BYTES);
}
