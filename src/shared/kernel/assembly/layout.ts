// How a table lies in memory, and its making, growing and freeing.
//
// A row is a tuple of numbers (a hidden bucket number first if the table is bucketed, then one
// dictionary number a dimension), padded with zeros to whole 16-byte blocks so that tuples are
// hashed and compared as vectors. Tuples lie one after the other; metrics are columns beside them.
// An open-addressing index as in `dictionary.ts` finds the row of a tuple.

import {
  TYPE_FIRST,
  TYPE_HLL,
  TYPE_MAX,
  TYPE_MIN,
  cellBytes,
  isDated,
  log2mOf,
  typeOf,
} from "./column-word";
import { allocate, blockBytes, regrow, release } from "./memory";
import { dictBytes, dictFree, dictNew } from "./dictionary";
import { hllFree, takeGrownBytes } from "./hll-cell";

/** Row of a line that belongs to none. */
export const NO_ROW: u32 = 0xffffffff;

// Fields of the table's block.
const KEYS: usize = 0;
const BUCKETED: usize = 4;
const METRICS: usize = 8;
const ROWS: usize = 12;
const CAPACITY: usize = 16;
const TUPLES: usize = 20;
const SLOTS: usize = 24;
/** 32 - log2 of the number of slots. */
const SHIFT: usize = 28;
/** Bytes of HyperLogLog blocks, all columns together. */
const SKETCH_BYTES: usize = 32;
/** Memo of `group.ts`: block or 0, log2 of its entries, and how tuples are packed to index it. */
export const MEMO: usize = 40;
export const MEMO_BITS: usize = 44;
export const MEMO_SHIFTS: usize = 48;
const DICTIONARIES: u32 = 64;
const METRIC_LIST: u32 = 64 + 4 * 32;

// Fields of a metric: its type and parameters as the frame writes them, and its column.
const METRIC_BYTES: u32 = 32;
const METRIC_COLUMN: usize = 4;
/** Hashes that wait to be added, see `aggregate-sketches.ts`: block, capacity, how many. */
export const METRIC_PENDING: usize = 8;
export const METRIC_PENDING_CAPACITY: usize = 12;
export const METRIC_PENDING_USED: usize = 16;
/** A waiting hash: u64 hash, u32 row. */
export const PENDING_BYTES: u32 = 16;

const ROWS_FIRST: u32 = 4;
const SLOT_BITS_FIRST: u32 = 3;
const SLOT_BITS_MAX: u32 = 28;

@inline
export function keysOf(table: u32): u32 {
  return load<u32>(table, KEYS);
}

@inline
export function isBucketed(table: u32): bool {
  return load<u32>(table, BUCKETED) != 0;
}

export function dimensionsOf(table: u32): u32 {
  return load<u32>(table, KEYS) - load<u32>(table, BUCKETED);
}

@inline
export function metricsOf(table: u32): u32 {
  return load<u32>(table, METRICS);
}

export function tableRows(table: u32): u32 {
  return load<u32>(table, ROWS);
}

export function capacityOf(table: u32): u32 {
  return load<u32>(table, CAPACITY);
}

@inline
export function tuplesOf(table: u32): u32 {
  return load<u32>(table, TUPLES);
}

@inline
export function slotsOf(table: u32): u32 {
  return load<u32>(table, SLOTS);
}

@inline
export function shiftOf(table: u32): u32 {
  return load<u32>(table, SHIFT);
}

@inline
export function strideOf(table: u32): u32 {
  return max(((load<u32>(table, KEYS) + 3) >> 2) << 4, 16);
}

export function tableDictionary(table: u32, dimension: u32): u32 {
  return load<u32>(table + DICTIONARIES + (dimension << 2));
}

/**
 * Gives a dimension the dictionary that another table or the caller owns, so that a field is
 * encoded once however many tables use it. Such tables end with `reset`, never with `tableFree`.
 */
export function tableShareDictionary(table: u32, dimension: u32, dict: u32): void {
  const slot = table + DICTIONARIES + (dimension << 2);
  dictFree(load<u32>(slot));
  store<u32>(slot, dict);
}

