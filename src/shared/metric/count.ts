// `count`: how many events.

import type { StoredKind } from "./metric-kind.ts";

declare module "../model/plan.ts" {
  interface MetricOptions {
    readonly count: object;
  }
}

export const count: StoredKind<"count"> = {
  words: ["count"],
  description: "How many events.",
  where: "Which events count.",
  options: () => ({}),
  columns: () => [{ layout: { type: "count" }, input: { kind: "line" } }],
  isEstimate: false,
  value: (cells, first, row) => ({ type: "count", count: cells.count(first, row) }),
};
