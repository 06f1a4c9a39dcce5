// Definitions and descriptions of stored summaries for tests of queries and outputs.

import type { SummaryConfig } from "../../src/shared/config/config.ts";
import { summaryKey } from "../../src/shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../src/shared/model/plan.ts";
import type { SummaryInfo } from "../../src/sink/store/summary-info.ts";

/** day (New York) by campaign, country | clicks, revenue, least, users */
export function definitionOf(changes: Partial<SummaryDefinition> = {}): SummaryDefinition {
  return {
    name: "campaigns",
    from: ["ads"],
    timestamp: "timestamp",
    granularity: "day",
    timezone: "America/New_York",
    dimensions: ["campaign", "country"],
    metrics: [
      { name: "clicks", type: "count" },
      { name: "revenue", type: "sum", field: "revenue", scale: 2 },
      { name: "least", type: "min", field: "revenue", scale: 2 },
      { name: "users", type: "hll", field: "user", log2m: 11, regwidth: 5 },
    ],
    ...changes,
  };
}

/** A metric of such summaries that is computed when they are read: revenue by click. */
export const price: SummaryConfig["metrics"][number] = {
  name: "price",
  type: "derived",
  expr: {
    op: "/",
    left: { op: "field", name: "revenue" },
    right: { op: "field", name: "clicks" },
  },
};

/** A summary with buckets at these starts, ascending. */
export function storedOf(
  definition: SummaryDefinition,
  starts: readonly number[] = [],
): SummaryInfo {
  return {
    key: summaryKey(definition),
    name: definition.name,
    definition,
    adoptions: [],
    buckets: starts.map((bucketStart) => ({ bucketStart, rows: 1, rowsLeast: 1, version: 1 })),
  };
}
