// Which runs of segments to merge next. Merging commutes, so any runs of a table may be merged, in
// any order; the plan keeps three bounds with little rewriting:
//   runs of one table: what a reader merges side by side. Beyond the bound the smallest are merged,
//     up to where the next one is much larger than all before it, so that a large run is rewritten
//     only once as much has been added to it;
//   dead bytes of a file: runs merged elsewhere leave theirs behind. A file that is mostly dead is
//     emptied;
//   number of files: each is a handle held open. Beyond the bound the smallest are gathered in one.
//
// A merge holds frames of all its runs at a time, so what it takes is bounded, and a flush waits where a
// table has as many runs as one merge takes: whoever reads the table holds frames of no more.

import { atOnce } from "../../../../shared/base/steps.ts";

export const compactionLimits = Object.freeze({
  runsPerTableMax: 8,
  /** Runs of one table that are merged side by side, at most, unless files are emptied. */
  runsPerMergeMax: 12,
  /** A run joins a merge unless it is this many times as large as all smaller ones together. */
  growthFactor: 2,
  /** Files with a smaller part of them alive are emptied. */
  liveShareMin: 0.5,
  filesMax: 48,
  /** Files left after gathering. */
  filesAfter: 24,
} as const);

/** Of equal summary and bucket are the runs of one table. */
export interface PlannedRun {
  readonly summaryKey: string;
  readonly bucketStart: number;
  readonly bytes: number;
}

export interface PlannedFile<R extends PlannedRun> {
  readonly number: number;
  /** Bytes of all runs that were written into it, dead ones included. */
  readonly runBytes: number;
  readonly runs: readonly R[];
}

export interface ChosenRun<R extends PlannedRun> {
  readonly file: number;
  readonly run: R;
}

export interface CompactionPlan<R extends PlannedRun> {
  /** To be rewritten into one new file, those of one table being merged; none when all is well. */
  readonly chosen: readonly ChosenRun<R>[];
  /** Runs of the table that has the most. */
  readonly runsMost: number;
}

/** As `planCompactionSteps`, without a pause. */
export function planCompaction<R extends PlannedRun>(
  files: readonly PlannedFile<R>[],
): CompactionPlan<R> {
  return atOnce(planCompactionSteps(files));
}

/** Runs that are looked at in one step. */
const runsPerStep = 4096;

/** What to merge next; some runs are looked at in each step. */
export function* planCompactionSteps<R extends PlannedRun>(
  files: readonly PlannedFile<R>[],
): Generator<void, CompactionPlan<R>, undefined> {
  const chosen = new Set<R>();
  const counts = new TableCounts();
  const alive = new Map<PlannedFile<R>, number>();
  for (const file of files) {
    let bytes = 0;
    for (const [index, run] of file.runs.entries()) {
      if (index % runsPerStep === 0) yield;
      counts.add(run);
      bytes += run.bytes;
    }
    alive.set(file, bytes);
  }
  const crowded = counts.crowded<R>();
  if (crowded.size > 0) {
    for (const { runs } of files) {
      for (const [index, run] of runs.entries()) {
        if (index % runsPerStep === 0) yield;
        crowded.get(counts.nameOf(run))?.push(run);
      }
    }
    for (const runs of crowded.values()) for (const run of smallestOf(runs)) chosen.add(run);
  }
  for (const file of [...mostlyDead(alive), ...tooMany(alive)]) {
    for (const run of file.runs) chosen.add(run);
  }
  const runs = chosen.size === 0 ? [] : yield* chosenOf(files, chosen);
  return { chosen: runs, runsMost: counts.most };
}

function* chosenOf<R extends PlannedRun>(
  files: readonly PlannedFile<R>[],
  chosen: ReadonlySet<R>,
): Generator<void, ChosenRun<R>[], undefined> {
  const found: ChosenRun<R>[] = [];
  for (const { number, runs } of files) {
    for (const [index, run] of runs.entries()) {
      if (index % runsPerStep === 0) yield;
      if (chosen.has(run)) found.push({ file: number, run });
    }
  }
  return found;
}

/** How many runs each table has. Of a hundred thousand tables hardly any has too many. */
class TableCounts {
  readonly #counts = new Map<string, Map<number, number>>();
  readonly #crowded = new Set<string>();
  #most = 0;

  /** Of the table that has the most. */
  get most(): number {
    return this.#most;
  }

  add(run: PlannedRun): void {
    const { summaryKey, bucketStart } = run;
    let buckets = this.#counts.get(summaryKey);
    if (buckets === undefined) {
      buckets = new Map();
      this.#counts.set(summaryKey, buckets);
    }
    const count = (buckets.get(bucketStart) ?? 0) + 1;
    buckets.set(bucketStart, count);
    this.#most = Math.max(this.#most, count);
    if (count > compactionLimits.runsPerTableMax) this.#crowded.add(this.nameOf(run));
  }

  nameOf({ summaryKey, bucketStart }: PlannedRun): string {
    return `${summaryKey}/${bucketStart}`;
  }

  /** The names of tables that have too many, each with room for its runs. */
  crowded<R extends PlannedRun>(): Map<string, R[]> {
    return new Map([...this.#crowded].map((name) => [name, []]));
  }
}

/** Of too many runs of one table, those worth merging: at least enough to be within the bound, if one merge can. */
function smallestOf<R extends PlannedRun>(runs: readonly R[]): readonly R[] {
  const { runsPerTableMax, runsPerMergeMax, growthFactor } = compactionLimits;
  const ascending = [...runs].sort((a, b) => a.bytes - b.bytes);
  const atLeast = runs.length - runsPerTableMax + 1;
  let bytes = 0;
  let count = 0;
  for (const run of ascending) {
    if (count === runsPerMergeMax) break;
    if (count >= Math.max(2, atLeast) && run.bytes > growthFactor * bytes) break;
    bytes += run.bytes;
    count += 1;
  }
  return ascending.slice(0, count);
}

/** Files, and the bytes of their runs. */
type Alive<R extends PlannedRun> = ReadonlyMap<PlannedFile<R>, number>;

function mostlyDead<R extends PlannedRun>(alive: Alive<R>): readonly PlannedFile<R>[] {
  return [...alive]
    .filter(([file, bytes]) => bytes < compactionLimits.liveShareMin * file.runBytes)
    .map(([file]) => file);
}

function tooMany<R extends PlannedRun>(alive: Alive<R>): readonly PlannedFile<R>[] {
  const { filesMax, filesAfter } = compactionLimits;
  if (alive.size <= filesMax) return [];
  const ascending = [...alive].sort(([, a], [, b]) => a - b);
  return ascending.slice(0, alive.size - filesAfter).map(([file]) => file);
}
