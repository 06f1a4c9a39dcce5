// A metric's layout as the 32-bit word that stands for it in frames and in the kernel:
// type | scale or log2m << 8 | regwidth << 16.

import type { MetricLayout } from "./schema.ts";

const typeCodes = { count: 1, sum: 2, min: 3, max: 4, hll: 5 } as const;

export function metricWord(metric: MetricLayout): number {
  const type = typeCodes[metric.type];
  if (metric.type === "count") return type;
  if (metric.type === "hll") return type | (metric.log2m << 8) | (metric.regwidth << 16);
  return type | (metric.scale << 8);
}
