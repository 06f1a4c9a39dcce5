// `max`: the largest value. A row that has seen none has no value.

import { decimalInput, decimalOptions, type DecimalOptions } from "./decimal-options.ts";
import type { StoredKind } from "./metric-kind.ts";

declare module "../model/plan.ts" {
  interface MetricOptions {
    readonly max: DecimalOptions;
  }
}

export const max: StoredKind<"max"> = {
  words: ["max"],
  description: "Largest value.",
  where: "Which events are looked at.",
  options: decimalOptions,
  columns: (options) => [
    { layout: { type: "max", scale: options.scale }, input: decimalInput(options) },
  ],
  isEstimate: false,
  value: (cells, first, row, { scale }) => {
    const units = cells.max(first, row);
    return units === null ? null : { type: "decimal", units, scale };
  },
};
