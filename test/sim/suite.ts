// What the seeds of the suite have in common: they are run, a failing one is named with the command
// that replays it, and together they must have gone through everything that the simulation is for.
// A simulation in which nothing goes wrong any more would be no test.

import { expect } from "vitest";
import { recordEvidence } from "../support/evidence.ts";
import { loadSimulation } from "./bundle.ts";
import { faultKinds } from "./world/scenario.ts";

const depth = process.env["LOGMILL_TEST_DEPTH"];
const isFull = depth === "full";
/** Too few seeds to meet everything; for a look in between. */
const isQuick = depth === "quick";

/** Seeds of one file of the suite. */
export const seedsPerFile = isFull ? 10_000 : isQuick ? 100 : 1000;
export const timeoutMs = isFull ? 3_600_000 : 600_000;

/** Besides the kinds that are drawn for each run. */
const furtherFaults = [
  "short write",
  "failed fsync",
  "failed disk operation",
  "lying fsync",
  "poison: throw",
  "poison: crash",
  "poison: hang",
  "worker failed by chance",
  "partial forged",
  "answers to other sessions (acks up)",
  "message lost (results up)",
  "message lost (acks up)",
  "message lost (acks down)",
  ...["results up", "tasks up", "acks up"].map((path) => `message overtaken (${path})`),
  ...["tasks down", "tasks up", "results up", "acks up", "acks down"].flatMap((path) =>
    ["repeated", "damaged"].map((what) => `message ${what} (${path})`),
  ),
];

/** What logmill counts itself, and what the simulation saw it do. */
const actions = [
  ...["worker_lost", "worker_failed", "checksum", "bad_table", "sink_changed", "timeout"].map(
    (cause) => `logmill_ventilator_redelivered_batches_total ${cause}`,
  ),
  ...["silence", "unreachable", "garbled", "goodbye", "reconnect"].map(
    (reason) => `logmill_ventilator_lost_workers_total ${reason}`,
  ),
  ...["duplicate", "checksum", "bad_table"].map(
    (result) => `logmill_sink_partials_total ${result}`,
  ),
  "logmill_ventilator_duplicate_batches_total",
  "logmill_ventilator_ignored_messages_total foreign_ack",
  "logmill_sink_dropped_messages_total unknown_session",
  "acknowledgements checked on disk",
  "torn tail cut",
  "said task by reference",
  "said table_piece",
  "began anew with another store",
  "back-filled",
  "logmill_ventilator_bisected_batches_total",
  "logmill_ventilator_dead_lettered_lines_total web",
  "said dead_letter",
  "ventilator failed plan_mismatch",
  "sink failed disk_failed",
];

/** Runs seeds `[from, from + seedsPerFile)`. */
export async function runSuite(from: number): Promise<void> {
  const { runSeed, Tally } = await loadSimulation();
  const tally = new Tally();
  const totals = { lines: 0, lost: 0, twice: 0 };
  for (let seed = from; seed < from + seedsPerFile; seed += 1) {
    const result = await runSeed(seed);
    if (result.failure !== null) {
      throw new Error(`seed ${seed}; replay it with: npm run sim -- --seed ${seed} --trace`, {
        cause: result.failure,
      });
    }
    tally.merge(result.tally);
    for (const name of ["lines", "lost", "twice"] as const) totals[name] += result[name];
    // The runner's own messages get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect({ lost: totals.lost, twice: totals.twice }).toEqual({ lost: 0, twice: 0 });
  if (isQuick) return;
  expect([...faultKinds, ...furtherFaults].filter((name) => !tally.faults.has(name))).toEqual([]);
  expect(actions.filter((name) => (tally.actions.get(name) ?? 0) === 0)).toEqual([]);
  record(tally.faults, totals);
}

function record(
  faults: ReadonlyMap<string, number>,
  { lines, lost, twice }: { readonly lines: number; readonly lost: number; readonly twice: number },
): void {
  const about = {
    part: "simulation",
    expected: "every line counts once, nothing stays open",
  } as const;
  recordEvidence({
    ...about,
    fault: "seeds, each with its own mixture of the faults below",
    observed: `${lines} lines, tables and balance sheet equal to how the lines were made`,
    runs: seedsPerFile,
    lost,
    twice,
  });
  for (const [fault, runs] of faults) {
    recordEvidence({ ...about, fault, observed: "as expected", runs });
  }
}
