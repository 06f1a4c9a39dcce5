// Folds a checked column of encoded HyperLogLog cells into the cells of a table.

import { TAG_FULL, codeBytes, loadNarrow } from "./frame";
import { log2mOf, regwidthOf } from "./column-word";
import { addSketchBytes } from "./layout";
import { hllAdd } from "./hll";
import { takeGrownBytes } from "./hll-cell";
import { hllFill } from "./hll-explicit";
import { maxRank, raiseRegister, toFull, toRegisters } from "./hll-registers";

function mergeHashes(cell: u32, at: u32, count: u32, log2m: u32, rankMax: u32): void {
  if (!load<u64>(cell)) {
    hllFill(cell, at, count);
    return;
  }
  for (let i: u32 = 0; i < count; i += 1) hllAdd(cell, load<u64>(at + (i << 3)), log2m, rankMax);
}

function mergeCodes(cell: u32, at: u32, count: u32, log2m: u32, regwidth: u32): void {
  const width = codeBytes(log2m, regwidth);
  const rankMask = (u32(1) << regwidth) - 1;
  // Registers of many codes would soon be written as a byte each anyway.
  toRegisters(cell, log2m, maxRank(log2m, regwidth), count << 4 >= u32(1) << log2m);
  for (let i: u32 = 0; i < count; i += 1) {
    const code = u32(loadNarrow(at, i, width));
    raiseRegister(cell, code >> regwidth, code & rankMask, log2m);
  }
}

function mergeRegisters(cell: u32, at: u32, log2m: u32, rankMax: u32): void {
  toRegisters(cell, log2m, rankMax, true);
  toFull(cell, log2m);
  const registers = u32(load<u64>(cell));
  const bytes = u32(1) << log2m;
  for (let offset: u32 = 0; offset < bytes; offset += 16) {
    const mine = v128.load(registers + offset);
    v128.store(registers + offset, i8x16.max_u(mine, v128.load(at + offset)));
  }
}

/** @param parts of the metric, as `frame-check.ts` found them. */
export function mergeSketches(
  table: u32,
  column: u32,
  word: u32,
  parts: usize,
  from: u32,
  n: u32,
  rows: u32,
): void {
  const log2m = log2mOf(word);
  const regwidth = regwidthOf(word);
  const rankMax = maxRank(log2m, regwidth);
  const code = codeBytes(log2m, regwidth);
  const width = load<u32>(parts);
  const tags = load<u32>(parts, 4);
  let at = load<u32>(parts, 12);
  for (let row: u32 = 0; row < from + n; row += 1) {
    const tag = u32(loadNarrow(tags, row, width));
    if (!tag) continue;
    const merged = row >= from;
    const cell = merged ? column + (load<u32>(rows + ((row - from) << 2)) << 3) : 0;
    if (tag < TAG_FULL) {
      if (merged) mergeHashes(cell, at, tag, log2m, rankMax);
      at += tag << 3;
    } else if (tag == TAG_FULL) {
      if (merged) mergeRegisters(cell, at, log2m, rankMax);
      at += u32(1) << log2m;
    } else {
      if (merged) mergeCodes(cell, at, tag - TAG_FULL, log2m, regwidth);
      at += (tag - TAG_FULL) * code;
    }
  }
  addSketchBytes(table, takeGrownBytes());
}
