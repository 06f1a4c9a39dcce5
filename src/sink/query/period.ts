// Which stored buckets a query is about, and how they fall into coarser ones. Buckets are never
// cut: a boundary that lies inside a bucket is refused, since no exact answer exists for it.

import { assert } from "../../shared/base/assert.ts";
import { bucketLabel, bucketOf, parsePeriod } from "../../shared/model/bucket.ts";
import { LogmillError } from "../../shared/base/errors.ts";
import type { Granularity, SummaryDefinition } from "../../shared/model/plan.ts";
import type { BucketInfo } from "../store/summary-info.ts";

/** Stored buckets whose rows are added up under one label. */
export interface BucketGroup {
  /** Label of the coarser bucket, null when everything is one group. */
  readonly label: string | null;
  /** Starts of the stored buckets, ascending. */
  readonly starts: readonly number[];
}

/**
 * The buckets from the first second of `from` to the last of `to` (both inclusive, in the zone of
 * the summary), ascending. Throws `usage` on what is no date and on what would cut a bucket.
 */
export function bucketsBetween(
  definition: SummaryDefinition,
  buckets: readonly BucketInfo[],
  from: string | undefined,
  to: string | undefined,
): readonly number[] {
  const start = from === undefined ? -Infinity : boundary(definition, "from", from);
  const end = to === undefined ? Infinity : boundary(definition, "to", to);
  if (start >= end) {
    throw new LogmillError("usage", `--from ${from ?? ""} is after --to ${to ?? ""}`);
  }
  return buckets
    .map(({ bucketStart }) => bucketStart)
    .filter((bucketStart) => bucketStart >= start && bucketStart < end)
    .sort((a, b) => a - b);
}

/** Puts ascending bucket starts into groups, in order of time. */
export function groupBuckets(
  definition: SummaryDefinition,
  starts: readonly number[],
  granularity: Granularity | null,
): readonly BucketGroup[] {
  if (granularity === null) return [{ label: null, starts }];
  const { timezone } = definition;
  const groups: { label: string; end: number; starts: number[] }[] = [];
  for (const start of starts) {
    const last = groups.at(-1);
    if (last !== undefined && start < last.end) {
      last.starts.push(start);
      continue;
    }
    const coarse = bucketOf(timezone, granularity, start);
    const label = bucketLabel(timezone, granularity, coarse.start);
    assert(last?.label !== label, "buckets of one label are neighbours");
    groups.push({ label, end: coarse.end, starts: [start] });
  }
  return groups;
}

function boundary(definition: SummaryDefinition, option: "from" | "to", text: string): number {
  const { timezone, granularity, name } = definition;
  const period = parsePeriod(timezone, text);
  if (period === null) {
    throw new LogmillError(
      "usage",
      `--${option}: "${text}" is no date; write 2011-06-20, 2011-W25, 2011-06 or 2011`,
    );
  }
  const second = option === "from" ? period.start : period.end;
  if (bucketOf(timezone, granularity, second).start !== second) {
    throw new LogmillError(
      "usage",
      `--${option}: "${text}" lies inside a ${granularity}, and summary ${name} is kept by ` +
        `${granularity}; give a whole ${granularity}`,
    );
  }
  return second;
}
