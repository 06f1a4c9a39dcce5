// The first and the last bucket of a stored summary, as people call them.

import { bucketLabel } from "../../shared/model/bucket.ts";
import type { SummaryInfo } from "../../sink/store/summary-info.ts";

/** `-` where there is none. */
export function spanOf({ definition, buckets }: SummaryInfo): readonly [string, string] {
  const { timezone, granularity } = definition;
  const label = (at: number): string => {
    const bucket = buckets.at(at);
    return bucket === undefined ? "-" : bucketLabel(timezone, granularity, bucket.bucketStart);
  };
  return [label(0), label(-1)];
}