@inline
export function metricAt(table: u32, metric: u32): u32 {
  return table + METRIC_LIST + metric * METRIC_BYTES;
}

@inline
export function metricWord(table: u32, metric: u32): u32 {
  return load<u32>(metricAt(table, metric));
}

@inline
export function columnOf(table: u32, metric: u32): u32 {
  return load<u32>(metricAt(table, metric), METRIC_COLUMN);
}

@inline
export function addSketchBytes(table: u32, bytes: i64): void {
  store<i64>(table, load<i64>(table, SKETCH_BYTES) + bytes, SKETCH_BYTES);
}

function clearCells(type: u32, column: u32, from: u32, to: u32): void {
  const bytes = cellBytes(type);
  memory.fill(column + from * bytes, 0, (to - from) * bytes);
  if (type != TYPE_MIN && type != TYPE_MAX && !isDated(type)) return;
  const none = type == TYPE_MIN || type == TYPE_FIRST ? i64.MAX_VALUE : i64.MIN_VALUE;
  for (let row = from; row < to; row += 1) store<i64>(column + row * bytes, none);
}

/**
 * @param schema u32 each: dimensions, 1 if bucketed, metrics, then a word a metric: type | log2m or
 *   scale << 8 | regwidth << 16.
 */
export function tableNew(schema: u32): u32 {
  const dimensions = load<u32>(schema);
  const bucketed = load<u32>(schema, 4);
  const metrics = load<u32>(schema, 8);
  const table = allocate(METRIC_LIST + metrics * METRIC_BYTES);
  memory.fill(table, 0, METRIC_LIST);
  store<u32>(table, dimensions + bucketed, KEYS);
  store<u32>(table, bucketed, BUCKETED);
  store<u32>(table, metrics, METRICS);
  store<u32>(table, ROWS_FIRST, CAPACITY);
  store<u32>(table, allocate(u64(ROWS_FIRST) * strideOf(table)), TUPLES);
  const slots = allocate(8 << SLOT_BITS_FIRST);
  memory.fill(slots, 0, 8 << SLOT_BITS_FIRST);
  store<u32>(table, slots, SLOTS);
  store<u32>(table, 32 - SLOT_BITS_FIRST, SHIFT);
  for (let d: u32 = 0; d < dimensions; d += 1) {
    store<u32>(table + DICTIONARIES + (d << 2), dictNew());
  }
  for (let m: u32 = 0; m < metrics; m += 1) {
    const word = load<u32>(schema + 12 + (m << 2));
    const column = allocate(u64(ROWS_FIRST) * cellBytes(typeOf(word)));
    clearCells(typeOf(word), column, 0, ROWS_FIRST);
    memory.fill(metricAt(table, m), 0, METRIC_BYTES);
    store<u32>(metricAt(table, m), word);
    store<u32>(metricAt(table, m), column, METRIC_COLUMN);
  }
  return table;
}

@inline
function memoBytes(table: u32): u64 {
  return load<u32>(table, MEMO) ? u64(4) << load<u32>(table, MEMO_BITS) : 0;
}

@inline
function pendingBytes(table: u32, metric: u32): u64 {
  return u64(load<u32>(metricAt(table, metric), METRIC_PENDING_CAPACITY)) * PENDING_BYTES;
}

function freeSketches(table: u32, metric: u32): void {
  const column = columnOf(table, metric);
  const log2m = log2mOf(metricWord(table, metric));
  const rows = tableRows(table);
  for (let row: u32 = 0; row < rows; row += 1) hllFree(column + (row << 3), log2m);
  takeGrownBytes();
  const at = metricAt(table, metric);
  release(load<u32>(at, METRIC_PENDING), pendingBytes(table, metric));
}

