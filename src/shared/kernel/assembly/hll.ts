// Adding hashes to HyperLogLog cells of any form, see `hll-cell.ts`.

import {
  FORM_FULL,
  FORM_LIST,
  FORM_SET,
  FORM_SPARSE,
  formOf,
  metaOf,
  newBlock,
  setCell,
} from "./hll-cell";
import { LIST_MAX, addToList, addToSet, fillList, fillSet, reserve } from "./hll-explicit";
import { addToRegisters, rankOf, registerOf } from "./hll-registers";

function addSlowly(cell: u32, value: u64, hash: u64, log2m: u32, rankMax: u32): void {
  const form = formOf(value);
  if (form == FORM_LIST) {
    addToList(cell, value, hash, log2m, rankMax);
  } else if (form == FORM_SET) {
    addToSet(cell, value, hash, log2m, rankMax);
  } else if (form == FORM_SPARSE) {
    addToRegisters(cell, hash, log2m, rankMax);
  } else {
    const block = newBlock(16);
    store<u64>(block, hash);
    setCell(cell, block, metaOf(FORM_LIST, 0, 1));
  }
}

/** Adds a hash to the cell at `cell`. */
@inline
export function hllAdd(cell: u32, hash: u64, log2m: u32, rankMax: u32): void {
  const value = load<u64>(cell);
  if (formOf(value) == FORM_FULL) {
    const at = u32(value) + registerOf(hash, log2m);
    const rank = rankOf(hash, log2m, rankMax);
    if (load<u8>(at) < rank) store<u8>(at, rank);
    return;
  }
  addSlowly(cell, value, hash, log2m, rankMax);
}

/** Adds `count` hashes in any order, some perhaps equal, to the cell at `cell`. */
export function hllAddAll(cell: u32, hashes: u32, count: u32, log2m: u32, rankMax: u32): void {
  const value = load<u64>(cell);
  if (value || count == 1) {
    if (value && count > 1) reserve(cell, value, count);
    for (let i: u32 = 0; i < count; i += 1) {
      hllAdd(cell, load<u64>(hashes + (i << 3)), log2m, rankMax);
    }
  } else if (count <= LIST_MAX) fillList(cell, hashes, count);
  else fillSet(cell, hashes, count, log2m, rankMax);
}
