// `avg`: the mean of a field's values, kept as their exact sum and how many there were, and divided when
// it is read. So averages of parts merge into the average of the whole, whatever the parts.

import { decimalInput, decimalOptions, type DecimalOptions } from "./decimal-options.ts";
import type { StoredKind } from "./metric-kind.ts";

declare module "../model/plan.ts" {
  interface MetricOptions {
    readonly avg: DecimalOptions;
  }
}

/** Digits that a quotient is printed with, at most, beyond those that its values have. */
const furtherDecimals = 4;

export const avg: StoredKind<"avg"> = {
  words: ["avg"],
  description:
    "Mean of the values, computed exactly and printed with up to four digits more than `scale`; a row without values has none.",
  where: "Which events are looked at.",
  options: decimalOptions,
  columns: (options) => [
    { layout: { type: "sum", scale: options.scale }, input: decimalInput(options) },
    { layout: { type: "count" }, input: decimalInput(options) },
  ],
  isEstimate: false,
  value(cells, first, row, { scale }) {
    const values = cells.count(first + 1, row);
    if (values === 0n) return null;
    return {
      type: "fraction",
      numerator: cells.sum(first, row),
      denominator: values * 10n ** BigInt(scale),
      decimals: scale + furtherDecimals,
    };
  },
};
