// How fast logmill is, beside DuckDB and mawk on the same generated log and the same question: how
// many events, what revenue and how many users per day, event and campaign. Build first:
//
//   node scripts/bench.mjs [--events N] [--kernel-events N] [--workers N] [--batch 32MiB] [--kernel-only]
//
// 1. The kernel on one core: whole batches of 1 MiB, from bytes to the encoded partial; and the
//    whole answer, with reading the file and merging the partials. DuckDB has one thread. Speeds per
//    core are of CPU time, so that a busy machine does not change them; wall time stands beside it.
// 2. `logmill run` with its processes and its durable store against DuckDB with as many threads,
//    both from process start to the end, by wall time; and the memory of the roles meanwhile.
//
// Ratios matter, not the figures of one machine; both are printed, with the command and the machine.

import { spawn, spawnSync } from "node:child_process";
import console from "node:console";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchKernel, benchPlan, benchTimezone } from "./bench-kernel.mjs";
import { printMemory, sampleRoles } from "./role-memory.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, ".bench");
const program = join(root, "dist/cli/main.js");
const rounds = 5;

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "10000000" },
    "kernel-events": { type: "string", default: "1000000" },
    workers: { type: "string", default: "2" },
    batch: { type: "string", default: "32MiB" },
    "kernel-only": { type: "boolean", default: false },
    // How the script calls itself for DuckDB in a process of its own.
    "duckdb-child": { type: "string" },
  },
});

/** @typedef {import("./bench-kernel.mjs").Timing} Timing */

/** @param {number} seconds @param {number} events */
const speed = (seconds, events) => `${(events / seconds / 1e6).toFixed(2)} M events/s`;

/** @param {string} name @param {Timing} timing @param {number} events */
function printSpeed(name, { cpuSec, wallSec }, events) {
  const cpu = cpuSec === null ? "" : `  ${speed(cpuSec, events)}/core`;
  const nanoseconds = ((cpuSec ?? wallSec) / events) * 1e9;
  console.log(
    `  ${name.padEnd(34)}${cpu}  (wall ${speed(wallSec, events)}, ${nanoseconds.toFixed(0)} ns/event)`,
  );
}

/** Generates the log of so many events unless it is there. @param {number} events */
function adsLog(events) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `ads-${events}.log`);
  if (existsSync(path)) return path;
  console.log(`generating ${path} …`);
  const args = ["generate", "ads", "--events", String(events), "--seed", "1", "--out", path];
  const { status } = spawnSync(process.execPath, [program, ...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`logmill generate failed with exit code ${status}`);
  return path;
}

/** The question in SQL; `strict` leaves out what logmill rejects. @param {string} path @param {boolean} strict */
function query(path, strict) {
  const file = path.replaceAll("'", "''");
  return `
    SELECT day, p[1] AS "event", p[3] AS campaign,
           count(*) AS n, sum(revenue) AS revenue, approx_count_distinct(p[2]) AS users
    FROM (SELECT day, p, try_cast(p[7] AS DECIMAL(18, 6)) AS revenue
          FROM (SELECT date_trunc('day', try_cast(ts AS TIMESTAMP)) AS day,
                       string_split(body, ',') AS p
                FROM read_csv('${file}', delim = ' ', header = false, quote = '', escape = '',
                  auto_detect = false, ignore_errors = true, columns = {
                    ts: 'VARCHAR', host: 'VARCHAR', program: 'VARCHAR', body: 'VARCHAR' })
                WHERE program = 'EVT_V1'))
    WHERE day IS NOT NULL ${strict ? "AND (revenue IS NOT NULL OR p[7] = '')" : ""}
    GROUP BY ALL`;
}

