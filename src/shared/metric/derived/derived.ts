// `derived`: computed from the other metrics of a row when it is read. Nothing of it is stored.

import type { Expression } from "../../model/plan.ts";
import type { ConfiguredKind } from "../metric-kind.ts";

export interface DerivedOptions {
  readonly expr: Expression;
}

export const derived: ConfiguredKind<DerivedOptions> = {
  words: ["derived"],
  description: "Computed from the other metrics when a table is read.",
  where: null,
  options: ({ arithmetic }) => ({
    expr: arithmetic.describe("Arithmetic over the other metrics, such as `clicks / impressions`."),
  }),
};
