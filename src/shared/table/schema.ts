// The shape of a summary table: how many dimensions, and which metrics in which order. Two tables
// can be merged when their schemas are equal. Names are not part of it: they live in definitions.

import type { MetricDefinition, SummaryDefinition } from "../model/plan.ts";

export interface HllParameters {
  /** Registers are 2^log2m; 4 to 18. */
  readonly log2m: number;
  /** Bits of a register; 4 to 6. Ranks above 2^regwidth - 1 are held at it. */
  readonly regwidth: number;
}

/** What one metric column holds; `sum`, `min` and `max` are integers of 10^-scale. */
export type MetricLayout =
  | { readonly type: "count" }
  | { readonly type: "sum"; readonly scale: number }
  | { readonly type: "min"; readonly scale: number }
  | { readonly type: "max"; readonly scale: number }
  | ({ readonly type: "hll" } & HllParameters);

export interface TableSchema {
  readonly dimensions: number;
  readonly metrics: readonly MetricLayout[];
}

/** The shape of a summary's tables. */
export function schemaOf(definition: SummaryDefinition): TableSchema {
  return {
    dimensions: definition.dimensions.length,
    metrics: definition.metrics.map(layoutOf),
  };
}

function layoutOf(metric: MetricDefinition): MetricLayout {
  switch (metric.type) {
    case "count":
      return { type: "count" };
    case "hll":
      return { type: "hll", log2m: metric.log2m, regwidth: metric.regwidth };
    default:
      return { type: metric.type, scale: metric.scale };
  }
}

export function sameSchema(a: TableSchema, b: TableSchema): boolean {
  return (
    a.dimensions === b.dimensions &&
    a.metrics.length === b.metrics.length &&
    a.metrics.every((metric, index) => sameMetric(metric, b.metrics[index]!))
  );
}

function sameMetric(a: MetricLayout, b: MetricLayout): boolean {
  if (a.type === "hll" || b.type === "hll") {
    return a.type === "hll" && b.type === "hll" && a.log2m === b.log2m && a.regwidth === b.regwidth;
  }
  if (a.type === "count" || b.type === "count") return a.type === b.type;
  return a.type === b.type && a.scale === b.scale;
}
