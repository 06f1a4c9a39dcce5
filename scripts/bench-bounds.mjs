// What logmill holds and how long it is deaf under loads that are hard on memory: many keys in one day,
// keys of 60 kB, and many small tables. For each load it is shown whether every number is right, how
// many batches went out again, and of each role the greatest resident memory and the longest pause of
// its event loop:
//
//   npm run bench:bounds -- [--share 1] [--loads keys,long,tables] [--program dist/cli/main.js …]
//
// `--share 0.05` takes a twentieth of each load. With several programs, such as one built from an
// earlier commit, all of them have the same loads in turn, and stand below each other in one table.
//
// A pause is the wall time between two turns of a timer that asks for one every 10 ms. On a busy machine a
// part of it is others' work: "own" is the processor time of the loop's thread in the worst of the pauses.

import { spawn } from "node:child_process";
import console from "node:console";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { boundsLoads } from "./bench-bounds-loads.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const probe = join(root, "scripts/bench-bounds-probe.mjs");
const budgetMiB = 256;

const { values: options } = parseArgs({
  options: {
    share: { type: "string", default: "1" },
    loads: { type: "string", default: "keys,long,tables" },
    workers: { type: "string", default: "1" },
    program: { type: "string", multiple: true, default: [join(root, "dist/cli/main.js")] },
    folder: { type: "string", default: tmpdir() },
  },
});

/** @typedef {import("./bench-bounds-loads.mjs").BoundsLoad} BoundsLoad */
/** @typedef {{ role: string, peakMiB: number, pauseMs: number, ownMs: number }} Seen */

/**
 * Runs a load in a folder of its own.
 * @param {string} program @param {string} folder
 */
async function runLoad(program, folder) {
  mkdirSync(join(folder, "seen"));
  const started = Date.now();
  const args = [program, "run", "--json", "--workers", options.workers];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${pathToFileURL(probe).href}`,
      LOGMILL_BENCH_SEEN: join(folder, "seen"),
    },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += String(text)));
  await once(child, "close");
  const seconds = (Date.now() - started) / 1000;
  const said = output.trim().split("\n").at(-1) ?? "";
  /** @type {{ batches?: number, redelivered?: number }} */
  const { batches = 0, redelivered = 0 } = parsed(said.startsWith("{") ? said : "{}");
  const seen = readSeen(join(folder, "seen"));
  return { code: child.exitCode, seconds, batches, redelivered, seen };
}

/** @template T @param {string} text @returns {T} */
function parsed(text) {
  const value = /** @type {unknown} */ (JSON.parse(text));
  return /** @type {T} */ (value);
}

/** The greatest of every role. @param {string} folder @returns {Seen[]} */
function readSeen(folder) {
  /** @type {Map<string, Seen>} */
  const roles = new Map();
  for (const name of readdirSync(folder)) {
    /** @type {Seen} */
    const seen = parsed(readFileSync(join(folder, name), "utf8"));
    const before = roles.get(seen.role) ?? seen;
    const worst = seen.pauseMs > before.pauseMs ? seen : before;
    roles.set(seen.role, { ...worst, peakMiB: Math.max(seen.peakMiB, before.peakMiB) });
  }
  return [...roles.values()].sort((a, b) => a.role.localeCompare(b.role));
}

/** @param {readonly (string | number)[]} cells */
function row(cells) {
  const widths = [10, 10, 8, 9, 8, 12, 10, 12, 8];
  const text = cells.map((cell, index) => String(cell).padEnd(widths[index] ?? 10)).join(" ");
  console.log(text.trimEnd());
}

/** @param {BoundsLoad} load @param {string} program @param {string} label */
async function measure(load, program, label) {
  const folder = mkdtempSync(join(options.folder, "logmill-bounds-"));
  try {
    mkdirSync(join(folder, "logs"));
    await load.write(join(folder, "logs"));
    writeFileSync(join(folder, "logmill.yaml"), JSON.stringify(load.config(budgetMiB)));
    const { code, seconds, batches, redelivered, seen } = await runLoad(program, folder);
    const fault = code === 0 ? await load.fault(join(folder, "out")) : `exit code ${code}`;
    if (fault !== null) process.exitCode = 1;
    seen.forEach(({ role, peakMiB, pauseMs, ownMs }, index) => {
      const ofRun = [label, load.name, seconds.toFixed(0), fault === null ? "yes" : "NO"];
      const shown = index === 0 ? [...ofRun, `${redelivered}/${batches}`] : ["", "", "", "", ""];
      row([...shown, role, peakMiB.toFixed(0), pauseMs.toFixed(0), ownMs.toFixed(0)]);
    });
    if (fault !== null) console.log(`  not exact: ${fault}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(`node scripts/bench-bounds.mjs ${process.argv.slice(2).join(" ")}`);
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}, ` +
    `live tables ${budgetMiB} MiB: at most ${budgetMiB + 100} MiB are wanted of a sink`,
);
const programs = options.program.map((path) => resolve(path));
programs.forEach((path, index) => console.log(`  program ${index + 1}: ${path}`));
row(["program", "load", "seconds", "exact", "again", "role", "peak MiB", "pause ms", "own ms"]);
const wanted = options.loads.split(",");
for (const load of boundsLoads(Number(options.share))) {
  if (!wanted.includes(load.name)) continue;
  for (const [index, program] of programs.entries()) await measure(load, program, `${index + 1}`);
}
