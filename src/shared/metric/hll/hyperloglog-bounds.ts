// How far an estimate may be from the truth. Shown wherever a person reads one.

import type { HllParameters } from "./hll-parameters.ts";

/** The true value lies between `lo` and `hi` in 95 of 100 cases, or always if they are equal. */
export interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

/** Standard deviations on either side of the mean that hold 95 % of a normal distribution. */
const deviations95 = 1.959964;

/** Standard error times √m by log2m; 1.04 beyond (Flajolet et al., AofA '07, theorem 1 and figure 2). */
const errorFactors = new Map([
  [4, 1.106],
  [5, 1.07],
  [6, 1.054],
  [7, 1.046],
]);

/** Standard error relative to the true cardinality. */
export function hllRelativeError({ log2m }: HllParameters): number {
  return (errorFactors.get(log2m) ?? 1.04) / Math.sqrt(2 ** log2m);
}

/**
 * @param known distinct values that are certain, such as the registers that are not 0: no bound
 *   lies below.
 */
export function hllBounds(estimate: number, known: number, parameters: HllParameters): Bounds {
  const error = deviations95 * hllRelativeError(parameters);
  // The error is relative to the truth n: |estimate - n| <= error * n.
  const lo = Math.max(known, estimate / (1 + error));
  const hi = error < 1 ? estimate / (1 - error) : Number.POSITIVE_INFINITY;
  return { lo, hi: Math.max(lo, hi) };
}
