// Writes rows of a table as a frame, except for its checksum. Which rows and in which order the
// caller says; the bytes are drawn in `table/FORMAT.md`.

import { settleHashes } from "./aggregate-sketches";
import { allocate, copyLoosely, release } from "./memory";
import { dictSize, dictSpans } from "./dictionary";
import { encodeSketches } from "./encode-sketches";
import { sortEntries } from "./sort-strings";
import {
  DICTIONARY_HEADER_BYTES,
  FRAME_VERSION,
  HEADER_BYTES,
  MAGIC,
  fold,
  signedWidth,
  storeNarrow,
  widthOf,
} from "./frame";
import { frameBegin, frameRoom, frameStart, frameTrim } from "./frame-buffer";
import { noInstant, writeValues } from "./dated";
import { writeSquares } from "./squares";
import { TYPE_COUNT, TYPE_HLL, TYPE_MAX, TYPE_MIN, TYPE_SQUARES, TYPE_SUM, isDated, typeOf } from "./column-word";
import { columnOf, dimensionsOf, isBucketed, metricWord, metricsOf, strideOf, tableDictionary, tableRows, tuplesOf } from "./layout";

const UNSEEN: u32 = 0xffffffff;
/** What `copyLoosely` may write behind the last string. */
const LOOSE_BYTES: u64 = 16;

function writeHeader(table: u32, rows: u32): void {
  const dimensions = dimensionsOf(table);
  const metrics = metricsOf(table);
  const at = frameRoom(HEADER_BYTES + (metrics << 2));
  store<u32>(at, MAGIC);
  store<u32>(at, FRAME_VERSION | (dimensions << 8) | (metrics << 16), 4);
  store<u32>(at, rows, 8);
  for (let m: u32 = 0; m < metrics; m += 1) {
    store<u32>(at + HEADER_BYTES + (m << 2), metricWord(table, m));
  }
}

/** Writes entries `used[0..count)` of a dictionary: header, lengths, bytes. */
function writeEntries(dict: u32, used: u32, count: u32): void {
  const spans = dictSpans(dict);
  let longest: u32 = 0;
  let total: u64 = 0;
  for (let i: u32 = 0; i < count; i += 1) {
    const length = load<u32>(spans + (load<u32>(used + (i << 2)) << 3), 4);
    longest = max(longest, length);
    total += length;
  }
  const lengthWidth = widthOf(longest);
  const idWidth = widthOf(count ? count - 1 : 0);
  const size = DICTIONARY_HEADER_BYTES + u64(count) * lengthWidth + total;
  const at = frameRoom(size + LOOSE_BYTES);
  frameTrim(LOOSE_BYTES);
  store<u32>(at, count);
  store<u32>(at, lengthWidth | (idWidth << 8), 4);
  const lengths = at + DICTIONARY_HEADER_BYTES;
  let bytes = lengths + count * lengthWidth;
  for (let i: u32 = 0; i < count; i += 1) {
    const span = load<u64>(spans + (load<u32>(used + (i << 2)) << 3));
    const length = u32(span >> 32);
    storeNarrow(lengths, i, lengthWidth, length);
    copyLoosely(bytes, u32(span), length);
    bytes += length;
  }
}

/**
 * Writes one dimension: the dictionary of the entries that the rows use, and an id a row.
 * @param local u32 an entry, all `UNSEEN`, and left so.
 */
function writeDimension(
  table: u32,
  dimension: u32,
  rowList: u32,
  n: u32,
  local: u32,
  isSorted: bool,
): void {
  const dict = tableDictionary(table, dimension);
  const stride = strideOf(table);
  const key = tuplesOf(table) + ((dimension + u32(isBucketed(table))) << 2);
  const used = allocate(u64(min(n, dictSize(dict))) << 2);
  let count: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const id = load<u32>(key + load<u32>(rowList + (i << 2)) * stride);
    if (load<u32>(local + (id << 2)) == UNSEEN) {
      store<u32>(local + (id << 2), count);
      store<u32>(used + (count << 2), id);
      count += 1;
    }
  }
  // Those of the first dimension appear in their order.
  if (isSorted && dimension) {
    sortEntries(dict, used, count);
    for (let i: u32 = 0; i < count; i += 1) {
      store<u32>(local + (load<u32>(used + (i << 2)) << 2), i);
    }
  }
  writeEntries(dict, used, count);
  const width = widthOf(count ? count - 1 : 0);
  const ids = frameRoom(u64(n) * width);
  for (let i: u32 = 0; i < n; i += 1) {
    const id = load<u32>(key + load<u32>(rowList + (i << 2)) * stride);
    storeNarrow(ids, i, width, load<u32>(local + (id << 2)));
  }
  for (let i: u32 = 0; i < count; i += 1) {
    store<u32>(local + (load<u32>(used + (i << 2)) << 2), UNSEEN);
  }
  release(used, u64(min(n, dictSize(dict))) << 2);
}

