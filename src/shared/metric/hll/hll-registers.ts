// What a hash does to the registers of a HyperLogLog: its low bits choose one, and the zeros that the
// rest ends in are its rank. The kernel's `hll-registers.ts` is the same rule; so are Redis and, but
// for a rest that is 0 (one hash of 2^(64 - log2m)), which it passes over, postgresql-hll.

import { maxRank } from "./hyperloglog.ts";
import type { HllParameters } from "./hll-parameters.ts";

/** Raises the register of a hash, an unsigned number of 64 bits, to its rank. */
export function addToRegisters(
  registers: Uint8Array,
  hash: bigint,
  parameters: HllParameters,
): void {
  const register = Number(hash & BigInt(registers.length - 1));
  const zeros = trailingZeros(hash >> BigInt(parameters.log2m));
  const rank = Math.min(zeros + 1, maxRank(parameters));
  if (registers[register]! < rank) registers[register] = rank;
}

/** 64 for 0. */
function trailingZeros(value: bigint): number {
  const low = Number(value & 0xffffffffn);
  if (low !== 0) return 31 - Math.clz32(low & -low);
  const high = Number(value >> 32n);
  return high === 0 ? 64 : 63 - Math.clz32(high & -high);
}
