// `npm run guarantees [-- --full] [--without-mutants] [--only WORDS…] [--from FOLDER]`: runs every test of a
// fault, and writes down what they saw as `docs/guarantees.md`. By default at the depth of the suite, with
// all mutants; with `--full` also minutes of chaos, more seeds and every fault for longer; with `--only` just
// the test files whose paths have these words, which the page says. Writes nothing when anything fails.
// With `--from` nothing is run: the folder holds what earlier runs with LOGMILL_EVIDENCE wrote there. Only
// what held is ever written down, so a test that failed in one of them is missing from the page.

import { spawnSync } from "node:child_process";
import console from "node:console";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir, totalmem, type } from "node:os";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { renderPage } from "./guarantees/render.mjs";

/** @typedef {import("../test/support/evidence.ts").Evidence} Evidence */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, "docs/guarantees.md");
const chaosSeconds = 120;

const { values } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    "without-mutants": { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    from: { type: "string" },
  },
});
const depth = values.full ? "full" : "suite";
const { only } = values;
const evidence = values.from ?? mkdtempSync(join(tmpdir(), "logmill-evidence-"));

const startMs = performance.now();
if (values.from === undefined) {
  process.on("exit", () => rmSync(evidence, { recursive: true, force: true }));
  runEverything();
}
const records = readEvidence();
if (records.length === 0) refuse("no test has written down anything");
const wrong = records.find(({ lost, twice }) => (lost ?? 0) + (twice ?? 0) > 0);
if (wrong !== undefined) refuse(`lines were lost or counted twice: ${wrong.fault}`);
const text = renderPage(records, {
  date: new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC",
  commit: commit(),
  machine: machine(),
  depth:
    (values.full ? "at full depth" : "at the depth of the test suite") +
    (values.from === undefined ? "" : ", recorded by one command after the other") +
    (only.length === 0 ? "" : `, only the tests of ${only.join(", ")}`),
});
const options = await resolveConfig(page);
writeFileSync(page, await format(text, { ...options, parser: "markdown" }));
const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
console.log(`${records.length} observations in ${minutes} min: ${relative(process.cwd(), page)}`);

function runEverything() {
  run("the build", ["scripts/build.mjs"]);
  run("the tests of faults", ["node_modules/vitest/vitest.mjs", "run", ...testsOfFaults()]);
  if (!values["without-mutants"]) run("the mutants", ["scripts/mutants.mjs"]);
  if (!values.full) return;
  for (const mode of ["apart", "run"]) {
    run(`chaos, ${mode}`, ["scripts/chaos.mjs", `--seconds=${chaosSeconds}`, `--mode=${mode}`]);
  }
}

/** Test files that record evidence, and the simulation, whose suite does so for its seeds. @returns {string[]} */
function testsOfFaults() {
  return readdirSync(join(root, "test"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => only.length === 0 || only.some((words) => path.includes(words)))
    .filter(
      (path) =>
        path.startsWith("test/sim/") ||
        /\brecordEvidence\(/.test(readFileSync(join(root, path), "utf8")),
    )
    .sort();
}

/** Runs a script; when it fails, nothing is written. @param {string} what @param {readonly string[]} args */
function run(what, args) {
  console.log(`— ${what}`);
  const env = { ...process.env, LOGMILL_EVIDENCE: evidence, LOGMILL_TEST_DEPTH: depth };
  const { status } = spawnSync(process.execPath, [...args], { cwd: root, stdio: "inherit", env });
  if (status !== 0) refuse(`${what} failed`);
}

/** @param {string} why @returns {never} */
function refuse(why) {
  console.error(`${why}; ${relative(process.cwd(), page)} is left as it was`);
  process.exit(1);
}

/** @returns {Evidence[]} */
function readEvidence() {
  return readdirSync(evidence)
    .sort()
    .flatMap((name) => readFileSync(join(evidence, name), "utf8").trimEnd().split("\n"))
    .map((line) => /** @type {Evidence} */ (parse(line)));
}

function commit() {
  if (!existsSync(join(root, ".git"))) return "not from a repository";
  const git = (/** @type {string[]} */ ...args) =>
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

/** @param {string} line @returns {unknown} */
function parse(line) {
  return JSON.parse(line);
}
