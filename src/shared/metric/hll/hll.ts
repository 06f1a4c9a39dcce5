// `hll`, also written `distinct`: the number of distinct values, as a HyperLogLog. Exact while they are
// few, then an estimate with its 95 % interval.

import type { StoredKind } from "../metric-kind.ts";
import type { HllParameters } from "./hll-parameters.ts";

declare module "../../model/plan.ts" {
  interface MetricOptions {
    readonly hll: { readonly field: string } & HllParameters;
  }
}

export const hll: StoredKind<"hll"> = {
  words: ["hll", "distinct"],
  description: "Number of distinct values (HyperLogLog); exact while they are few.",
  where: "Which events are looked at.",
  options: ({ name, integer }) => ({
    field: name.describe("The field whose distinct values are counted."),
    log2m: integer(4, 18)
      .prefault(11)
      .describe("2^log2m registers; the standard error is 1.04 / √(2^log2m), 2.3 % for 11."),
    regwidth: integer(4, 6)
      .prefault(5)
      .describe("Bits of a register; 5 is good for billions of distinct values."),
  }),
  columns: ({ field, log2m, regwidth }) => [
    { layout: { type: "hll", log2m, regwidth }, input: { kind: "hash", field } },
  ],
  isEstimate: true,
  value(cells, first, row) {
    const sketch = cells.hll(first, row);
    const { lo, hi } = sketch.bounds();
    return {
      type: "estimate",
      estimate: Math.round(sketch.estimate()),
      lo: Math.floor(lo),
      hi: Math.ceil(hi),
      exact: sketch.form === "explicit",
    };
  },
};
