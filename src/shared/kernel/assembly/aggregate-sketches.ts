// Adds hashes to HyperLogLog metrics. They first wait in a list, vector after vector; when the table
// is written (or the list is long) they are brought together by row by a counting sort. So each cell
// is touched once, in a loop over hashes that lie side by side, and gets a block of the right size
// at once instead of growing into it: half the time of adding hashes as they come.

import { allocate, regrow, release } from "./memory";
import { TYPE_HLL, log2mOf, regwidthOf, typeOf } from "./column-word";
import { METRIC_PENDING, METRIC_PENDING_CAPACITY, METRIC_PENDING_USED, NO_ROW, PENDING_BYTES, addSketchBytes, columnOf, metricAt, metricWord, metricsOf, tableRows } from "./layout";
import { hllAdd, hllAddAll } from "./hll";
import { takeGrownBytes } from "./hll-cell";
import { maxRank } from "./hll-registers";

const WAITING_FIRST: u32 = 2048;
const WAITING_MAX: u32 = 1 << 16;
/** With so many more rows than hashes, sorting by row would touch more memory than it saves. */
const ROWS_PER_HASH_MAX: u64 = 4;

/** Makes room for `n` more waiting hashes and returns where they go. */
function waitingRoom(at: u32, n: u32): u32 {
  const used = load<u32>(at, METRIC_PENDING_USED);
  const capacity = load<u32>(at, METRIC_PENDING_CAPACITY);
  if (used + n > capacity) {
    const larger = max(max(used + n, capacity * 2), WAITING_FIRST);
    const block = regrow(
      load<u32>(at, METRIC_PENDING),
      u64(capacity) * PENDING_BYTES,
      u64(used) * PENDING_BYTES,
      u64(larger) * PENDING_BYTES,
    );
    store<u32>(at, block, METRIC_PENDING);
    store<u32>(at, larger, METRIC_PENDING_CAPACITY);
  }
  return load<u32>(at, METRIC_PENDING) + used * PENDING_BYTES;
}

/** Adds 64-bit hashes where `mask` is not 0 (no mask: everywhere). */
export function aggHll(table: u32, metric: u32, rows: u32, hashes: u32, mask: u32, n: u32): void {
  const at = metricAt(table, metric);
  if (load<u32>(at, METRIC_PENDING_USED) + n > WAITING_MAX) settleMetric(table, metric);
  let item = waitingRoom(at, n);
  // Every hash is written, and the next one over it if it is left out: no branch to mispredict.
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rows + (i << 2));
    const wanted: u32 = mask
      ? u32(load<u8>(mask + i) != 0) & u32(row != NO_ROW)
      : u32(row != NO_ROW);
    store<u64>(item, load<u64>(hashes + (i << 3)));
    store<u32>(item, row, 8);
    item += wanted * PENDING_BYTES;
  }
  store<u32>(at, (item - load<u32>(at, METRIC_PENDING)) / PENDING_BYTES, METRIC_PENDING_USED);
}

/** Adds all hashes that wait; before a table's cells are read or merged into. */
export function settleHashes(table: u32): void {
  const metrics = metricsOf(table);
  for (let metric: u32 = 0; metric < metrics; metric += 1) {
    if (typeOf(metricWord(table, metric)) == TYPE_HLL) settleMetric(table, metric);
  }
}

function settleMetric(table: u32, metric: u32): void {
  const at = metricAt(table, metric);
  const n = load<u32>(at, METRIC_PENDING_USED);
  if (!n) return;
  const items = load<u32>(at, METRIC_PENDING);
  if (u64(tableRows(table)) > u64(n) * ROWS_PER_HASH_MAX) addEach(table, metric, items, n);
  else addByRow(table, metric, items, n);
  store<u32>(at, 0, METRIC_PENDING_USED);
  addSketchBytes(table, takeGrownBytes());
}

function addEach(table: u32, metric: u32, items: u32, n: u32): void {
  const column = columnOf(table, metric);
  const word = metricWord(table, metric);
  const rankMax = maxRank(log2mOf(word), regwidthOf(word));
  const end = items + n * PENDING_BYTES;
  for (let item = items; item < end; item += PENDING_BYTES) {
    const cell = column + (load<u32>(item, 8) << 3);
    hllAdd(cell, load<u64>(item), log2mOf(word), rankMax);
  }
}

/** Leaves in `starts` where the hashes of each row begin once they are sorted. */
function findStarts(starts: u32, rows: u32, items: u32, n: u32): void {
  memory.fill(starts, 0, rows << 2);
  const end = items + n * PENDING_BYTES;
  for (let item = items; item < end; item += PENDING_BYTES) {
    const at = starts + (load<u32>(item, 8) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let start: u32 = 0;
  for (let row: u32 = 0; row < rows; row += 1) {
    const at = starts + (row << 2);
    const count = load<u32>(at);
    store<u32>(at, start);
    start += count;
  }
}

function addByRow(table: u32, metric: u32, items: u32, n: u32): void {
  const column = columnOf(table, metric);
  const word = metricWord(table, metric);
  const log2m = log2mOf(word);
  const rankMax = maxRank(log2m, regwidthOf(word));
  const rows = tableRows(table);
  const ends = allocate(u64(rows) << 2);
  const sorted = allocate(u64(n) << 3);
  findStarts(ends, rows, items, n);
  const last = items + n * PENDING_BYTES;
  for (let item = items; item < last; item += PENDING_BYTES) {
    const at = ends + (load<u32>(item, 8) << 2);
    const place = load<u32>(at);
    store<u32>(at, place + 1);
    store<u64>(sorted + (place << 3), load<u64>(item));
  }
  let start: u32 = 0;
  for (let row: u32 = 0; row < rows; row += 1) {
    const end = load<u32>(ends + (row << 2));
    if (end == start) continue;
    hllAddAll(column + (row << 3), sorted + (start << 3), end - start, log2m, rankMax);
    start = end;
  }
  release(sorted, u64(n) << 3);
  release(ends, u64(rows) << 2);
}
