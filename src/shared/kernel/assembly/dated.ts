// The first or last value of a row by time: an instant (i64), then the value at it (i64). Of several values at one
// instant it is the least, so that neither the order of lines nor that of merging matters.

import { TYPE_FIRST } from "./column-word";
import { fold, loadSigned, signedWidth, storeNarrow } from "./frame";
import { frameRoom } from "./frame-buffer";
import { NO_ROW, columnOf } from "./layout";

/** The instants of rows without a value: no line has them, since the last year that is read is 2261. */
@inline
export function noInstant(type: u32): i64 {
  return type == TYPE_FIRST ? i64.MAX_VALUE : i64.MIN_VALUE;
}

@inline
function keep(cell: u32, isFirst: bool, instant: i64, value: i64): void {
  const held = load<i64>(cell);
  if (instant == held) {
    if (value < load<i64>(cell, 8)) store<i64>(cell, value, 8);
  } else if (isFirst ? instant < held : instant > held) {
    store<i64>(cell, instant);
    store<i64>(cell, value, 8);
  }
}

@inline
function add(
  isFirst: bool,
  column: u32,
  rows: u32,
  values: u32,
  instants: u32,
  valid: u32,
  n: u32,
): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rows + (i << 2));
    if (row == NO_ROW) continue;
    if (valid && !load<u8>(valid + i)) continue;
    const instant = load<i64>(instants + (i << 3));
    keep(column + (row << 4), isFirst, instant, load<i64>(values + (i << 3)));
  }
}

/** Keeps the values (i64) of the least instants (i64) where `valid` is not 0 (no mask: everywhere). */
export function aggFirst(
  table: u32,
  metric: u32,
  rows: u32,
  values: u32,
  valid: u32,
  n: u32,
  instants: u32,
): void {
  add(true, columnOf(table, metric), rows, values, instants, valid, n);
}

/** The same of the greatest instants. */
export function aggLast(
  table: u32,
  metric: u32,
  rows: u32,
  values: u32,
  valid: u32,
  n: u32,
  instants: u32,
): void {
  add(false, columnOf(table, metric), rows, values, instants, valid, n);
}

/** Writes the values behind the instants, of the rows that have one. */
export function writeValues(column: u32, none: i64, rowList: u32, n: u32): void {
  let folded: u64 = 0;
  let present: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const cell = column + (load<u32>(rowList + (i << 2)) << 4);
    if (load<i64>(cell) == none) continue;
    folded |= fold(load<i64>(cell, 8));
    present += 1;
  }
  const width = signedWidth(folded);
  const at = frameRoom(1 + u64(present) * width);
  store<u8>(at, width);
  let written: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const cell = column + (load<u32>(rowList + (i << 2)) << 4);
    if (load<i64>(cell) == none) continue;
    storeNarrow(at + 1, written, width, load<u64>(cell, 8));
    written += 1;
  }
}

/** @param parts as of extremes, and behind them where the width of the values is, then the values */
export function mergeDated(
  column: u32,
  isFirst: bool,
  parts: usize,
  from: u32,
  n: u32,
  rows: u32,
): void {
  const width = load<u32>(parts);
  const instants = load<u32>(parts, 4);
  const bitmap = load<u32>(parts, 8);
  const values = load<u32>(parts, 12);
  const valueWidth = u32(load<u8>(values));
  // Behind a bitmap, which value is a row's is known by counting from the first row.
  const first: u32 = bitmap ? 0 : from;
  let next = first;
  for (let row = first; row < from + n; row += 1) {
    if (bitmap && !((load<u8>(bitmap + (row >> 3)) >> u8(row & 7)) & 1)) continue;
    const instant = loadSigned(instants, next, width);
    const value = loadSigned(values + 1, next, valueWidth);
    next += 1;
    if (row < from) continue;
    keep(column + (load<u32>(rows + ((row - from) << 2)) << 4), isFirst, instant, value);
  }
}
