// The promise of the whole program, at full size: `npm run exactness -- [EVENTS]` runs a million
// generated ad events (by default) through 1, 2 and 4 workers, batches of 64 KiB and 1 MiB, shuffled
// files, and kill -9 of each role in mid-run, and compares the SHA-256 of all CSV files. The files of
// the first run are compared with a straight count of the same logs. Prints one line per run; exits
// with 1 when any differs.

import { spawn, spawnSync } from "node:child_process";
import console from "node:console";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { filesBelow } from "../chaos/verdict.ts";
import { programPath } from "../support/programs.ts";
import { compare, countPlainly } from "./plain-count.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const events = Number(process.argv[2] ?? 1_000_000);
const filesCount = 4;

export interface Case {
  title: string;
  workers: number;
  batch: string;
  flight?: number;
  names?: string[];
  victim?: string;
}

export interface LogRecord {
  msg: string;
  childPid?: number;
  linesAcknowledged?: number;
}

export interface Report {
  lines: number;
  redelivered: number;
  seconds?: number;
}

const cases: Case[] = [
  ...[1, 2, 4].flatMap((workers) =>
    ["64KiB", "1MiB"].map((batch) => ({ title: "plain", workers, batch })),
  ),
  { title: "files shuffled", workers: 2, batch: "64KiB", names: ["c", "a", "d", "b"] },
  { title: "files shuffled", workers: 2, batch: "1MiB", names: ["d", "c", "b", "a"] },
  ...["worker 1", "sink", "ventilator"].flatMap((victim) =>
    ["64KiB", "1MiB"].map((batch) => ({
      title: `kill -9 ${victim}`,
      workers: 2,
      batch,
      flight: 4,
      victim,
    })),
  ),
];

const folder = mkdtempSync(join(tmpdir(), "logmill-exactness-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const generated = spawnSync(
  process.execPath,
  [
    programPath,
    "generate",
    "ads",
    `--events=${events}`,
    "--seed=1",
    `--files=${filesCount}`,
    `--out=${folder}/log/ads.log`,
  ],
  { stdio: "inherit" },
);
if (generated.status !== 0) process.exit(1);
const logs = readdirSync(join(folder, "log")).map((name) => join(folder, "log", name));

/** The demo's configuration, with its own folders and the case's sizes. */
function writeConfig({ batch, flight }: Case, work: string) {
  const text = readFileSync(join(root, "scripts/demo.yaml"), "utf8").replaceAll("../.demo", ".");
  const cluster = `cluster: { batch: { max_bytes: ${batch} }, max_in_flight: ${flight ?? 32} }\n`;
  const path = join(work, "logmill.yaml");
  writeFileSync(path, text + cluster);
  return path;
}

/** Runs a case; returns its exit code, report, kills and the digest of its files. */
async function run(example: Case, index: number) {
  const work = join(folder, `case-${index}`);
  mkdirSync(join(work, "logs"), { recursive: true });
  logs.forEach((path, at) =>
    copyFileSync(path, join(work, "logs", `${example.names?.[at] ?? at}.log`)),
  );
  const config = writeConfig(example, work);
  const child = spawn(
    process.execPath,
    [programPath, "run", "-c", config, "--json", "--workers", String(example.workers)],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, LOGMILL_LOG_LEVEL: "debug", LOGMILL_LOG_FORMAT: "json" },
    },
  );
  const kills = example.victim === undefined ? null : killOnTheWay(child.stderr, example.victim);
  if (kills === null) child.stderr.resume();
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const exitCode = await new Promise((resolve: (code: number | null) => void) =>
    child.once("close", resolve),
  );
  const out = join(work, "out");
  const digest = digestOf(out);
  if (index === 0) await printComparison(out);
  rmSync(work, { recursive: true, force: true });
  return { exitCode, stdout, kills: kills?.count ?? 0, digest };
}

/** Kills a role at 20, 50 and 80 % of the lines. */
function killOnTheWay(log: Readable, victim: string) {
  const kills = { count: 0 };
  const shares = [0.2, 0.5, 0.8];
  let pid = 0;
  let rest = "";
  log.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("{")) continue;
      const record = JSON.parse(line) as LogRecord;
      if (record.msg === `started ${victim}`) pid = record.childPid ?? 0;
      if (record.msg !== "progress" || pid === 0) continue;
      const share = shares[kills.count];
      if (share === undefined || (record.linesAcknowledged ?? 0) < share * events) continue;
      process.kill(pid, "SIGKILL");
      pid = 0;
      kills.count += 1;
    }
  });
  return kills;
}

/** SHA-256 over names and content of all files. */
function digestOf(out: string) {
  const hash = createHash("sha256");
  for (const [path, text] of filesBelow(out)) hash.update(`${path}\0`).update(text);
  return hash.digest("hex").slice(0, 16);
}

/** Holds the files of a run against the plain count; throws when they differ. */
async function printComparison(out: string) {
  const { rows, within } = compare(out, [...filesBelow(out).keys()], await countPlainly(logs));
  console.log(
    `plain count: counts and sums of all ${rows} rows are equal; ` +
      `${within} of ${rows} distinct counts lie within their 95 % interval`,
  );
}

let expected = "";
let failures = 0;
console.log(`${events.toLocaleString("en")} events in ${filesCount} files`);
console.log("workers  batch  what                kills  redelivered  seconds  sha256 of the files");
for (const [index, example] of cases.entries()) {
  const { exitCode, stdout, kills, digest } = await run(example, index);
  expected ||= digest;
  const report = JSON.parse(stdout === "" ? "{}" : stdout) as Report;
  // A run that was over before its victim could be killed has shown nothing.
  const isKilled = example.victim === undefined || kills > 0;
  const isGood = exitCode === 0 && digest === expected && report.lines === events && isKilled;
  if (!isGood) failures += 1;
  console.log(
    [
      String(example.workers).padStart(7),
      example.batch.padStart(5),
      example.title.padEnd(18),
      String(kills).padStart(5),
      String(report.redelivered).padStart(11),
      (report.seconds ?? 0).toFixed(2).padStart(7),
      `${digest} ${isGood ? "same" : `DIFFERENT (exit ${exitCode})`}`,
    ].join("  "),
  );
}
console.log(failures === 0 ? "all the same" : `${failures} of ${cases.length} differ`);
process.exitCode = failures === 0 ? 0 : 1;
