// `sum`: exact decimal sum. A row to which nothing was added has the sum 0.

import { decimalInput, decimalOptions, type DecimalOptions } from "./decimal-options.ts";
import type { StoredKind } from "./metric-kind.ts";

declare module "../model/plan.ts" {
  interface MetricOptions {
    readonly sum: DecimalOptions;
  }
}

export const sum: StoredKind<"sum"> = {
  words: ["sum"],
  description: "Exact decimal sum.",
  where: "Which events are added.",
  options: decimalOptions,
  columns: (options) => [
    { layout: { type: "sum", scale: options.scale }, input: decimalInput(options) },
  ],
  isEstimate: false,
  value: (cells, first, row, { scale }) => ({
    type: "decimal",
    units: cells.sum(first, row),
    scale,
  }),
};
