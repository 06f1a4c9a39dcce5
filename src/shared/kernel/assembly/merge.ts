// Merges rows of a checked frame into a table. Dictionary entries are mapped once each, then rows
// are grouped as tuples of numbers like the lines of a batch, and each metric is folded in.

import { settleHashes } from "./aggregate-sketches";
import { allocate, release } from "./memory";
import { addWide } from "./aggregate";
import { dictEncodeCopy } from "./dictionary";
import { loadNarrow, loadSigned } from "./frame";
import {
  DIMENSION_PART_BYTES,
  METRIC_PART_BYTES,
  checkFrame,
  dimensionParts,
  metricParts,
} from "./frame-check";
import { groupDistinct } from "./group";
import { mergeSketches } from "./merge-sketches";
import { mergeDated } from "./dated";
import { mergeSquares } from "./squares";
import { TYPE_COUNT, TYPE_FIRST, TYPE_HLL, TYPE_MAX, TYPE_MIN, TYPE_SQUARES, TYPE_SUM, isDated, typeOf } from "./column-word";
import { columnOf, dimensionsOf, metricWord, metricsOf, tableDictionary } from "./layout";

/** Spans of the entries, and which of them rows `from` to `to` use. */
function readEntries(parts: usize, from: u32, to: u32, spans: u32, used: u32): void {
  const entries = load<u32>(parts);
  const lengths = load<u32>(parts, 4);
  const width = load<u32>(parts, 8);
  let bytes = load<u32>(parts, 12);
  for (let i: u32 = 0; i < entries; i += 1) {
    const length = u32(loadNarrow(lengths, i, width));
    store<u64>(spans + (i << 3), u64(bytes) | (u64(length) << 32));
    bytes += length;
  }
  memory.fill(used, 0, entries);
  const ids = load<u32>(parts, 16);
  const idWidth = load<u32>(parts, 20);
  for (let row = from; row < to; row += 1) store<u8>(used + u32(loadNarrow(ids, row, idWidth)), 1);
}

/** Fills a column with the table's numbers of one dimension's values. */
function mapDimension(dict: u32, parts: usize, from: u32, to: u32, column: u32): void {
  const entries = load<u32>(parts);
  const spans = allocate(u64(entries) << 3);
  const used = allocate(entries);
  const map = allocate(u64(entries) << 2);
  readEntries(parts, from, to, spans, used);
  dictEncodeCopy(dict, spans, entries, used, map);
  const ids = load<u32>(parts, 16);
  const width = load<u32>(parts, 20);
  for (let row = from; row < to; row += 1) {
    const id = u32(loadNarrow(ids, row, width));
    store<u32>(column + ((row - from) << 2), load<u32>(map + (id << 2)));
  }
  release(map, u64(entries) << 2);
  release(used, entries);
  release(spans, u64(entries) << 3);
}

function mergeCounts(column: u32, parts: usize, from: u32, n: u32, rows: u32): void {
  const width = load<u32>(parts);
  const values = load<u32>(parts, 4);
  for (let i: u32 = 0; i < n; i += 1) {
    const cell = column + (load<u32>(rows + (i << 2)) << 3);
    store<u64>(cell, load<u64>(cell) + loadNarrow(values, from + i, width));
  }
}

function mergeSums(column: u32, parts: usize, from: u32, n: u32, rows: u32): void {
  const width = load<u32>(parts);
  const values = load<u32>(parts, 4);
  for (let i: u32 = 0; i < n; i += 1) {
    const cell = column + (load<u32>(rows + (i << 2)) << 4);
    if (width == 16) {
      const value = values + ((from + i) << 4);
      addWide(cell, load<u64>(value), load<i64>(value, 8));
    } else {
      const value = loadSigned(values, from + i, width);
      addWide(cell, u64(value), value >> 63);
    }
  }
}

function mergeExtremes(column: u32, isMin: bool, parts: usize, from: u32, n: u32, rows: u32): void {
  const width = load<u32>(parts);
  const values = load<u32>(parts, 4);
  const bitmap = load<u32>(parts, 8);
  // Behind a bitmap, which value is a row's is known by counting from the first row.
  const first: u32 = bitmap ? 0 : from;
  let next = first;
  for (let row = first; row < from + n; row += 1) {
    if (bitmap && !((load<u8>(bitmap + (row >> 3)) >> u8(row & 7)) & 1)) continue;
    const value = loadSigned(values, next, width);
    next += 1;
    if (row < from) continue;
    const cell = column + (load<u32>(rows + ((row - from) << 2)) << 3);
    const held = load<i64>(cell);
    if (isMin ? value < held : value > held) store<i64>(cell, value);
  }
}

function mergeMetric(table: u32, metric: u32, from: u32, n: u32, rows: u32): void {
  const word = metricWord(table, metric);
  const type = typeOf(word);
  const column = columnOf(table, metric);
  const parts = metricParts + metric * METRIC_PART_BYTES;
  if (type == TYPE_COUNT) mergeCounts(column, parts, from, n, rows);
  else if (type == TYPE_SUM) mergeSums(column, parts, from, n, rows);
  else if (type == TYPE_SQUARES) mergeSquares(column, parts, from, n, rows);
  else if (type == TYPE_HLL) mergeSketches(table, column, word, parts, from, n, rows);
  else if (type == TYPE_MIN || type == TYPE_MAX) {
    mergeExtremes(column, type == TYPE_MIN, parts, from, n, rows);
  } else if (isDated(type)) mergeDated(column, type == TYPE_FIRST, parts, from, n, rows);
  else unreachable();
}

function mergeRows(table: u32, from: u32, to: u32, keep: u32): void {
  const n = to - from;
  const dimensions = dimensionsOf(table);
  const idColumns = allocate(dimensions << 2);
  for (let j: u32 = 0; j < dimensions; j += 1) {
    const parts = dimensionParts + load<u32>(keep + (j << 2)) * DIMENSION_PART_BYTES;
    const column = allocate(u64(n) << 2);
    store<u32>(idColumns + (j << 2), column);
    mapDimension(tableDictionary(table, j), parts, from, to, column);
  }
  const rows = allocate(u64(n) << 2);
  groupDistinct(table, idColumns, n, rows);
  const metrics = metricsOf(table);
  for (let m: u32 = 0; m < metrics; m += 1) mergeMetric(table, m, from, n, rows);
  release(rows, u64(n) << 2);
  for (let j: u32 = 0; j < dimensions; j += 1) {
    release(load<u32>(idColumns + (j << 2)), u64(n) << 2);
  }
  release(idColumns, dimensions << 2);
}

/**
 * Checks a frame and merges its rows `from` to `to` (at most the last).
 * @param dimensions that the frame has.
 * @param keep u32 a dimension of the table: which of the frame's dimensions it is.
 * @returns 0, or what is wrong; the table is unchanged then.
 */
export function tableMerge(
  table: u32,
  frame: u32,
  bytes: u32,
  dimensions: u32,
  keep: u32,
  from: u32,
  to: u32,
): u32 {
  const fault = checkFrame(table, frame, bytes, dimensions);
  if (fault) return fault;
  const end = min(to, load<u32>(frame, 8));
  settleHashes(table);
  if (from < end) mergeRows(table, from, end, keep);
  return 0;
}
