// How fast formats are read, per core and beside what else people would ask: `npm run bench:formats`.
//
//   node scripts/bench-formats.mjs [--lines N] [--rounds N] [--only json|steps]
//
// json    Nested JSON of about 300 bytes and 15 fields, 5 of which are asked for: events, revenue and users by day,
//         event and campaign. Beside DuckDB (`read_json` with the columns named) and ClickHouse (`chdb`, the engine
//         in this process, fetched into .bench on demand; format JSONEachRow), one thread each.
// steps   The access log `combined`, by the cutter that is made for it and by the steps that a pasted `LogFormat`
//         of Apache is compiled to.
//
// All take turns, round by round; speeds are of CPU time, the median and the least of all rounds. The same counts and
// sums are checked. Ratios matter, not the figures of one machine.

import console from "node:console";
import { spawnSync } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { once } from "node:events";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { batchesOf, kernelJob } from "./bench-kernel.mjs";
import { importSource } from "./import-source.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, ".bench");
const program = join(root, "dist/cli/main.js");
const clickhouse = "chdb@3.4.0";

const { values: options } = parseArgs({
  options: {
    lines: { type: "string", default: "500000" },
    rounds: { type: "string", default: "7" },
    only: { type: "string", multiple: true, default: ["json", "steps"] },
  },
});
const lines = Number(options.lines);
const rounds = Number(options.rounds);

/** @typedef {{ name: string, run: () => unknown }} Runner */

/**
 * CPU seconds of each, round by round in turns after one that does not count.
 * @param {readonly Runner[]} runners
 */
async function inTurns(runners) {
  const seconds = runners.map(() => /** @type {number[]} */ ([]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { run }] of runners.entries()) {
      const before = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) seconds[index]?.push((user + system) / 1e6);
    }
  }
  return runners.map(({ name }, index) => {
    const sorted = (seconds[index] ?? []).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
    const nanoseconds = (/** @type {number} */ one) => ((one / lines) * 1e9).toFixed(0);
    console.log(
      `  ${name.padEnd(34)}${nanoseconds(median).padStart(6)} ns/line, least ${nanoseconds(sorted[0] ?? NaN)}`,
    );
    return median;
  });
}