function writeCounts(column: u32, rowList: u32, n: u32): void {
  let all: u64 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    all |= load<u64>(column + (load<u32>(rowList + (i << 2)) << 3));
  }
  const width = widthOf(all);
  const at = frameRoom(1 + u64(n) * width);
  store<u8>(at, width);
  for (let i: u32 = 0; i < n; i += 1) {
    const value = load<u64>(column + (load<u32>(rowList + (i << 2)) << 3));
    storeNarrow(at + 1, i, width, value);
  }
}

function writeSums(column: u32, rowList: u32, n: u32): void {
  let folded: u64 = 0;
  let wide = false;
  for (let i: u32 = 0; i < n; i += 1) {
    const cell = column + (load<u32>(rowList + (i << 2)) << 4);
    const low = load<i64>(cell);
    folded |= fold(low);
    if (load<i64>(cell, 8) != low >> 63) wide = true;
  }
  const width = wide ? 16 : signedWidth(folded);
  const at = frameRoom(1 + u64(n) * width);
  store<u8>(at, width);
  for (let i: u32 = 0; i < n; i += 1) {
    const cell = column + (load<u32>(rowList + (i << 2)) << 4);
    if (wide) v128.store(at + 1 + (i << 4), v128.load(cell));
    else storeNarrow(at + 1, i, width, load<u64>(cell));
  }
}

/** Writes least or greatest values, of cells of 2^shift bytes that begin with them; rows without any are told by a bitmap if there are some. */
function writeExtremes(column: u32, shift: u32, none: i64, rowList: u32, n: u32): void {
  let folded: u64 = 0;
  let present: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const value = load<i64>(column + (load<u32>(rowList + (i << 2)) << shift));
    if (value == none) continue;
    folded |= fold(value);
    present += 1;
  }
  const width = signedWidth(folded);
  const bitmapBytes = present == n ? 0 : (n + 7) >> 3;
  const at = frameRoom(2 + u64(bitmapBytes) + u64(present) * width);
  store<u8>(at, width);
  store<u8>(at, u8(present != n), 1);
  const bitmap = at + 2;
  memory.fill(bitmap, 0, bitmapBytes);
  const values = bitmap + bitmapBytes;
  let written: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const value = load<i64>(column + (load<u32>(rowList + (i << 2)) << shift));
    if (value == none) continue;
    if (bitmapBytes) {
      const byte = bitmap + (i >> 3);
      store<u8>(byte, load<u8>(byte) | u8(u32(1) << (i & 7)));
    }
    storeNarrow(values, written, width, u64(value));
    written += 1;
  }
}

function writeMetric(table: u32, metric: u32, rowList: u32, n: u32): void {
  const word = metricWord(table, metric);
  const type = typeOf(word);
  const column = columnOf(table, metric);
  if (type == TYPE_COUNT) writeCounts(column, rowList, n);
  else if (type == TYPE_SUM) writeSums(column, rowList, n);
  else if (type == TYPE_SQUARES) writeSquares(column, rowList, n);
  else if (type == TYPE_HLL) encodeSketches(column, word, rowList, n);
  else if (type == TYPE_MIN) writeExtremes(column, 3, i64.MAX_VALUE, rowList, n);
  else if (type == TYPE_MAX) writeExtremes(column, 3, i64.MIN_VALUE, rowList, n);
  else if (isDated(type)) {
    writeExtremes(column, 4, noInstant(type), rowList, n);
    writeValues(column, noInstant(type), rowList, n);
  } else unreachable();
}

/**
 * Writes `n` rows, listed by number.
 * @param local u32 an entry of the largest dictionary, all 0xffffffff; left so.
 * @param isSorted whether the rows ascend by key; dictionaries are then written in order, too.
 */
export function encodeRows(table: u32, rowList: u32, n: u32, local: u32, isSorted: bool): u32 {
  frameBegin();
  writeHeader(table, n);
  const dimensions = dimensionsOf(table);
  for (let d: u32 = 0; d < dimensions; d += 1) {
    writeDimension(table, d, rowList, n, local, isSorted);
  }
  const metrics = metricsOf(table);
  for (let m: u32 = 0; m < metrics; m += 1) writeMetric(table, m, rowList, n);
  return frameStart();
}

/** Entries of the largest dictionary. */
export function largestDictionary(table: u32): u32 {
  const dimensions = dimensionsOf(table);
  let largest: u32 = 0;
  for (let d: u32 = 0; d < dimensions; d += 1) {
    largest = max(largest, dictSize(tableDictionary(table, d)));
  }
  return largest;
}

/**
 * Writes the rows in order of first appearance. Returns the frame, which is `frameBytes` long and must
 * be given back by `frameFree`.
 */
export function tableEncode(table: u32): u32 {
  settleHashes(table);
  const rows = tableRows(table);
  const rowList = allocate(u64(rows) << 2);
  for (let row: u32 = 0; row < rows; row += 1) store<u32>(rowList + (row << 2), row);
  const localBytes = u64(largestDictionary(table)) << 2;
  const local = allocate(localBytes);
  memory.fill(local, 0xff, usize(localBytes));
  const frame = encodeRows(table, rowList, rows, local, false);
  release(local, localBytes);
  release(rowList, u64(rows) << 2);
  return frame;
}
