// What a table would take if it grew: known before rows are merged, so that memory stays within its budget.

import { dictCapacity, dictSize, dictSlots } from "./dictionary";
import { TYPE_HLL, cellBytes, typeOf } from "./column-word";
import { capacityOf, dimensionsOf, metricWord, metricsOf, shiftOf, strideOf, tableDictionary, tableRows } from "./layout";
import { blockBytes } from "./memory";

/** What merging takes for a row and dimension besides, until it is done. */
const SCRATCH_BYTES: u64 = 32;
/** How many times its bytes in a frame a sketch may take. */
const SKETCH_GROWTH: u64 = 8;

/** Bytes of the blocks that an array goes through which doubles from `have` elements to `wanted` or more. */
function doublings(have: u64, wanted: u64, elementBytes: u64): u64 {
  let bytes: u64 = 0;
  for (let count = have; count < wanted;) {
    count <<= 1;
    bytes += blockBytes(count * elementBytes);
  }
  return bytes;
}

/**
 * Bytes of new blocks at most when so many rows are merged, whose frame has so many bytes: none of their
 * keys known, and no block that is given back used again.
 */
export function tableGrowth(table: u32, rows: u32, frameBytes: u32): f64 {
  const more = u64(rows);
  const all = u64(tableRows(table)) + more;
  const capacity = u64(capacityOf(table));
  // The frame itself and what of its keys is kept, in blocks of up to twice their size.
  let bytes = u64(frameBytes) * 4 + more * SCRATCH_BYTES * (dimensionsOf(table) + 1);
  bytes += doublings(capacity, all, strideOf(table));
  bytes += doublings(u64(1) << (32 - shiftOf(table)), all * 2, 8);
  const metrics = metricsOf(table);
  for (let m: u32 = 0; m < metrics; m += 1) {
    const type = typeOf(metricWord(table, m));
    bytes += doublings(capacity, all, cellBytes(type));
    if (type == TYPE_HLL) bytes += u64(frameBytes) * SKETCH_GROWTH;
  }
  const dimensions = dimensionsOf(table);
  for (let d: u32 = 0; d < dimensions; d += 1) {
    const dict = tableDictionary(table, d);
    const entries = u64(dictSize(dict)) + more;
    bytes += doublings(dictCapacity(dict), entries, 8) + doublings(dictSlots(dict), entries * 2, 8);
  }
  return f64(bytes);
}
