// Checks a frame completely before anything is merged: every length against the bytes that are
// left, every number against its range, every order that the format promises. What passes can be
// merged without further checks. Finds where the sections lie, for `merge.ts`.

import {
  CHECKSUM_BYTES,
  DICTIONARY_HEADER_BYTES,
  FRAME_VERSION,
  HEADER_BYTES,
  MAGIC,
  TAG_FULL,
  codeBytes,
  countRegisters,
  fold,
  isSparse,
  loadNarrow,
  loadSigned,
  signedWidth,
  widthOf,
} from "./frame";
import { maxRank } from "./hll-registers";
import { noInstant } from "./dated";
import { areNarrowest, isWideOfSquares } from "./squares";
import { TYPE_COUNT, TYPE_HLL, TYPE_MAX, TYPE_MIN, TYPE_SQUARES, TYPE_SUM, log2mOf, regwidthOf, isDated, typeOf } from "./column-word";
import { metricWord, metricsOf } from "./layout";

// What can be wrong; the texts are in `table/table.ts`.
const FINE: u32 = 0;
const TOO_SHORT: u32 = 1;
const NOT_A_FRAME: u32 = 2;
const OTHER_VERSION: u32 = 3;
const OTHER_SCHEMA: u32 = 4;
const BAD_ROW_COUNT: u32 = 5;
const BAD_WIDTH: u32 = 6;
const BAD_ID: u32 = 7;
const BAD_HASHES: u32 = 8;
const BAD_REGISTERS: u32 = 9;
const BAD_FORM: u32 = 10;
const LEFT_OVER: u32 = 11;
const BAD_BITMAP: u32 = 12;
const BAD_EXTREME: u32 = 13;

/** Where a dimension's parts lie: u32 entries, lengths, their width, bytes, ids, their width. */
export const dimensionParts: usize = memory.data(32 * 24, 16);
export const DIMENSION_PART_BYTES: u32 = 24;
/** Where a metric's parts lie: u32 width, values or tags, bitmap or 0, payload of sketches or dated values. */
export const metricParts: usize = memory.data(256 * 16, 16);
export const METRIC_PART_BYTES: u32 = 16;

let cursor: u32 = 0;
let end: u32 = 0;
/** Rows that have a value, of the extremes checked last. */
let present: u32 = 0;

/** Steps over `bytes`, or returns false if so many are not there. */
function take(bytes: u64): bool {
  if (bytes > u64(end - cursor)) return false;
  cursor += u32(bytes);
  return true;
}

/** Where the last checked frame was found wrong, as an address. */
export function frameFaultAt(): u32 {
  return cursor;
}

function checkLengths(entries: u32, lengths: u32, width: u32): u32 {
  let longest: u64 = 0;
  let total: u64 = 0;
  for (let i: u32 = 0; i < entries; i += 1) {
    const length = loadNarrow(lengths, i, width);
    longest = max(longest, length);
    total += length;
  }
  if (widthOf(longest) != width) return BAD_WIDTH;
  return take(total) ? FINE : TOO_SHORT;
}

function checkIds(entries: u32, rows: u32, ids: u32, width: u32): u32 {
  for (let i: u32 = 0; i < rows; i += 1) {
    if (loadNarrow(ids, i, width) >= u64(entries)) return BAD_ID;
  }
  return FINE;
}

function checkDimension(dimension: u32, rows: u32): u32 {
  const header = cursor;
  if (!take(DICTIONARY_HEADER_BYTES)) return TOO_SHORT;
  const entries = load<u32>(header);
  const lengthWidth = u32(load<u8>(header, 4));
  const idWidth = u32(load<u8>(header, 5));
  if (load<u16>(header, 6)) return BAD_WIDTH;
  if (lengthWidth != 1 && lengthWidth != 2 && lengthWidth != 4) return BAD_WIDTH;
  // Every entry is used by some row, so there are no more of them than rows.
  if (entries > rows || (rows && !entries)) return BAD_ROW_COUNT;
  if (idWidth != widthOf(entries ? entries - 1 : 0)) return BAD_WIDTH;
  const lengths = cursor;
  if (!take(u64(entries) * lengthWidth)) return TOO_SHORT;
  const bytes = cursor;
  const fault = checkLengths(entries, lengths, lengthWidth);
  if (fault) return fault;
  const ids = cursor;
  if (!take(u64(rows) * idWidth)) return TOO_SHORT;
  const parts = dimensionParts + dimension * DIMENSION_PART_BYTES;
  store<u32>(parts, entries);
  store<u32>(parts, lengths, 4);
  store<u32>(parts, lengthWidth, 8);
  store<u32>(parts, bytes, 12);
  store<u32>(parts, ids, 16);
  store<u32>(parts, idWidth, 20);
  return checkIds(entries, rows, ids, idWidth);
}