/** A connection, or why there is none. @param {number} threads */
async function openDuckdb(threads) {
  try {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const database = await DuckDBInstance.create(":memory:", { threads: String(threads) });
    return await database.connect();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @param {string} path @param {number} events @returns {Promise<Timing | null>} */
async function benchDuckdb(path, events) {
  const connection = await openDuckdb(1);
  if (typeof connection === "string") {
    console.log(`  DuckDB skipped: ${connection}`);
    return null;
  }
  const best = { cpuSec: Infinity, wallSec: Infinity };
  for (let round = 0; round < rounds; round += 1) {
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    await connection.runAndReadAll(query(path, false));
    const { user, system } = process.cpuUsage(cpuBefore);
    best.wallSec = Math.min(best.wallSec, (performance.now() - start) / 1e3);
    best.cpuSec = Math.min(best.cpuSec, (user + system) / 1e6);
  }
  printSpeed("DuckDB, one thread", best, events);
  return best;
}

/** Compares counts and sums with DuckDB's. @param {string} path @param {Map<string, string>} rows */
async function checkAnswer(path, rows) {
  const connection = await openDuckdb(1);
  if (typeof connection === "string") return;
  const reader = await connection.runAndReadAll(query(path, true));
  const different = reader.getRows().filter(([day, event, campaign, count, revenue]) => {
    const sum = Number(revenue ?? 0).toFixed(6);
    return rows.get(`${String(day).slice(0, 10)},${event},${campaign}`) !== `${count},${sum}`;
  });
  const same = different.length === 0 && reader.getRows().length === rows.size;
  console.log(`  same counts and sums in all ${rows.size} rows: ${same ? "yes" : "NO"}`);
  if (!same) process.exitCode = 1;
}

/** @param {string} path @param {number} events */
function benchMawk(path, events) {
  const script = "{ n[substr($1, 1, 10) FS $4 FS $6]++ } END { for (k in n) c++; print c }";
  let wallSec = Infinity;
  for (let round = 0; round < 2; round += 1) {
    const start = performance.now();
    const { status, error } = spawnSync("mawk", ["-F[ ,]", script, path]);
    if (error || status !== 0) {
      console.log(`  mawk skipped: ${error?.message ?? `exit code ${status}`}`);
      return;
    }
    wallSec = Math.min(wallSec, (performance.now() - start) / 1e3);
  }
  printSpeed("mawk, counts only", { cpuSec: null, wallSec }, events);
}

/** @param {number} events */
async function kernelPart(events) {
  const path = adsLog(events);
  console.log(
    `\nOne core, ${events} events, ${(statSync(path).size / events).toFixed(0)} bytes each`,
  );
  const { batches, whole, rows } = await benchKernel(path, rounds);
  printSpeed("logmill, batch to partial", batches, events);
  printSpeed("logmill, file to answer", whole, events);
  const duckdb = await benchDuckdb(path, events);
  benchMawk(path, events);
  await checkAnswer(path, rows);
  if (duckdb === null || duckdb.cpuSec === null) return;
  const duckdbSec = duckdb.cpuSec;
  const ratios = [batches, whole].map(({ cpuSec }) => duckdbSec / Number(cpuSec));
  console.log(`  logmill / DuckDB per core: ${ratios[0]?.toFixed(1)} (batch to partial),`);
  console.log(`                             ${ratios[1]?.toFixed(1)} (file to answer)`);
}

// With it every Node.js process reads all certificates of the system first, logmill's and DuckDB's.
delete process.env.NODE_EXTRA_CA_CERTS;

/** Wall seconds of a process from start to end. @param {string[]} args */
function wallOf(args) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const seconds = (performance.now() - start) / 1e3;
  if (status !== 0) throw new Error(`${args.join(" ")}: exit code ${status}\n${stderr}`);
  return { seconds, stdout };
}

/** Runs logmill once and returns its roles' memory. @param {string[]} args */
async function memoryOf(args) {
  const running = spawn(process.execPath, args, { stdio: "ignore" });
  const sampler = sampleRoles(running.pid ?? 0);
  await once(running, "exit");
  return sampler.stop();
}

/** @param {number} events @param {number} workers @param {string} batchBytes */
async function pipelinePart(events, workers, batchBytes) {
  const path = adsLog(events);
  const own = mkdtempSync(join(folder, "run-"));
  process.on("exit", () => rmSync(own, { recursive: true, force: true }));
  const configPath = join(own, "logmill.json");
  const data = join(own, "data");
  const { sources, summaries } = benchPlan();
  const config = {
    data_dir: data,
    timezone: benchTimezone,
    sources: { ads: { type: "file", include: [path], format: sources } },
    summaries: { campaigns: { from: ["ads"], ...summaries } },
    outputs: {},
    cluster: { batch: { max_bytes: batchBytes } },
  };
  writeFileSync(configPath, JSON.stringify(config));
  console.log(
    `\nFrom file to durable tables, ${events} events, ${workers} workers, batches of ${batchBytes}, start included`,
  );
  const run = [program, "run", "--config", configPath, "--workers", String(workers), "--json"];
  const script = fileURLToPath(import.meta.url);
  const duckdb = [script, "--duckdb-child", path, "--workers", String(workers)];
  let [logmillSec, duckdbSec] = [Infinity, Infinity];
  // In turns, so that a busy minute of the machine is not one's alone; the best of each counts.
  for (let round = 0; round < 3; round += 1) {
    rmSync(data, { recursive: true, force: true });
    logmillSec = Math.min(logmillSec, wallOf(run).seconds);
    const { seconds, stdout } = wallOf(duckdb);
    if (stdout.startsWith("skipped")) console.log(`  DuckDB ${stdout.trim()}`);
    else duckdbSec = Math.min(duckdbSec, seconds);
  }
  console.log(`  logmill run        ${logmillSec.toFixed(2)} s, ${speed(logmillSec, events)}`);
  if (process.platform === "linux") {
    rmSync(data, { recursive: true, force: true });
    printMemory(await memoryOf(run));
  }
  if (duckdbSec === Infinity) return;
  console.log(
    `  DuckDB, ${workers} threads  ${duckdbSec.toFixed(2)} s, ${speed(duckdbSec, events)}`,
  );
  console.log(`  DuckDB / logmill, wall time: ${(duckdbSec / logmillSec).toFixed(1)}`);
}

/** Runs the query once and prints its number of rows. @param {string} path @param {number} threads */
async function duckdbChild(path, threads) {
  const connection = await openDuckdb(threads);
  if (typeof connection === "string") {
    console.log(`skipped: ${connection}`);
    return;
  }
  const reader = await connection.runAndReadAll(query(path, false));
  console.log(reader.getRows().length);
}

const child = options["duckdb-child"];
if (child !== undefined) {
  await duckdbChild(child, Number(options.workers));
} else {
  console.log(`node scripts/bench.mjs ${process.argv.slice(2).join(" ")}`);
  const processors = cpus();
  console.log(`${processors.length} × ${processors[0]?.model}, Node ${process.version}`);
  await kernelPart(Number(options["kernel-events"]));
  if (!options["kernel-only"]) {
    await pipelinePart(Number(options.events), Number(options.workers), options.batch);
  }
}
