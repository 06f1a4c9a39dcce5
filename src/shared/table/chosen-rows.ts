// Puts some rows of a sorted view first, by the kernel's partition at a limit: chosen rows have the hash 0, which
// is within it, and the others do not.

import type { Kernel } from "../kernel/kernel.ts";
import { limitBytes } from "./row-limit-handle.ts";

/**
 * @param view of the kernel's sort, from which no row was taken.
 * @param isChosen a byte a row of the table, 1 for those that come first.
 * @returns how many are chosen.
 */
export function putChosenFirst(kernel: Kernel, view: number, isChosen: Uint8Array): number {
  const hashes = kernel.alloc(isChosen.length * 8);
  const limit = kernel.alloc(limitBytes);
  isChosen.forEach((chosen, row) => {
    kernel.u32.set([1 - chosen, 0], hashes / 4 + row * 2);
  });
  // A hash of 0, and how many rows of that hash are within the limit.
  kernel.u32.set([0, 0, isChosen.length, 0], limit / 4);
  const chosen = kernel.exports.sortPartition(view, hashes, limit) >>> 0;
  kernel.free(limit, limitBytes);
  kernel.free(hashes, isChosen.length * 8);
  return chosen;
}