function checkCounts(rows: u32, width: u32, values: u32): u32 {
  if (!take(u64(rows) * width)) return TOO_SHORT;
  let all: u64 = 0;
  for (let i: u32 = 0; i < rows; i += 1) all |= loadNarrow(values, i, width);
  return widthOf(all) == width ? FINE : BAD_WIDTH;
}

function checkSums(rows: u32, width: u32, values: u32): u32 {
  if (!take(u64(rows) * width)) return TOO_SHORT;
  if (width == 16) {
    for (let i: u32 = 0; i < rows; i += 1) {
      const cell = values + (i << 4);
      if (load<i64>(cell, 8) != load<i64>(cell) >> 63) return FINE;
    }
    return BAD_WIDTH;
  }
  return isSignedWidth(values, rows, width) ? FINE : BAD_WIDTH;
}

function checkSquares(rows: u32, width: u32, values: u32): u32 {
  if (!take(u64(rows) * width)) return TOO_SHORT;
  return areNarrowest(values, rows, width) ? FINE : BAD_WIDTH;
}

function checkExtremes(rows: u32, width: u32, parts: usize, none: i64): u32 {
  const flag = cursor;
  if (!take(1)) return TOO_SHORT;
  present = rows;
  if (load<u8>(flag) == 1) {
    const bitmap = cursor;
    const bitmapBytes = (rows + 7) >> 3;
    if (!take(u64(bitmapBytes))) return TOO_SHORT;
    store<u32>(parts, bitmap, 8);
    present = 0;
    for (let i: u32 = 0; i < bitmapBytes; i += 1) present += popcnt(u32(load<u8>(bitmap + i)));
    if (present == rows) return BAD_BITMAP;
    if (rows & 7 && u32(load<u8>(bitmap + bitmapBytes - 1)) >> (rows & 7)) return BAD_BITMAP;
  } else if (load<u8>(flag)) return BAD_BITMAP;
  const values = cursor;
  store<u32>(parts, values, 4);
  if (!take(u64(present) * width)) return TOO_SHORT;
  for (let i: u32 = 0; i < present; i += 1) {
    if (loadSigned(values, i, width) == none) return BAD_EXTREME;
  }
  return isSignedWidth(values, present, width) ? FINE : BAD_WIDTH;
}

function isSignedWidth(values: u32, n: u32, width: u32): bool {
  let folded: u64 = 0;
  for (let i: u32 = 0; i < n; i += 1) folded |= fold(loadSigned(values, i, width));
  return signedWidth(folded) == width;
}

function checkDated(rows: u32, width: u32, parts: usize, none: i64): u32 {
  const fault = checkExtremes(rows, width, parts, none);
  if (fault) return fault;
  const values = cursor;
  store<u32>(parts, values, 12);
  if (!take(1)) return TOO_SHORT;
  const valueWidth = u32(load<u8>(values));
  if (valueWidth > 8 || popcnt(valueWidth) != 1) return BAD_WIDTH;
  if (!take(u64(present) * valueWidth)) return TOO_SHORT;
  return isSignedWidth(values + 1, present, valueWidth) ? FINE : BAD_WIDTH;
}

function checkHashes(at: u32, count: u32): u32 {
  for (let i: u32 = 1; i < count; i += 1) {
    if (load<u64>(at + (i << 3)) <= load<u64>(at + (i << 3) - 8)) return BAD_HASHES;
  }
  return FINE;
}

function checkCodes(at: u32, count: u32, log2m: u32, regwidth: u32): u32 {
  const width = codeBytes(log2m, regwidth);
  const rankMax = maxRank(log2m, regwidth);
  if (!isSparse(count, log2m, regwidth)) return BAD_FORM;
  let next: u32 = 0;
  for (let i: u32 = 0; i < count; i += 1) {
    const code = u32(loadNarrow(at, i, width));
    const register = code >> regwidth;
    const rank = code & ((u32(1) << regwidth) - 1);
    if (register < next || register >> log2m || !rank || rank > rankMax) return BAD_REGISTERS;
    next = register + 1;
  }
  return FINE;
}

function checkRegisters(at: u32, log2m: u32, regwidth: u32): u32 {
  const limit = i8x16.splat(i8(maxRank(log2m, regwidth)));
  const stop = at + (u32(1) << log2m);
  for (let block = at; block < stop; block += 16) {
    if (v128.any_true(i8x16.gt_u(v128.load(block), limit))) return BAD_REGISTERS;
  }
  return isSparse(countRegisters(at, log2m), log2m, regwidth) ? BAD_FORM : FINE;
}

