// Cardinality from the registers of a HyperLogLog (Flajolet, Fusy, Gandouet, Meunier, AofA '07):
// the improved raw estimator of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog
// sketches" (arXiv:1702.01284, section 4.4). It needs no switch between estimators and no tables of
// empirical bias, so there is no cardinality at which it jumps. For few registers its constant, that of
// infinitely many, is corrected as in Flajolet et al.: that takes away a bias of 1.08 / m.

import { assert } from "../../base/assert.ts";
import type { HllParameters } from "./hll-parameters.ts";

/** 1 / (2 ln 2), the limit of the constant that corrects the harmonic mean. */
const alphaInfinity = 0.5 / Math.LN2;

/** The largest rank a register can hold: its bits cap it, and so do the bits of a hash. */
export function maxRank({ log2m, regwidth }: HllParameters): number {
  return Math.min(2 ** regwidth - 1, 65 - log2m);
}

/**
 * Expected number of distinct hashes.
 * @param histogram how many registers hold each rank, from 0 to `maxRank(parameters)`.
 */
export function estimateCardinality(
  histogram: ArrayLike<number>,
  parameters: HllParameters,
): number {
  const registers = 2 ** parameters.log2m;
  const last = maxRank(parameters);
  assert(histogram.length === last + 1, "there is one bin a rank");
  let z = registers * tau(1 - histogram[last]! / registers);
  for (let rank = last - 1; rank >= 1; rank -= 1) z = 0.5 * (z + histogram[rank]!);
  z += registers * sigma(histogram[0]! / registers);
  const alpha = alphaInfinity / (1 + 1.079 / registers);
  return (alpha * registers * registers) / z;
}

/** x + sum of x^(2^k) 2^(k-1): what registers that are still 0 contribute. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let power = share;
  let weight = 1;
  let sum = share;
  let before: number;
  do {
    power *= power;
    before = sum;
    sum += power * weight;
    weight += weight;
  } while (sum !== before);
  return sum;
}

/** A third of 1 - x - sum of (1 - x^(2^-k))^2 2^-k: what registers at their cap contribute. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let root = share;
  let weight = 1;
  let rest = 1 - share;
  let before: number;
  do {
    root = Math.sqrt(root);
    before = rest;
    weight *= 0.5;
    rest -= (1 - root) ** 2 * weight;
  } while (rest !== before);
  return rest / 3;
}
