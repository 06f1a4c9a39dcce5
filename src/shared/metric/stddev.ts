// `stddev` and `stddev_pop`: the standard deviation of a field's values, of a sample and of a whole population, as in
// SQL. Kept as their exact sum, the exact sum of their squares, and how many there were. So parts merge
// into the deviation of the whole, and nothing cancels: only the root, which is no fraction, is rounded.

import { assert } from "../base/assert.ts";
import { decimalInput, decimalOptions, type DecimalOptions } from "./decimal-options.ts";
import type { StoredKind } from "./metric-kind.ts";
import type { StoredColumn } from "./stored-column.ts";
import type { Value } from "./value.ts";

declare module "../model/plan.ts" {
  interface MetricOptions {
    readonly stddev: DecimalOptions;
    readonly stddev_pop: DecimalOptions;
  }
}

/** Digits beyond those that the values have. */
const furtherDecimals = 4;

const columns = (options: DecimalOptions): readonly StoredColumn[] => [
  { layout: { type: "sum", scale: options.scale }, input: decimalInput(options) },
  { layout: { type: "squares", scale: options.scale }, input: decimalInput(options) },
  { layout: { type: "count" }, input: decimalInput(options) },
];

export const stddev: StoredKind<"stddev"> = {
  words: ["stddev"],
  description:
    "Standard deviation of the values as a sample (divided by their number less one, as SQL's `stddev_samp`), from exact sums, rounded to four digits more than `scale`; a row of fewer than two values has none.",
  where: "Which events are looked at.",
  options: decimalOptions,
  columns,
  isEstimate: false,
  value: (cells, first, row, { scale }) => {
    const values = cells.count(first + 2, row);
    if (values < 2n) return null;
    const spread = spreadOf(cells.sum(first, row), cells.squares(first + 1, row), values);
    return rootOf(spread, values * (values - 1n), scale);
  },
};

export const stddevPop: StoredKind<"stddev_pop"> = {
  words: ["stddev_pop"],
  description:
    "Standard deviation of the values as all there are (divided by their number, as SQL's `stddev_pop`), from exact sums, rounded to four digits more than `scale`; a row without values has none.",
  where: "Which events are looked at.",
  options: decimalOptions,
  columns,
  isEstimate: false,
  value: (cells, first, row, { scale }) => {
    const values = cells.count(first + 2, row);
    if (values === 0n) return null;
    const spread = spreadOf(cells.sum(first, row), cells.squares(first + 1, row), values);
    return rootOf(spread, values * values, scale);
  },
};

/** n·Σx² - (Σx)²: n² times the variance, in units of 10^(-2·scale). */
function spreadOf(sum: bigint, squares: bigint, values: bigint): bigint {
  const spread = values * squares - sum * sum;
  assert(spread >= 0n, "squares are those of the values that were summed");
  return spread;
}

/** √(spread / divisor) in units of 10^-scale, rounded half up. */
function rootOf(spread: bigint, divisor: bigint, scale: number): Value {
  const shift = 10n ** BigInt(furtherDecimals);
  // ⌊2x⌋, which halved and rounded is x rounded.
  const twice = squareRoot((4n * spread * shift * shift) / divisor);
  const decimals = scale + furtherDecimals;
  return {
    type: "fraction",
    numerator: (twice + 1n) / 2n,
    denominator: 10n ** BigInt(decimals),
    decimals,
  };
}

/** ⌊√n⌋, by Newton's method from above. */
function squareRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let root = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
