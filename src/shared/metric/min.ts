// `min`: the smallest value. A row that has seen none has no value.

import { decimalInput, decimalOptions, type DecimalOptions } from "./decimal-options.ts";
import type { StoredKind } from "./metric-kind.ts";

declare module "../model/plan.ts" {
  interface MetricOptions {
    readonly min: DecimalOptions;
  }
}

export const min: StoredKind<"min"> = {
  words: ["min"],
  description: "Smallest value.",
  where: "Which events are looked at.",
  options: decimalOptions,
  columns: (options) => [
    { layout: { type: "min", scale: options.scale }, input: decimalInput(options) },
  ],
  isEstimate: false,
  value: (cells, first, row, { scale }) => {
    const units = cells.min(first, row);
    return units === null ? null : { type: "decimal", units, scale };
  },
};
