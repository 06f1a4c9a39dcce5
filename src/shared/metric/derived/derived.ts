// `derived`: computed from the other metrics of a row when it is read. Nothing of it is stored.

import type { ConfiguredKind } from "../metric-kind.ts";

export const derived: ConfiguredKind<{ readonly expr: string }> = {
  words: ["derived"],
  description: "Computed from the other metrics when a table is read.",
  where: null,
  options: ({ expression }) => ({
    expr: expression.describe("Arithmetic over the other metrics, such as `clicks / impressions`."),
  }),
};
