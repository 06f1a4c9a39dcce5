// Which runs of segments to merge next. Merging commutes, so any runs of a table may be merged, in
// any order; the plan keeps three bounds with little rewriting:
//   runs of one table: what a reader merges side by side. Beyond the bound the smallest are merged,
//     up to where the next one is much larger than all before it, so that a large run is rewritten
//     only once as much has been added to it;
//   dead bytes of a file: runs merged elsewhere leave theirs behind. A file that is mostly dead is
//     emptied;
//   number of files: each is a handle held open. Beyond the bound the smallest are gathered in one.

export const compactionLimits = Object.freeze({
  runsPerTableMax: 8,
  /** A run joins a merge unless it is this many times as large as all smaller ones together. */
  growthFactor: 2,
  /** Files with a smaller part of them alive are emptied. */
  liveShareMin: 0.5,
  filesMax: 48,
  /** Files left after gathering. */
  filesAfter: 24,
} as const);

export interface PlannedRun {
  /** Names a table; runs of equal tables are merged. */
  readonly table: string;
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

/** Runs to be rewritten into one new file, those of one table being merged; none when all is well. */
export function planCompaction<R extends PlannedRun>(
  files: readonly PlannedFile<R>[],
): readonly ChosenRun<R>[] {
  const chosen = new Set<R>();
  for (const runs of crowdedTables(files)) {
    for (const run of smallestOf(runs)) chosen.add(run);
  }
  for (const file of mostlyDead(files)) for (const run of file.runs) chosen.add(run);
  for (const file of tooMany(files)) for (const run of file.runs) chosen.add(run);
  return files.flatMap(({ number, runs }) =>
    runs.filter((run) => chosen.has(run)).map((run) => ({ file: number, run })),
  );
}

/** The runs of each table that has too many. Of a hundred thousand tables hardly any has. */
function crowdedTables<R extends PlannedRun>(files: readonly PlannedFile<R>[]): Iterable<R[]> {
  const counts = new Map<string, number>();
  for (const { runs } of files) {
    for (const { table } of runs) counts.set(table, (counts.get(table) ?? 0) + 1);
  }
  const crowded = new Map<string, R[]>();
  for (const [table, count] of counts) {
    if (count > compactionLimits.runsPerTableMax) crowded.set(table, []);
  }
  if (crowded.size === 0) return [];
  for (const { runs } of files) for (const run of runs) crowded.get(run.table)?.push(run);
  return crowded.values();
}

/** Of too many runs of one table, those worth merging: at least enough to be within the bound. */
function smallestOf<R extends PlannedRun>(runs: readonly R[]): readonly R[] {
  const { runsPerTableMax, growthFactor } = compactionLimits;
  const ascending = [...runs].sort((a, b) => a.bytes - b.bytes);
  const atLeast = runs.length - runsPerTableMax + 1;
  let bytes = 0;
  let count = 0;
  for (const run of ascending) {
    if (count >= Math.max(2, atLeast) && run.bytes > growthFactor * bytes) break;
    bytes += run.bytes;
    count += 1;
  }
  return ascending.slice(0, count);
}

function mostlyDead<R extends PlannedRun>(
  files: readonly PlannedFile<R>[],
): readonly PlannedFile<R>[] {
  return files.filter((file) => liveBytes(file) < compactionLimits.liveShareMin * file.runBytes);
}

function liveBytes<R extends PlannedRun>({ runs }: PlannedFile<R>): number {
  return runs.reduce((sum, { bytes }) => sum + bytes, 0);
}

function tooMany<R extends PlannedRun>(
  files: readonly PlannedFile<R>[],
): readonly PlannedFile<R>[] {
  const { filesMax, filesAfter } = compactionLimits;
  if (files.length <= filesMax) return [];
  return [...files].sort((a, b) => liveBytes(a) - liveBytes(b)).slice(0, files.length - filesAfter);
}