/** Its handle is void afterwards. */
export function tableFree(table: u32): void {
  const capacity = u64(load<u32>(table, CAPACITY));
  const dimensions = dimensionsOf(table);
  const metrics = metricsOf(table);
  for (let d: u32 = 0; d < dimensions; d += 1) dictFree(tableDictionary(table, d));
  for (let m: u32 = 0; m < metrics; m += 1) {
    const type = typeOf(metricWord(table, m));
    if (type == TYPE_HLL) freeSketches(table, m);
    release(columnOf(table, m), capacity * cellBytes(type));
  }
  release(load<u32>(table, MEMO), memoBytes(table));
  release(tuplesOf(table), capacity * strideOf(table));
  release(slotsOf(table), u64(8) << (32 - shiftOf(table)));
  release(table, METRIC_LIST + metrics * METRIC_BYTES);
}

export function tableBytes(table: u32): f64 {
  const capacity = u64(load<u32>(table, CAPACITY));
  const dimensions = dimensionsOf(table);
  const metrics = metricsOf(table);
  let bytes = blockBytes(METRIC_LIST + metrics * METRIC_BYTES);
  bytes += blockBytes(capacity * strideOf(table)) + (u64(8) << (32 - shiftOf(table)));
  bytes += load<u64>(table, SKETCH_BYTES);
  if (memoBytes(table)) bytes += blockBytes(memoBytes(table));
  for (let d: u32 = 0; d < dimensions; d += 1) bytes += u64(dictBytes(tableDictionary(table, d)));
  for (let m: u32 = 0; m < metrics; m += 1) {
    bytes += blockBytes(capacity * cellBytes(typeOf(metricWord(table, m))));
    const waiting = pendingBytes(table, m);
    if (waiting) bytes += blockBytes(waiting);
  }
  return f64(bytes);
}

function growColumns(table: u32): void {
  const old = load<u32>(table, CAPACITY);
  const rows = u64(old);
  const metrics = metricsOf(table);
  const stride = u64(strideOf(table));
  const tuples = regrow(tuplesOf(table), rows * stride, rows * stride, rows * stride * 2);
  store<u32>(table, tuples, TUPLES);
  for (let m: u32 = 0; m < metrics; m += 1) {
    const type = typeOf(metricWord(table, m));
    const bytes = rows * cellBytes(type);
    const column = regrow(columnOf(table, m), bytes, bytes, bytes * 2);
    clearCells(type, column, old, old * 2);
    store<u32>(metricAt(table, m), column, METRIC_COLUMN);
  }
  store<u32>(table, old * 2, CAPACITY);
}

function growSlots(table: u32): void {
  const oldShift = shiftOf(table);
  // Beyond 2^28 slots the load rises towards one; memory ends before it gets there.
  if (oldShift <= u32(32) - SLOT_BITS_MAX) return;
  const old = slotsOf(table);
  const oldBytes = u64(8) << (32 - oldShift);
  const shift = oldShift - 1;
  const mask = u32((u64(1) << (32 - shift)) - 1);
  const slots = allocate(oldBytes * 2);
  memory.fill(slots, 0, usize(oldBytes * 2));
  for (let offset: u32 = 0; offset < u32(oldBytes); offset += 8) {
    const entry = load<u64>(old + offset);
    if (!entry) continue;
    let slot = u32(entry >> 32) >> shift;
    while (load<u64>(slots + (slot << 3))) slot = (slot + 1) & mask;
    store<u64>(slots + (slot << 3), entry);
  }
  release(old, oldBytes);
  store<u32>(table, slots, SLOTS);
  store<u32>(table, shift, SHIFT);
}

/** Adds a row under the hash of its tuple, at the empty slot given; the caller stores the tuple. */
export function addRow(table: u32, slot: u32, hash: u32): u32 {
  const row = load<u32>(table, ROWS);
  store<u64>(slotsOf(table) + (slot << 3), (u64(hash) << 32) | u64(row + 1));
  store<u32>(table, row + 1, ROWS);
  if (row == load<u32>(table, CAPACITY)) growColumns(table);
  if (u64(row + 1) * 2 > u64(1) << (32 - shiftOf(table))) growSlots(table);
  return row;
}