/** A random number below 1 for each call. @param {number} seed @returns {() => number} */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Nested events. @param {string} path */
async function writeJson(path) {
  if (existsSync(path)) return;
  console.log(`generating ${path} …`);
  const random = randomOf(1);
  const below = (/** @type {number} */ bound) => Math.floor(random() * bound);
  const out = createWriteStream(path);
  for (let line = 0; line < lines; line += 1) {
    const time = new Date(Date.UTC(2026, 2, 1) + (line / lines) * 3 * 86_400_000);
    const event = {
      ts: time.toISOString(),
      event: random() < 0.9 ? "impression" : "click",
      host: `web-${below(20)}.example.org`,
      user: { id: `u${Math.floor(200_000 * random() ** 3)}`, country: "DE", agent: "Mozilla/5.0" },
      campaign: { id: `c${below(100)}`, name: `Spring "sale" ${below(10)}` },
      ad: { placement: below(500), size: "300x250", tags: ["a", "b"] },
      revenue: Number((random() / 1000).toFixed(6)),
      ip: `192.0.2.${below(256)}`,
      referrer: `https://example.com/page/${below(10_000)}`,
      ms: below(400),
    };
    if (!out.write(`${JSON.stringify(event)}\n`)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

/** The plan of a configuration. @param {string} source @param {string} summary of which `from` is left out */
async function planOf(source, summary) {
  const [{ parseConfig }] = /** @type {[typeof import("../src/shared/config/load.ts")]} */ (
    await importSource(["shared/config/load.ts"])
  );
  const text = `sources: { log: { type: file, include: [x], format: ${source} } }
summaries: { asked: { from: [log], ${summary} } }`;
  return parseConfig(text, join(folder, "logmill.yaml"), {}).plan;
}

/** ClickHouse in this process, or why it is not there. @returns {((sql: string) => string) | string} */
function openClickhouse() {
  const own = join(folder, "clickhouse");
  mkdirSync(own, { recursive: true });
  if (!existsSync(join(own, "node_modules/chdb"))) {
    console.log(`fetching ${clickhouse} …`);
    writeFileSync(join(own, "package.json"), "{}");
    const { status, stderr } = spawnSync("npm", ["install", "--no-audit", clickhouse], {
      cwd: own,
      encoding: "utf8",
    });
    if (status !== 0) return stderr.trim().split("\n").at(-1) ?? "npm failed";
  }
  try {
    /** @type {unknown} */
    const loaded = createRequire(join(own, "package.json"))("chdb");
    const module = /** @type {{ query: (sql: string, format: string) => string }} */ (loaded);
    return (sql) => module.query(sql, "CSV");
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** DuckDB with one thread, or why it is not there. */
async function openDuckdb() {
  try {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const database = await DuckDBInstance.create(":memory:", { threads: "1" });
    return await database.connect();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @param {string} path */
function duckdbQuery(path) {
  return `SELECT ts[1:10] AS day, "event", campaign.id AS campaign, count(*) AS n, sum(revenue) AS revenue,
    approx_count_distinct("user".id) AS users
  FROM read_json('${path}', format = 'newline_delimited', columns = { ts: 'VARCHAR', event: 'VARCHAR',
    user: 'STRUCT(id VARCHAR)', campaign: 'STRUCT(id VARCHAR)', revenue: 'DECIMAL(18, 6)' })
  GROUP BY ALL`;
}

/** @param {string} path */
function clickhouseQuery(path) {
  return `SELECT substring(ts, 1, 10) AS day, event, campaign.id AS campaign, count() AS n, sum(revenue) AS revenue,
    uniqHLL12(user.id) AS users
  FROM file('${path}', 'JSONEachRow', 'ts String, event String, user Tuple(id String), campaign Tuple(id String),
    revenue Decimal(18, 6)')
  GROUP BY day, event, campaign.id
  SETTINGS max_threads = 1, input_format_json_ignore_unknown_keys_in_named_tuple = 1`;
}

/** Prints whether two answers are the same. @param {string} name @param {Map<string, string>} ours @param {readonly (readonly unknown[])[]} theirs */
function checkSame(name, ours, theirs) {
  const different = theirs.filter(
    ([day, event, campaign, count, sum]) =>
      ours.get([day, event, campaign].join()) !== `${count},${Number(sum).toFixed(6)}`,
  );
  const isSame = different.length === 0 && theirs.length === ours.size;
  console.log(`  ${name}: same counts and sums in ${ours.size} rows: ${isSame ? "yes" : "NO"}`);
  if (!isSame) process.exitCode = 1;
}

async function jsonPart() {
  const path = join(folder, `events-${lines}.json`);
  await writeJson(path);
  const bytes = (statSync(path).size / lines).toFixed(0);
  console.log(`\nNested JSON, ${lines} lines of ${bytes} bytes, 5 of 15 fields; one core`);
  const plan = await planOf(
    "{ json: { timestamp: ts, event: event, user: user.id, campaign: campaign.id, revenue: revenue } }",
    `dimensions: [event, campaign], metrics: { events: { type: count }, revenue: { type: sum, field: revenue, scale: 6 },
      users: { type: hll, field: user, log2m: 11, regwidth: 5 } }`,
  );
  const job = await kernelJob(plan);
  const batches = batchesOf(path);
  const runners = [
    { name: "logmill, batch to partial", run: () => job.toPartials(batches) },
    { name: "logmill, file to answer", run: () => job.toAnswer(path) },
  ];
  const duckdb = await openDuckdb();
  if (typeof duckdb === "string") console.log(`  DuckDB skipped: ${duckdb}`);
  else {
    const run = () => duckdb.runAndReadAll(duckdbQuery(path));
    runners.push(/** @type {any} */ ({ name: "DuckDB read_json", run }));
  }
  const ask = openClickhouse();
  if (typeof ask === "string") console.log(`  ClickHouse skipped: ${ask}`);
  else {
    const run = () => void ask(clickhouseQuery(path));
    runners.push({ name: "ClickHouse JSONEachRow", run });
  }
  const seconds = await inTurns(runners);
  const rows = job.rows();
  if (typeof duckdb !== "string") {
    checkSame("DuckDB", rows, (await duckdb.runAndReadAll(duckdbQuery(path))).getRows());
  }
  if (typeof ask !== "string") {
    const answer = ask(clickhouseQuery(path)).trim().replaceAll('"', "").split("\n");
    checkSame(
      "ClickHouse",
      rows,
      answer.map((line) => line.split(",")),
    );
  }
  for (const [index, { name }] of runners.entries()) {
    if (index < 2) continue;
    const ratios = [0, 1].map((own) =>
      ((seconds[index] ?? NaN) / (seconds[own] ?? NaN)).toFixed(2),
    );
    console.log(
      `  ${name} / logmill, CPU: ${ratios[0]} (batch to partial), ${ratios[1]} (file to answer)`,
    );
  }
}

async function stepsPart() {
  const path = join(folder, `access-${lines}.log`);
  if (!existsSync(path)) {
    const args = ["generate", "access", "--events", String(lines), "--seed", "1", "--out", path];
    const { status } = spawnSync(process.execPath, [program, ...args], { stdio: "inherit" });
    if (status !== 0) throw new Error(`logmill generate failed with exit code ${status}`);
  }
  console.log(`\nAccess log, ${lines} lines; one core, batch to partial`);
  const apache = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';
  const summary =
    "dimensions: [method, status], metrics: { n: { type: count }, bytes: { type: sum, field: bytes, scale: 6 } }";
  const batches = batchesOf(path);
  const jobs = await Promise.all(
    ["{ type: combined }", `{ apache: '${apache}' }`].map(async (format) =>
      kernelJob(await planOf(format, summary)),
    ),
  );
  const runners = jobs.map((job, index) => ({
    name: index === 0 ? "cutter of combined" : "steps of a LogFormat",
    run: () => job.toPartials(batches),
  }));
  const [special = NaN, steps = NaN] = await inTurns(runners);
  for (const job of jobs) job.toAnswer(path);
  const [own, other] = jobs.map((job) => job.rows());
  if (own === undefined || other === undefined) return;
  const isSame = own.size === other.size && [...own].every(([key, row]) => other.get(key) === row);
  console.log(`  same counts and sums in ${own.size} rows: ${isSame ? "yes" : "NO"}`);
  if (!isSame) process.exitCode = 1;
  console.log(`  steps / cutter, CPU: ${(steps / special).toFixed(2)}`);
}

console.log(`node scripts/bench-formats.mjs ${process.argv.slice(2).join(" ")}`);
console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`);
mkdirSync(folder, { recursive: true });
if (options.only.includes("json")) await jsonPart();
if (options.only.includes("steps")) await stepsPart();
