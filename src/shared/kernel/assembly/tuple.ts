// Tuples of more than four numbers, gathered in one scratch block that is zero beyond them.

import { hashBlocks } from "./hash";

/** Room for 40 numbers: 32 dimensions and a bucket, padded to whole blocks. */
export const tupleScratch: usize = memory.data(160, 16);

export function hashTuple(bytes: u32): u32 {
  return hashBlocks(u32(tupleScratch), bytes);
}

/** Whether the tuple at `ptr` is the one in the scratch block. */
export function equalTuple(ptr: u32, bytes: u32): bool {
  for (let offset: u32 = 0; offset < bytes; offset += 16) {
    const difference = v128.xor(v128.load(ptr + offset), v128.load(tupleScratch + offset));
    if (v128.any_true(difference)) return false;
  }
  return true;
}