function checkSketches(rows: u32, width: u32, parts: usize, word: u32): u32 {
  const log2m = log2mOf(word);
  const regwidth = regwidthOf(word);
  const code = codeBytes(log2m, regwidth);
  const tags = cursor;
  if (width > 4) return BAD_WIDTH;
  if (!take(u64(rows) * width)) return TOO_SHORT;
  store<u32>(parts, cursor, 12);
  let largest: u64 = 0;
  for (let i: u32 = 0; i < rows; i += 1) {
    const tag = u32(loadNarrow(tags, i, width));
    const at = cursor;
    largest = max(largest, u64(tag));
    let fault: u32;
    if (tag < TAG_FULL) {
      fault = take(u64(tag) << 3) ? checkHashes(at, tag) : TOO_SHORT;
    } else if (tag == TAG_FULL) {
      fault = take(u64(1) << log2m) ? checkRegisters(at, log2m, regwidth) : TOO_SHORT;
    } else {
      const count = tag - TAG_FULL;
      fault = take(u64(count) * code) ? checkCodes(at, count, log2m, regwidth) : TOO_SHORT;
    }
    if (fault) return fault;
  }
  return widthOf(largest) == width ? FINE : BAD_WIDTH;
}

function checkMetric(metric: u32, word: u32, rows: u32): u32 {
  const parts = metricParts + metric * METRIC_PART_BYTES;
  const type = typeOf(word);
  const at = cursor;
  if (!take(1)) return TOO_SHORT;
  const width = u32(load<u8>(at));
  store<u32>(parts, width);
  store<u32>(parts, cursor, 4);
  store<u32>(parts, 0, 8);
  if (width == 16 && type == TYPE_SUM) return checkSums(rows, width, cursor);
  if (type == TYPE_SQUARES && isWideOfSquares(width)) return checkSquares(rows, width, cursor);
  if (width != 1 && width != 2 && width != 4 && width != 8) return BAD_WIDTH;
  if (type == TYPE_COUNT) return checkCounts(rows, width, cursor);
  if (type == TYPE_SUM) return checkSums(rows, width, cursor);
  if (type == TYPE_SQUARES) return checkSquares(rows, width, cursor);
  if (type == TYPE_HLL) return checkSketches(rows, width, parts, word);
  if (type == TYPE_MIN) return checkExtremes(rows, width, parts, i64.MAX_VALUE);
  if (type == TYPE_MAX) return checkExtremes(rows, width, parts, i64.MIN_VALUE);
  if (isDated(type)) return checkDated(rows, width, parts, noInstant(type));
  return unreachable();
}

function checkHeader(table: u32, dimensions: u32): u32 {
  const header = cursor;
  const metrics = metricsOf(table);
  if (!take(HEADER_BYTES)) return TOO_SHORT;
  if (load<u32>(header) != MAGIC) return NOT_A_FRAME;
  if (u32(load<u8>(header, 4)) != FRAME_VERSION) return OTHER_VERSION;
  if (u32(load<u8>(header, 5)) != dimensions) return OTHER_SCHEMA;
  if (u32(load<u16>(header, 6)) != metrics) return OTHER_SCHEMA;
  const words = cursor;
  if (!take(metrics << 2)) return TOO_SHORT;
  for (let m: u32 = 0; m < metrics; m += 1) {
    if (load<u32>(words + (m << 2)) != metricWord(table, m)) return OTHER_SCHEMA;
  }
  // Without dimensions there is one key, and nothing else would bound the number of rows.
  return dimensions == 0 && load<u32>(header, 8) > 1 ? BAD_ROW_COUNT : FINE;
}

/** Checks a frame of `dimensions` dimensions and the table's metrics; 0 or what is wrong. */
export function checkFrame(table: u32, frame: u32, bytes: u32, dimensions: u32): u32 {
  cursor = frame;
  end = frame + bytes;
  if (bytes < HEADER_BYTES + CHECKSUM_BYTES) return TOO_SHORT;
  end -= CHECKSUM_BYTES;
  let fault = checkHeader(table, dimensions);
  const rows = fault ? 0 : load<u32>(frame, 8);
  for (let d: u32 = 0; d < dimensions && !fault; d += 1) fault = checkDimension(d, rows);
  const metrics = metricsOf(table);
  for (let m: u32 = 0; m < metrics && !fault; m += 1) {
    fault = checkMetric(m, metricWord(table, m), rows);
  }
  if (fault) return fault;
  return cursor == end ? FINE : LEFT_OVER;
}
