// A metric's layout as the 32-bit word that stands for it in frames and in the kernel:
// type | scale or log2m << 8 | regwidth << 16.

import { LogmillError } from "../base/errors.ts";
import type { MetricLayout } from "./schema.ts";

const typeCodes = { count: 1, sum: 2, min: 3, max: 4, hll: 5 } as const;

export function metricWord(metric: MetricLayout): number {
  const type = typeCodes[metric.type];
  if (metric.type === "count") return type;
  if (metric.type === "hll") return type | (metric.log2m << 8) | (metric.regwidth << 16);
  return type | (metric.scale << 8);
}

/** The layout that a word of a frame stands for. Throws `bad_table` if it stands for none. */
export function metricOfWord(word: number): MetricLayout {
  const type = word & 0xff;
  const first = (word >>> 8) & 0xff;
  const second = word >>> 16;
  if (type === typeCodes.count && word >>> 8 === 0) return { type: "count" };
  if (second === 0 && first <= 18) {
    if (type === typeCodes.sum) return { type: "sum", scale: first };
    if (type === typeCodes.min) return { type: "min", scale: first };
    if (type === typeCodes.max) return { type: "max", scale: first };
  }
  if (type === typeCodes.hll && first >= 4 && first <= 18 && second >= 4 && second <= 6) {
    return { type: "hll", log2m: first, regwidth: second };
  }
  throw new LogmillError("bad_table", `table frame: ${word} stands for no metric`);
}
