// `npm run test:mutants [-- --only WORDS…] [--part I/N] [--jobs N] [--list] [--skip-plain]`: breaks the code on purpose,
// one way at a time, in a copy of the tree, runs the tests that must notice, and fails unless every
// mutant is caught. Before that, the same tests have to pass without any mutant (`--skip-plain` when
// they just have). A long run can be done in parts: `--part 2/5` takes the second mutant of every five,
// `--only` those with these words in their name, file or tests, and `--jobs` tries out so many at
// once. A mutant that has lost its place fails, too: bring
// `test/mutants` up to date then.

import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isKernelFresh } from "../../scripts/kernel.mjs";
import { recordEvidence } from "../support/evidence.ts";
import { mutants as catalog } from "./catalog.ts";
import { lostMutants } from "./lost-mutants.ts";
import { TreeCopy } from "./tree-copy.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [""] },
    part: { type: "string", default: "1/1" },
    jobs: { type: "string", default: "1" },
    list: { type: "boolean", default: false },
    "skip-plain": { type: "boolean", default: false },
  },
});
const jobs = Number(values.jobs);
const [part = NaN, parts = NaN] = values.part.split("/").map(Number);
const mutants = catalog
  .filter(({ name, file, tests }) => {
    const text = [name, file, ...tests].join("\n");
    return values.only.some((words) => text.includes(words));
  })
  .filter((_, index) => index % parts === part - 1);
if (!Number.isSafeInteger(jobs) || jobs < 1) fail(2, "--jobs takes a number from 1");
if (mutants.length === 0) {
  fail(
    2,
    `no mutant has "${values.only.join('" or "')}" in its name, file or tests and is in part ${values.part}; see --list`,
  );
}
if (values.list) {
  for (const { name, file, in: place } of mutants) console.log(`${name} (${place} of ${file})`);
  process.exit(0);
}
const lost = lostMutants(mutants, root);
if (lost.length > 0) {
  fail(1, `test/mutants is not up to date with the code:\n  ${lost.join("\n  ")}`);
}

if (!isKernelFresh(root)) fail(1, "the kernel is older than its source; run npm run build first");
const copies = Array.from({ length: jobs }, () => new TreeCopy(root));
process.on("exit", () => {
  for (const copy of copies) copy.remove();
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
if (!values["skip-plain"]) await tryPlain();
const waiting = [...mutants];
let caught = 0;
await Promise.all(copies.map(tryOutInTurn));
console.log(`${caught} of ${mutants.length} mutants caught`);
if (caught < mutants.length) process.exitCode = 1;
else {
  recordEvidence({
    ...{ part: "mutants", fault: "the code broken on purpose, one way at a time" },
    expected: "every mutant is caught by a test",
    observed: "every one was",
    runs: caught,
  });
}

async function tryPlain(): Promise<void> {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  console.log(`first the ${tests.length} test files as they are`);
  const plain = await copies[0]!.run(tests);
  if (plain.kind === "caught") fail(1, `fails without a mutant: ${plain.by}`);
  if (plain.kind === "broken") fail(1, plain.why);
}

async function tryOutInTurn(copy: TreeCopy): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const startMs = performance.now();
    const outcome = await copy.tryOut(mutant);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    if (outcome.kind === "caught") {
      caught += 1;
      console.log(`caught    ${mutant.name}\n          by ${outcome.by} in ${seconds} s`);
    } else if (outcome.kind === "passed") {
      console.log(`SURVIVED  ${mutant.name} (${mutant.file})`);
    } else {
      console.log(`BROKEN    ${mutant.name} (${mutant.file})\n          ${outcome.why}`);
    }
  }
}

function fail(code: number, why: string): never {
  console.error(why);
  process.exit(code);
}
