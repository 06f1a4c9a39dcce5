// `npm run test:mutants [-- --only WORDS] [--list] [--skip-plain]`: breaks the code on purpose, one way at a time, in a
// copy of the tree, runs the tests that must notice, and fails unless every mutant is caught. Before
// that, the same tests have to pass without any mutant (`--skip-plain` when they just have). A mutant whose text is gone from the code
// fails, too: bring `scripts/mutants` up to date then.

import { spawnSync } from "node:child_process";
import console from "node:console";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { recordEvidence } from "./chaos/evidence.mjs";
import { mutants as catalog } from "./mutants/catalog.mjs";
import { misfits } from "./mutants/misfits.mjs";

/** @typedef {import("./mutants/catalog.mjs").Mutant} Mutant */
/** @typedef {{ testResults: { name: string, message: string, assertionResults: { status: string, fullName: string }[] }[] }} VitestReport */
/** @typedef {{ kind: "passed" } | { kind: "caught", by: string } | { kind: "broken", why: string }} Outcome */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const kernelWasm = "src/shared/kernel/kernel.wasm";
/** A mutant that makes a test wait for ever is caught by the wait. */
const testTimeoutMs = 60_000;
const runTimeoutMs = 300_000;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    "skip-plain": { type: "boolean", default: false },
  },
});
const mutants = catalog.filter(({ name }) => name.includes(values.only));
if (mutants.length === 0) {
  console.error(`no mutant has "${values.only}" in its name; --list shows them all`);
  process.exit(2);
}
if (values.list) {
  for (const { name, file } of mutants) console.log(`${name} (${file})`);
  process.exit(0);
}

const rotten = misfits(mutants, root);
if (rotten.length > 0) {
  console.error("scripts/mutants is not up to date with the code:");
  for (const line of rotten) console.error(`  ${line}`);
  process.exit(1);
}

const copy = mkdtempSync(join(tmpdir(), "logmill-mutants-"));
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
copyTree();

const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
if (!values["skip-plain"]) {
  console.log(`first the ${tests.length} test files as they are`);
  const plain = runTests(tests);
  if (plain.kind !== "passed") {
    console.error(plain.kind === "caught" ? `fails without a mutant: ${plain.by}` : plain.why);
    process.exit(1);
  }
}

let caught = 0;
for (const mutant of mutants) {
  const outcome = tryOut(mutant);
  if (outcome.kind === "caught") {
    caught += 1;
    console.log(`caught    ${mutant.name}\n          by ${outcome.by}`);
  } else {
    const why = outcome.kind === "passed" ? "every test passed" : outcome.why;
    console.log(`SURVIVED  ${mutant.name} (${mutant.file})\n          ${why}`);
  }
}
console.log(`${caught} of ${mutants.length} mutants caught`);
if (caught < mutants.length) process.exitCode = 1;
else {
  recordEvidence({
    ...{ part: "mutants", fault: "the code broken on purpose, one way at a time" },
    expected: "every mutant is caught by a test",
    observed: `${caught} of ${mutants.length} caught`,
    runs: caught,
  });
}

/** What git knows and what is new, as it is now, beside the same packages. */
function copyTree() {
  const listed = spawnSync("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const path of [...listed.stdout.trim().split("\n"), kernelWasm]) {
    if (!lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile()) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    copyFileSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}

/** @param {Mutant} mutant @returns {Outcome} */
function tryOut({ file, text, replacement, also, tests: mayCatch, isKernel }) {
  const path = join(copy, file);
  const original = readFileSync(path, "utf8");
  const wasm = readFileSync(join(copy, kernelWasm));
  const once = original.replace(text, () => replacement);
  writeFileSync(path, also === undefined ? once : once.replace(also.text, () => also.replacement));
  try {
    if (isKernel === true) {
      // Its own build script, which makes the kernel anew where its source is newer; clocks of file
      // systems are too coarse to tell that of a source that was changed just now.
      rmSync(join(copy, kernelWasm));
      const built = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: copy });
      if (built.status !== 0) return { kind: "broken", why: "the kernel could not be built" };
    }
    // One file after the other: the first that notices is enough.
    for (const test of mayCatch) {
      let outcome = runTests([test]);
      // A test process that died by itself, as by an abort within libzmq, proves nothing either way.
      if (outcome.kind === "broken") outcome = runTests([test]);
      if (outcome.kind !== "passed") return outcome;
    }
    return { kind: "passed" };
  } finally {
    writeFileSync(path, original);
    if (isKernel === true) writeFileSync(join(copy, kernelWasm), wasm);
  }
}

/** @param {readonly string[]} files @returns {Outcome} */
function runTests(files) {
  const reportPath = join(copy, "mutant-report.json");
  rmSync(reportPath, { force: true });
  const args = ["run", ...files, "--bail=1", "--retry=0", `--testTimeout=${testTimeoutMs}`];
  const run = spawnSync(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", ...args, "--reporter=json", `--outputFile=${reportPath}`],
    { cwd: copy, encoding: "utf8", timeout: runTimeoutMs, killSignal: "SIGKILL", env: testEnv() },
  );
  if (run.signal !== null) return { kind: "caught", by: "a run that did not end" };
  if (!existsSync(reportPath)) return { kind: "broken", why: `${run.stdout}${run.stderr}` };
  const { testResults } = /** @type {VitestReport} */ (parse(readFileSync(reportPath, "utf8")));
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === "failed");
  if (failed !== undefined) return { kind: "caught", by: `"${failed.fullName}"` };
  if (run.status === 0) return { kind: "passed" };
  // Outside of any test: a file that cannot be loaded, or an error that nobody awaited.
  const message = testResults.map((result) => result.message).find((text) => text !== "");
  const unhandled = /Unhandled|Uncaught/.test(run.stderr + run.stdout);
  if (unhandled && message === undefined) return { kind: "caught", by: "an error nobody awaited" };
  return { kind: "broken", why: message ?? `${run.stdout}${run.stderr}`.slice(0, 2000) };
}

/** Tests of a mutant are no evidence of anything that the program does. */
function testEnv() {
  const env = { ...process.env };
  delete env["LOGMILL_EVIDENCE"];
  return env;
}

/** @param {string} text @returns {unknown} */
function parse(text) {
  return JSON.parse(text);
}
