// Which runs of a segment file are a table's, made a step at a time before the file shows: a file may hold a
// hundred thousand tables.

import type { Run } from "../manifest/manifest.ts";

/** By key of the summary, then by start of the bucket. */
export type RunIndex = ReadonlyMap<string, ReadonlyMap<number, readonly Run[]>>;

/** Runs that are entered in one step. */
const runsPerStep = 4096;

export function* runIndexSteps(runs: readonly Run[]): Generator<void, RunIndex, undefined> {
  const index = new Map<string, Map<number, readonly Run[]>>();
  for (const [at, run] of runs.entries()) {
    if (at % runsPerStep === runsPerStep - 1) yield;
    let buckets = index.get(run.summaryKey);
    if (buckets === undefined) {
      buckets = new Map();
      index.set(run.summaryKey, buckets);
    }
    const others = buckets.get(run.bucketStart);
    buckets.set(run.bucketStart, others === undefined ? [run] : [...others, run]);
  }
  return index;
}

/** The runs that are left without those that are gone. */
export function* runsWithoutSteps(
  runs: readonly Run[],
  gone: ReadonlySet<Run>,
): Generator<void, Run[], undefined> {
  const kept: Run[] = [];
  for (const [at, run] of runs.entries()) {
    if (at % runsPerStep === runsPerStep - 1) yield;
    if (!gone.has(run)) kept.push(run);
  }
  return kept;
}
