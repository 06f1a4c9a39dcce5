// `npm run chaos -- --seconds N --seed S [--mode apart|run] [--json] [--keep]`: real processes under kill -9,
// SIGSTOP, restarts and scaling (1 → 8 → 2 workers) while the files they read keep growing; then quiet,
// in which everything written has to become durable; then the count. Ends with one line, exact or not
// exact, and exits with 1 when it is not. Build first (npm does).
//
// `apart` has the roles as separate processes over TCP, `run` has them under `logmill run` over ipc.

import console from "node:console";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { seededRandom } from "../../src/shared/base/prng.ts";
import { recordEvidence } from "../support/evidence.ts";
import { freePorts } from "../support/free-ports.ts";
import { chaosApart, type ChaosOutcome } from "./apart.ts";
import { writeConfig } from "./config.ts";
import { Load } from "./load.ts";
import { logmill } from "./processes.ts";
import { chaosUnderRun } from "./under-run.ts";
import { compareCounts, compareFiles, compareSheet, filesBelow } from "./verdict.ts";
import { durableSheet } from "./watch.ts";

/** Stated: after the last fault everything written is durable within this. */
const convergeWithinMs = 30_000;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
    mode: { type: "string", default: "apart" },
    json: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const { mode } = values;
if (!(seconds > 0) || !Number.isSafeInteger(seed) || !["apart", "run"].includes(mode)) {
  console.error(
    "usage: npm run chaos -- --seconds N --seed S [--mode apart|run] [--json] [--keep]",
  );
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "logmill-chaos-"));
const places = { logs: join(folder, "logs"), data: join(folder, "data"), out: join(folder, "out") };
const roleLogs = join(folder, "role-logs");
for (const path of [places.logs, roleLogs]) mkdirSync(path);

if (!values.json) {
  console.log(
    `seed ${seed}, ${seconds} s, ${mode === "apart" ? "roles apart over TCP" : "logmill run"}`,
  );
}
const random = seededRandom(seed);
const isApart = mode === "apart";
const ports = isApart ? await freePorts(3) : [];
const config = join(folder, "logmill.yaml");
writeConfig(config, { ...places, ports });
const load = new Load(places.logs, seededRandom(seed + 1), isApart);
const outcome = await (isApart ? chaosApart : chaosUnderRun)({
  ...{ config, load, random, convergeWithinMs, logs: roleLogs, durationMs: seconds * 1000 },
  tasks: `tcp://127.0.0.1:${ports[0] ?? 0}`,
});
const differences = await compare();
const faults = [...outcome.faults, ...differences];
if (outcome.convergedMs === null) faults.unshift("the quiet phase did not converge");
const isExact = faults.length === 0;
report(outcome);
if (isExact && !values.keep) rmSync(folder, { recursive: true, force: true });
if (!isExact) process.exitCode = 1;

/**
 * Everything that is counted, three ways.
 * @returns differences
 */
async function compare(): Promise<string[]> {
  const { counted } = load;
  const sheet = compareSheet(counted, await durableSheet(config));
  const check = await logmill(["store", "check", "-c", config]);
  const quiet = { logs: places.logs, data: join(folder, "quiet"), out: join(folder, "quiet-out") };
  const quietConfig = join(folder, "quiet.yaml");
  writeConfig(quietConfig, { ...quiet, ports: [] });
  const run = await logmill(["run", "-c", quietConfig, "--workers", "1", "--quiet"]);
  const files = filesBelow(places.out);
  return [
    ...sheet,
    ...compareCounts(files, counted),
    ...compareFiles(files, filesBelow(quiet.out)),
    ...(check.code === 0 ? [] : [`store check: ${check.stdout}${check.stderr}`]),
    ...(run.code === 0 ? [] : [`the undisturbed run: exit code ${run.code}\n${run.stderr}`]),
  ];
}

function report(outcome: ChaosOutcome) {
  const { kills, stops, terms, workersMax, redelivered, duplicates, convergedMs } = outcome;
  const { lines } = load.counted;
  if (values.json) {
    const rest = { ...outcome, faults, folder: isExact ? null : folder };
    console.log(JSON.stringify({ exact: isExact, seed, seconds, mode, lines, ...rest }));
  } else {
    for (const fault of faults) console.log(`  ${fault}`);
    if (!isExact || values.keep)
      console.log(`  configuration, store, files and logs are in ${folder}`);
    console.log("work went on after          times  median    worst");
    for (const { fault, count, medianMs, worstMs } of outcome.recovery) {
      const times = `${inSeconds(medianMs)}  ${inSeconds(worstMs)}`;
      console.log(`  ${fault.padEnd(34)} ${String(count).padStart(4)}  ${times}`);
    }
    const settled = convergedMs === null ? "never" : `${(convergedMs / 1000).toFixed(1)} s`;
    console.log(
      `${isExact ? "exact" : "NOT EXACT"}: ${lines.toLocaleString("en")} lines, ${kills} kills, ` +
        `${stops} stops, ${terms} restarts, up to ${workersMax} workers, ${redelivered} batches sent ` +
        `again, ${duplicates} duplicates suppressed; quiet after ${settled}; seed ${seed}`,
    );
  }
  if (!isExact) return;
  recordEvidence({
    part: "chaos",
    fault: `random kill -9, SIGSTOP/SIGCONT and restarts of every role under load, ${isApart ? "scaling 1→8→2, over TCP" : "under logmill run"}`,
    expected: `exact; durable within ${convergeWithinMs / 1000} s of the last fault`,
    observed: `exact: ${lines} lines, ${kills} kills, ${stops} stops, ${redelivered} batches sent again, ${duplicates} duplicates suppressed, durable after ${((convergedMs ?? 0) / 1000).toFixed(1)} s (seed ${seed})`,
    runs: kills + stops + terms,
    ...{ lost: 0, twice: 0 },
  });
}

function inSeconds(ms: number) {
  return `${(ms / 1000).toFixed(2)} s`.padStart(7);
}
