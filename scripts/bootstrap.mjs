// From a fresh clone to a running logmill: `npm run demo` and `npm run verify` come here. Plain
// Node.js without dependencies, since it is what installs them.
//
//   demo     install and build if needed, generate a seeded log of 1,000,000 ad events into .demo/
//            (once), run the pipeline over it, show what came out
//   verify   install, check the types, build, run all tests; the last line is "N passed, N failed"

import { spawnSync } from "node:child_process";
import console from "node:console";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const logs = join(root, ".demo/logs");
const program = join(root, "dist/cli/main.js");

/** Runs a program in the project's folder and returns its exit code. @param {string} command @param {string[]} args */
function run(command, args) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  return signal === null ? (status ?? 1) : 1;
}

/** Runs a step without which the next makes no sense. @param {string} title @param {string} command @param {string[]} args */
function step(title, command, args) {
  console.log(`> ${title}`);
  const status = run(command, args);
  if (status === 0) return;
  console.error(`${title}: failed with exit code ${status}`);
  process.exit(status);
}

/** @param {string} path */
const modifiedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function install() {
  // npm writes this file last, so it stands for a complete installation.
  const installed = modifiedMs(join(root, "node_modules/.package-lock.json"));
  if (installed > modifiedMs(join(root, "package-lock.json"))) return;
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) step("npm ci", process.execPath, [npm, "ci"]);
  else step("npm ci", "npm", ["ci"]);
}

function build() {
  step("build", process.execPath, [join(root, "scripts/build.mjs")]);
}

function generate() {
  if (existsSync(logs)) return;
  // Under another name until it is complete, so that an interrupted demo does not run on half a log.
  const unfinished = `${logs}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  step("generate 1,000,000 ad events", process.execPath, [
    program,
    "generate",
    "ads",
    "--events=1000000",
    "--seed=1",
    `--out=${unfinished}/ads.log`,
    "--files=3",
  ]);
  renameSync(unfinished, logs);
}

/** Whether `dist/` is younger than everything that it is made of. */
function isBuilt() {
  const builtMs = modifiedMs(program);
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".wasm"))
    .map((entry) => join(entry.parentPath, entry.name));
  const inputs = [...sources, join(root, "tsconfig.json"), join(root, "package-lock.json")];
  return inputs.every((path) => modifiedMs(path) < builtMs);
}

function demo() {
  install();
  if (!isBuilt()) build();
  generate();
  console.log("> logmill run -c scripts/demo.yaml");
  return run(process.execPath, [program, "run", "-c", join(root, "scripts/demo.yaml")]);
}

function verify() {
  install();
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  step("check the types", process.execPath, [tsc, "-p", "tsconfig.test.json"]);
  build();
  const folder = mkdtempSync(join(tmpdir(), "logmill-verify-"));
  const results = join(folder, "results.json");
  const require = createRequire(join(root, "package.json"));
  const vitest = join(dirname(require.resolve("vitest/package.json")), "vitest.mjs");
  const status = run(process.execPath, [
    vitest,
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${results}`,
  ]);
  const { passed, failed } = countTests(results);
  rmSync(folder, { recursive: true, force: true });
  // What vitest calls a failure without naming a test (an unhandled rejection) is one all the same.
  const failures = status !== 0 && failed === 0 ? 1 : failed;
  console.log(`${passed} passed, ${failures} failed`);
  return status === 0 && failures > 0 ? 1 : status;
}

/** One file in vitest's report. @typedef {{ status: string, assertionResults: { status: string }[] }} TestFile */

/** What is read here of vitest's report. @typedef {{ numPassedTests: number, numFailedTests: number, testResults: TestFile[] }} Report */

/** @param {string} text @returns {unknown} */
function parseJson(text) {
  return JSON.parse(text);
}

/** Counts tests in vitest's report. @param {string} path */
function countTests(path) {
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const report = /** @type {Report} */ (parseJson(readFileSync(path, "utf8")));
  // A file that could not be loaded has no tests to count, and is a failure.
  const broken = report.testResults.filter(
    (file) =>
      file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

const commands = new Map([
  ["demo", demo],
  ["verify", verify],
]);
const command = commands.get(process.argv[2] ?? "");
if (command === undefined) {
  console.error(`usage: node scripts/bootstrap.mjs ${[...commands.keys()].join("|")}`);
  process.exit(2);
}
process.exitCode = command();
