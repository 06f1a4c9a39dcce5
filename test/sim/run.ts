// Runs seeds of the simulation: `npm run sim -- --seeds N [--from S]`, or one of them with every
// event printed: `npm run sim -- --seed S --trace`. Exits with 1 when a seed fails. With `--mutants` the
// code is broken on purpose, in one way after the other, and one that survives all seeds is a failure;
// `--mutant TEXT` takes only those whose name has the text, and may be given several times.

import { parseArgs } from "node:util";
import { simulatedMutants } from "../mutants/in-simulation.ts";
import type { Mutant } from "../mutants/mutant.ts";
import { loadSimulation } from "./bundle.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    mutants: { type: "boolean", default: false },
    mutant: { type: "string", multiple: true },
  },
});
const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;

/** Seeds that have to pass without a mutant, before one that fails says anything of a mutant. */
const plainSeeds = 20;

/** The first seed that fails; null when none does. */
async function firstFailure(mutant: Mutant | null, seeds: number) {
  const { runSeed } = await loadSimulation(mutant);
  for (let seed = first; seed < first + seeds; seed += 1) {
    const { failure } = await runSeed(seed);
    if (failure !== null) return { seed, failure };
  }
  return null;
}

async function runMutants() {
  const chosen = simulatedMutants.filter(
    ({ name }) => values.mutant?.some((text) => name.includes(text)) ?? true,
  );
  if (chosen.length === 0) throw new Error(`no mutant is called ${values.mutant?.join(", ")}`);
  const plain = await firstFailure(null, Math.min(count, plainSeeds));
  if (plain !== null) {
    throw new Error(`seed ${plain.seed} fails without a mutant`, { cause: plain.failure });
  }
  let survived = 0;
  for (const mutant of chosen) {
    const found = await firstFailure(mutant, count);
    if (found === null) survived += 1;
    const seeds = found === null ? "SURVIVED" : `${found.seed - first + 1} seeds`;
    console.log(
      `${seeds.padStart(10)}  ${mutant.name}${found ? `: ${found.failure.message}` : ""}`,
    );
  }
  console.log(`${chosen.length - survived} of ${chosen.length} noticed within ${count} seeds`);
  process.exitCode = survived > 0 ? 1 : 0;
}

async function runSeeds() {
  const { runSeed } = await loadSimulation();
  const faults = new Map<string, number>();
  const actions = new Map<string, number>();
  let [failed, lines, slowestMs, virtualMs] = [0, 0, 0, 0];
  const startMs = performance.now();

  function addAll(into: Map<string, number>, from: ReadonlyMap<string, number>) {
    for (const [name, number] of from) into.set(name, (into.get(name) ?? 0) + number);
  }

  for (let seed = first; seed < first + count; seed += 1) {
    const result = await runSeed(seed, values.trace ? (line) => console.log(line) : null);
    addAll(faults, result.tally.faults);
    addAll(actions, result.tally.actions);
    lines += result.lines;
    virtualMs += result.tookMs;
    slowestMs = Math.max(slowestMs, result.calmMs);
    if (result.failure === null) continue;
    failed += 1;
    console.error(`seed ${seed} failed: ${result.failure.stack ?? result.failure.message}`);
    if (result.failure.cause !== undefined) console.error(result.failure.cause);
    console.error(`replay it with: npm run sim -- --seed ${seed} --trace`);
    if (!values.keep) break;
  }

  function print(title: string, numbers: ReadonlyMap<string, number>) {
    console.log(`\n${title}`);
    const rows = [...numbers].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, number] of rows) console.log(`  ${String(number).padStart(10)}  ${name}`);
  }

  if (!values.trace) {
    print("faults", faults);
    print("what logmill did", actions);
  }
  const seconds = (performance.now() - startMs) / 1000;
  console.log(
    `\n${count} seeds in ${seconds.toFixed(1)} s (${(count / seconds).toFixed(1)} a second), ` +
      `${lines} lines, ${(virtualMs / 3_600_000).toFixed(1)} virtual hours, ` +
      `slowest recovery ${(slowestMs / 1000).toFixed(1)} s, ${failed} failed`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}

await (values.mutants || values.mutant ? runMutants() : runSeeds());
