// Sums of squares: numbers of 192 bits without a sign, three u64 words, the least significant first. The square of
// an i64 is at most 2^126, and a row has fewer than 2^64 lines, so that such a sum never overflows and
// adding associates.

import { loadNarrow, storeNarrow, widthOf } from "./frame";
import { frameRoom } from "./frame-buffer";
import { NO_ROW, columnOf } from "./layout";

const CELL_BYTES: u32 = 24;
/** Widths in frames beside those of a number of one word. */
const TWO_WORDS: u32 = 16;
const THREE_WORDS: u32 = 24;

@inline
function addSquares(cell: u32, low: u64, middle: u64, high: u64): void {
  const first = load<u64>(cell) + low;
  store<u64>(cell, first);
  const second = load<u64>(cell, 8) + middle;
  const carried = second + u64(first < low);
  store<u64>(cell, carried, 8);
  store<u64>(cell, load<u64>(cell, 16) + high + u64(second < middle) + u64(carried < second), 16);
}

/** Adds the square of a number, multiplied by halves of 32 bits. */
@inline
function addSquareOf(cell: u32, value: i64): void {
  const magnitude = u64(value < 0 ? -value : value);
  const small = magnitude & 0xffffffff;
  const great = magnitude >> 32;
  // Both halves are below 2^32 and the greater at most 2^31, so no product overflows.
  const cross = small * great;
  const low = small * small;
  const sum = low + (cross << 33);
  addSquares(cell, sum, great * great + (cross >> 31) + u64(sum < low), 0);
}

/** Adds the squares of i64 values where `valid` is not 0 (no mask: everywhere). */
export function aggSquares(
  table: u32,
  metric: u32,
  rows: u32,
  values: u32,
  valid: u32,
  n: u32,
): void {
  const column = columnOf(table, metric);
  for (let i: u32 = 0; i < n; i += 1) {
    const row = load<u32>(rows + (i << 2));
    if (row == NO_ROW) continue;
    if (valid && !load<u8>(valid + i)) continue;
    addSquareOf(column + row * CELL_BYTES, load<i64>(values + (i << 3)));
  }
}

/** The narrowest width of numbers whose words, or-ed together, are these. */
function widthOfWords(low: u64, middle: u64, high: u64): u32 {
  if (high) return THREE_WORDS;
  return middle ? TWO_WORDS : widthOf(low);
}

export function writeSquares(column: u32, rowList: u32, n: u32): void {
  let low: u64 = 0;
  let middle: u64 = 0;
  let high: u64 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const cell = column + load<u32>(rowList + (i << 2)) * CELL_BYTES;
    low |= load<u64>(cell);
    middle |= load<u64>(cell, 8);
    high |= load<u64>(cell, 16);
  }
  const width = widthOfWords(low, middle, high);
  const at = frameRoom(1 + u64(n) * width);
  store<u8>(at, width);
  for (let i: u32 = 0; i < n; i += 1) {
    const cell = column + load<u32>(rowList + (i << 2)) * CELL_BYTES;
    if (width > 8) memory.copy(at + 1 + i * width, cell, width);
    else storeNarrow(at + 1, i, width, load<u64>(cell));
  }
}

/** Whether a width is one that squares may have. */
@inline
export function isWideOfSquares(width: u32): bool {
  return width == TWO_WORDS || width == THREE_WORDS;
}

@inline
function wordOf(values: u32, i: u32, width: u32, word: u32): u64 {
  if (width <= 8) return word ? 0 : loadNarrow(values, i, width);
  return word << 3 < width ? load<u64>(values + i * width + (word << 3)) : 0;
}

/** Whether encoded numbers have the narrowest width that holds them. */
export function areNarrowest(values: u32, rows: u32, width: u32): bool {
  let low: u64 = 0;
  let middle: u64 = 0;
  let high: u64 = 0;
  for (let i: u32 = 0; i < rows; i += 1) {
    low |= wordOf(values, i, width, 0);
    middle |= wordOf(values, i, width, 1);
    high |= wordOf(values, i, width, 2);
  }
  return widthOfWords(low, middle, high) == width;
}

/** Adds encoded numbers of a checked frame. */
export function mergeSquares(column: u32, parts: usize, from: u32, n: u32, rows: u32): void {
  const width = load<u32>(parts);
  const values = load<u32>(parts, 4);
  for (let i: u32 = 0; i < n; i += 1) {
    addSquares(
      column + load<u32>(rows + (i << 2)) * CELL_BYTES,
      wordOf(values, from + i, width, 0),
      wordOf(values, from + i, width, 1),
      wordOf(values, from + i, width, 2),
    );
  }
}
