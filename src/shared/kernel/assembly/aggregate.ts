// Adds a column of values to a metric of the rows that `tableGroup` found. Sums are 128 bits wide
// (low u64, high i64), so that adding associates and never overflows.

import { NO_ROW, columnOf } from "./layout";

/** Counts lines; a mask leaves some out. */
export function aggCount(table: u32, metric: u32, rows: u32, mask: u32, n: u32): void {
  const column = columnOf(table, metric);
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rows + (i << 2));
    if (row == NO_ROW) continue;
    if (mask && !load<u8>(mask + i)) continue;
    const cell = column + (row << 3);
    store<u64>(cell, load<u64>(cell) + 1);
  }
}

/** Adds a 128-bit number to a cell. */
@inline
export function addWide(cell: u32, low: u64, high: i64): void {
  const sum = load<u64>(cell) + low;
  store<u64>(cell, sum);
  store<i64>(cell, load<i64>(cell, 8) + high + i64(sum < low), 8);
}

/** Adds i64 values where `valid` is not 0 (no mask: everywhere). */
export function aggSum(table: u32, metric: u32, rows: u32, values: u32, valid: u32, n: u32): void {
  const column = columnOf(table, metric);
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rows + (i << 2));
    if (row == NO_ROW) continue;
    if (valid && !load<u8>(valid + i)) continue;
    const value = load<i64>(values + (i << 3));
    addWide(column + (row << 4), u64(value), value >> 63);
  }
}

export function aggMin(table: u32, metric: u32, rows: u32, values: u32, valid: u32, n: u32): void {
  const column = columnOf(table, metric);
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rows + (i << 2));
    if (row == NO_ROW) continue;
    if (valid && !load<u8>(valid + i)) continue;
    const cell = column + (row << 3);
    const value = load<i64>(values + (i << 3));
    if (value < load<i64>(cell)) store<i64>(cell, value);
  }
}

export function aggMax(table: u32, metric: u32, rows: u32, values: u32, valid: u32, n: u32): void {
  const column = columnOf(table, metric);
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rows + (i << 2));
    if (row == NO_ROW) continue;
    if (valid && !load<u8>(valid + i)) continue;
    const cell = column + (row << 3);
    const value = load<i64>(values + (i << 3));
    if (value > load<i64>(cell)) store<i64>(cell, value);
  }
}
