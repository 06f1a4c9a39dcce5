// `npm run guarantees [-- --quick | --full] [--without-mutants] [--jobs N] [--only WORDS…] [--keep FOLDER | --from FOLDER…]`:
// runs every test of a guarantee or a fault, and writes down what they saw as `docs/guarantees.md`. By
// default at the depth of the suite, with all mutants; with `--full` also minutes of chaos, more seeds
// and every fault for longer; with `--quick` what needs no other process; with `--only` just the tests
// and programs whose paths have these words. The page says which. Writes nothing when anything fails.
//
// A long run can be done in pieces: `--keep` leaves the page alone and keeps in a folder what was seen
// and on which commit; `--from` runs nothing and makes the page of such folders.

import { spawnSync } from "node:child_process";
import console from "node:console";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cpus, release, tmpdir, totalmem, type } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import type { Evidence } from "../support/evidence.ts";
import { typescriptFlags } from "../support/programs.ts";
import { guarantees } from "./guarantees.ts";
import { renderPage } from "./render.ts";

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = join(root, "docs/guarantees.md");
const chaosSeconds = 120;

const { values } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    jobs: { type: "string", default: "1" },
    "without-mutants": { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    keep: { type: "string" },
    from: { type: "string", multiple: true, default: [] },
  },
});
const depth = values.full ? "full" : "suite";
const { only } = values;
const folders = values.from.length > 0 ? values.from : [evidenceFolder()];
const startMs = performance.now();
if (values.from.length === 0) runEverything();
const records = folders.flatMap(readEvidence);
if (records.length === 0) refuse("no test has written down anything");
const wrong = records.find(({ lost, twice }) => (lost ?? 0) + (twice ?? 0) > 0);
if (wrong !== undefined) refuse(`lines were lost or counted twice: ${wrong.fault}`);
const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
const where = values.keep ?? relative(process.cwd(), page);
if (values.keep === undefined) await writePage();
console.log(`${records.length} observations in ${minutes} min: ${where}`);

async function writePage() {
  const text = renderPage(records, {
    date: new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC",
    commit: commitsOf(folders),
    machine: machine(),
    depth:
      values.from.length > 0
        ? "of several commands, one after the other"
        : (values.full ? "at full depth" : "at the depth of the test suite") +
          (values.quick ? ", without other processes" : "") +
          (only.length === 0 ? "" : `, only the tests of ${only.join(", ")}`),
  });
  const options = await resolveConfig(page);
  writeFileSync(page, await format(text, { ...options, parser: "markdown" }));
}

/** Where tests write down what they see, with the commit that they test. */
function evidenceFolder() {
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), "logmill-evidence-"));
  if (values.keep === undefined) {
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "commit"), commit());
  return folder;
}

/** One commit, or each with the parts that were shown on it. */
function commitsOf(from: readonly string[]) {
  const parts = new Map<string, Set<string>>();
  for (const folder of from) {
    const id = readFileSync(join(folder, "commit"), "utf8").trim();
    const shown = parts.get(id) ?? new Set();
    parts.set(id, shown);
    for (const { part } of readEvidence(folder)) shown.add(part);
  }
  if (parts.size === 1) return [...parts.keys()].join("");
  return [...parts].map(([id, shown]) => `${id} (${[...shown].sort().join(", ")})`).join("; ");
}

function runEverything() {
  run("the build", ["scripts/build.mjs"]);
  const tests = testFiles();
  if (tests.length > 0) runTests(tests);
  if (values.quick) return;
  const mutants = "test/mutants/run.ts";
  if (!values["without-mutants"] && isWanted(mutants)) {
    run("the mutants", [mutants, `--jobs=${values.jobs}`]);
  }
  const chaos = "test/chaos/run.ts";
  if (!values.full || !isWanted(chaos)) return;
  for (const mode of ["apart", "run"]) {
    run(`chaos, ${mode}`, [chaos, `--seconds=${chaosSeconds}`, `--mode=${mode}`]);
  }
}

function isWanted(path: string): boolean {
  const isOfOneProcess = /^test\/(unit|property|golden|sim)\//.test(path);
  if (values.quick && !isOfOneProcess) return false;
  return only.length === 0 || only.some((words) => path.includes(words));
}

/** The files of the guarantees, those that record evidence, and the simulation, whose suite does so. */
function testFiles(): string[] {
  const shows = new Set(guarantees.flatMap(({ tests }) => tests.map((path) => `test/${path}`)));
  return readdirSync(join(root, "test"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter(isWanted)
    .filter(
      (path) =>
        shows.has(path) ||
        path.startsWith("test/sim/") ||
        /\brecordEvidence\(/.test(readFileSync(join(root, path), "utf8")),
    )
    .sort();
}

/** Runs files of tests, and writes down for each guarantee how many of its tests passed. */
function runTests(files: readonly string[]): void {
  const folder = folders[0]!;
  const report = join(folder, "report.json");
  run("the tests", [
    ...["node_modules/vitest/vitest.mjs", "run", ...files],
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
  ]);
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  const passed = new Map(
    testResults.map(({ name, assertionResults }) => [
      relative(join(root, "test"), name),
      assertionResults.filter(({ status }) => status === "passed").length,
    ]),
  );
  const seen = guarantees.flatMap(({ title, says, tests }) =>
    tests
      .map(
        (path) => ({ part: "guarantees", fault: title, expected: says, observed: path }) as const,
      )
      .map((about): Evidence => ({ ...about, runs: passed.get(about.observed) ?? 0 }))
      .filter(({ runs }) => runs > 0),
  );
  const lines = seen.map((evidence) => `${JSON.stringify(evidence)}\n`);
  writeFileSync(join(folder, "guarantees.jsonl"), lines.join(""));
}

/** Runs a script; when it fails, nothing is written. */
function run(what: string, args: readonly string[]) {
  console.log(`— ${what}`);
  const env = { ...process.env, LOGMILL_EVIDENCE: folders[0], LOGMILL_TEST_DEPTH: depth };
  const flags = args[0]?.endsWith(".ts") === true ? typescriptFlags : [];
  const { status } = spawnSync(process.execPath, [...flags, ...args], {
    cwd: root,
    stdio: "inherit",
    env,
  });
  if (status !== 0) refuse(`${what} failed`);
}

function refuse(why: string): never {
  console.error(`${why}; ${relative(process.cwd(), page)} is left as it was`);
  process.exit(1);
}

function readEvidence(folder: string): Evidence[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Evidence);
}

function commit() {
  if (!existsSync(join(root, ".git"))) return "not from a repository";
  const git = (...args: string[]) =>
    spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout.trim();
  const isClean = git("status", "--porcelain", "--", ":!docs/guarantees.md", ":!README.md") === "";
  return `${git("rev-parse", "--short=10", "HEAD")}${isClean ? "" : ", with changes"}`;
}

function machine() {
  const cores = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const model = cores[0]?.model.trim() ?? "unknown processor";
  return `${cores.length} × ${model}, ${gigabytes} GiB, ${type()} ${release()}, Node ${process.version}`;
}
