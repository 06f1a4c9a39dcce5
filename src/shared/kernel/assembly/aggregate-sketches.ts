// Adds a column of hashes to a HyperLogLog metric. The hashes are first brought together by row
// (counting sort), so that each cell is touched once, in a loop over hashes that lie side by side,
// and a new cell gets a block of the right size at once instead of growing into it.

import { allocate, release } from "./memory";
import {
  NO_ROW,
  addSketchBytes,
  columnOf,
  log2mOf,
  metricWord,
  regwidthOf,
  tableRows,
} from "./layout";
import { hllAdd, hllAddAll, maxRank, takeGrownBytes } from "./hll";

/** With so many more rows than lines, sorting by row would touch more memory than it saves. */
const ROWS_PER_LINE_MAX: u64 = 4;

function addDirectly(
  column: u32,
  rows: u32,
  hashes: u32,
  mask: u32,
  n: u32,
  log2m: u32,
  rankMax: u32,
): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rows + (i << 2));
    if (row == NO_ROW) continue;
    if (mask && !load<u8>(mask + i)) continue;
    hllAdd(column + (row << 3), load<u64>(hashes + (i << 3)), log2m, rankMax);
  }
}

/** Counts the lines of every row; leaves in `ends` where each row's hashes begin. */
function findStarts(ends: u32, tableSize: u32, rows: u32, mask: u32, n: u32): void {
  memory.fill(ends, 0, tableSize << 2);
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rows + (i << 2));
    if (row == NO_ROW) continue;
    if (mask && !load<u8>(mask + i)) continue;
    const at = ends + (row << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let start: u32 = 0;
  for (let row: u32 = 0; row < tableSize; row += 1) {
    const at = ends + (row << 2);
    const count = load<u32>(at);
    store<u32>(at, start);
    start += count;
  }
}

/** Adds 64-bit hashes where `mask` is not 0 (no mask: everywhere). */
export function aggHll(table: u32, metric: u32, rows: u32, hashes: u32, mask: u32, n: u32): void {
  const column = columnOf(table, metric);
  const word = metricWord(table, metric);
  const log2m = log2mOf(word);
  const rankMax = maxRank(log2m, regwidthOf(word));
  const tableSize = tableRows(table);
  if (u64(tableSize) > u64(n) * ROWS_PER_LINE_MAX) {
    addDirectly(column, rows, hashes, mask, n, log2m, rankMax);
    addSketchBytes(table, takeGrownBytes());
    return;
  }
  const ends = allocate(u64(tableSize) << 2);
  const sorted = allocate(u64(n) << 3);
  findStarts(ends, tableSize, rows, mask, n);
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rows + (i << 2));
    if (row == NO_ROW) continue;
    if (mask && !load<u8>(mask + i)) continue;
    const at = ends + (row << 2);
    const place = load<u32>(at);
    store<u32>(at, place + 1);
    store<u64>(sorted + (place << 3), load<u64>(hashes + (i << 3)));
  }
  let start: u32 = 0;
  for (let row: u32 = 0; row < tableSize; row += 1) {
    const end = load<u32>(ends + (row << 2));
    if (end == start) continue;
    hllAddAll(column + (row << 3), sorted + (start << 3), end - start, log2m, rankMax);
    start = end;
  }
  release(sorted, u64(n) << 3);
  release(ends, u64(tableSize) << 2);
  addSketchBytes(table, takeGrownBytes());
}
