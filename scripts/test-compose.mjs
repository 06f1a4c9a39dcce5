// The real cluster of compose.yaml under load: `npm run test:compose [EVENTS]`. Builds the image, starts the
// cluster, scales the workers 1 → 4 → 2, kills every role, restarts the sink, all while logs keep
// coming; then holds the CSV files against a plain count of the same logs, and asks the cluster's own
// Prometheus every query of the dashboard. Prints what it saw; exits with 1 when anything is wrong,
// and with 0 and the reason where there is no engine. It needs the base images of the Dockerfile, or
// a registry to get them from.

import { spawnSync } from "node:child_process";
import console from "node:console";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ComposeCluster, findCompose, run } from "./compose-cluster.mjs";
import { compare, countPlainly } from "./exactness-oracle.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const events = Number(process.argv[2] ?? 1_200_000);
const filesCount = 60;
const feedEveryMs = 600;
const patienceMs = 120_000;
/** All but Grafana, which shows what Prometheus answers and adds nothing to be tested here. */
const services = ["ventilator", "sink", "worker", "prometheus"];

const found = findCompose();
if (found.command === undefined) {
  console.log(`test:compose is skipped: ${found.missing}`);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), "logmill-compose-"));
const image = `logmill:test-${process.pid}`;
const logs = join(folder, "logs");
const ready = join(folder, "ready");
const cluster = new ComposeCluster(found.command, `logmill-test-${process.pid}`, {
  COMPOSE_PROJECT_DIRECTORY: root,
  LOGMILL_IMAGE: image,
  LOGMILL_LOGS: logs,
  LOGMILL_TASKS_PORT: "0",
  LOGMILL_RESULTS_PORT: "0",
  LOGMILL_HTTP_PORT: "0",
  LOGMILL_SINK_HTTP_PORT: "0",
  PROMETHEUS_PORT: "0",
});

process.chdir(root);
try {
  process.exitCode = (await test()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(run(["docker", "ps", "-a"]).stdout);
  for (const service of ["ventilator", "sink", "worker"]) console.error(lastWords(service));
  process.exitCode = 1;
} finally {
  cluster.compose("down", "-v", "--timeout", "5");
  run(["docker", "image", "rm", "-f", image]);
  rmSync(folder, { recursive: true, force: true });
}

/** Whether all was as promised. */
async function test() {
  const built = run(["docker", "build", "-q", "-t", image, "."], { DOCKER_BUILDKIT: "0" });
  if (!built.isGood) throw new Error(`the image can not be built:\n${built.stderr}`);
  const bytes = Number(cluster.docker("image", "inspect", "-f", "{{.Size}}", image));
  say("image", `${Math.round(bytes / 1e6)} MB`);
  generate();
  feed(1);

  const startMs = performance.now();
  up(1);
  await until("a batch is acknowledged", () =>
    cluster.sum("ventilator", "logmill_ventilator_acknowledged_batches_total"),
  );
  say("first acknowledged batch", `${seconds(startMs)} after \`up\``);

  const feeder = feedSlowly();
  await change();
  await feeder;
  const lines = await settled();
  const isExact = compareFiles(await countPlainly(logPaths()));
  say("lines", `${lines} of ${events}, ${events - lines} lost`);
  const isAsked = await askPrometheus();
  stop();
  return isExact && isAsked && lines === events && bytes < 300e6;
}

/** Everything that operators and accidents do, one after the other, under load. */
async function change() {
  for (const workers of [4, 2]) {
    up(workers);
    await until(`${workers} workers`, async () => (await workersThere()) === workers);
    say("scaled", `${workers} workers`);
  }
  for (const service of ["worker", "ventilator", "sink"]) {
    const before = await acknowledged();
    const [victim = ""] = cluster.containers(service);
    cluster.docker("kill", victim);
    const killedMs = performance.now();
    cluster.docker("start", victim);
    await until(`work goes on without ${service}`, async () => (await acknowledged()) > before);
    await until("all are there again", async () => (await workersThere()) === 2);
    say("killed", `${service}, going on after ${seconds(killedMs)}`);
  }
  const before = await acknowledged();
  cluster.compose("restart", "sink");
  await until("the sink is back", async () => (await acknowledged()) > before);
  say("restarted", "sink");
}

/** @param {number} workers */
function up(workers) {
  cluster.compose("up", "-d", "--no-build", "--scale", `worker=${workers}`, ...services);
}

/** Lines on the sink's durable sheet. */
function acknowledged() {
  return cluster.sum("sink", "logmill_sink_lines_total");
}

function workersThere() {
  return cluster.sum("ventilator", "logmill_ventilator_workers");
}

/** Waits for everything to be durable and published; returns the lines on the sheet. */
async function settled() {
  await until("everything is acknowledged", async () => (await acknowledged()) >= events);
  await until("everything is published", async () => {
    const lag = await cluster.samples("sink", "logmill_sink_output_lag_seconds");
    return lag[0]?.value === 0;
  });
  return acknowledged();
}

/** @param {Awaited<ReturnType<typeof countPlainly>>} counted */
function compareFiles(counted) {
  const [sink = ""] = cluster.containers("sink");
  cluster.docker("cp", `${sink}:/data/out`, join(folder, "out"));
  const out = join(folder, "out");
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(out, join(entry.parentPath, entry.name)))
    .sort();
  const { rows, within } = compare(out, files, counted);
  say(
    "CSV files",
    `all ${rows} rows as counted plainly, ${within} estimates within their interval`,
  );
  return rows > 0;
}

async function askPrometheus() {
  /** @type {unknown} */
  const parsed = JSON.parse(readFileSync("deploy/grafana/dashboards/logmill.json", "utf8"));
  const dashboard = /** @type {{ panels: { targets?: { expr: string }[] }[] }} */ (parsed);
  const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  /** @type {string[]} */
  const silent = [];
  for (const query of queries) {
    const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
    const { result } = /** @type {{ result: unknown[] }} */ (await cluster.prometheus(path));
    if (result.length === 0) silent.push(query);
  }
  say("dashboard", `${queries.length} queries, ${silent.length} without an answer`);
  for (const query of silent) console.log(`  no sample: ${query}`);
  const { activeTargets } = /** @type {{ activeTargets: { health: string }[] }} */ (
    await cluster.prometheus("/api/v1/targets?state=active")
  );
  const up = activeTargets.filter(({ health }) => health === "up").length;
  const { groups } = /** @type {{ groups: { rules: { health: string }[] }[] }} */ (
    await cluster.prometheus("/api/v1/rules")
  );
  const sound = groups.flatMap(({ rules }) => rules).filter(({ health }) => health === "ok").length;
  say("prometheus", `${up} targets up, ${sound} rules evaluated`);
  return queries.length > 0 && silent.length === 0 && up >= 4 && sound > 0;
}

/** Every role drains when it is asked to stop. */
function stop() {
  for (const service of ["ventilator", "worker", "sink"]) {
    const [id = ""] = cluster.containers(service);
    const startMs = performance.now();
    cluster.docker("stop", id);
    const code = cluster.docker("inspect", "-f", "{{.State.ExitCode}}", id);
    say("stopped", `${service}, exit ${code} after ${seconds(startMs)}`);
  }
}

function generate() {
  const { status } = spawnSync(
    process.execPath,
    [
      ...["dist/cli/main.js", "generate", "ads", `--events=${events}`, "--seed=7"],
      ...[`--files=${filesCount}`, `--out=${ready}/ads.log`],
    ],
    { stdio: "inherit" },
  );
  if (status !== 0) throw new Error("no logs");
  mkdirSync(logs);
  // The roles run as another user.
  for (const path of [folder, logs]) chmodSync(path, 0o755);
}

/** Puts so many more files where the ventilator finds them. @param {number} count */
function feed(count) {
  const names = readdirSync(ready).sort().slice(0, count);
  for (const name of names) renameSync(join(ready, name), join(logs, name));
  return names.length > 0;
}

async function feedSlowly() {
  do await sleep(feedEveryMs);
  while (feed(1));
}

function logPaths() {
  return readdirSync(logs).map((name) => join(logs, name));
}

/** @param {string} what @param {() => Promise<boolean | number>} look */
async function until(what, look) {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await look())) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain: ${what}`);
    await sleep(100);
  }
}

/** @param {string} service */
function lastWords(service) {
  return cluster
    .containers(service)
    .map((id) => {
      const { stdout, stderr } = run(["docker", "logs", "--tail", "20", id]);
      return `${service}:\n${stdout}${stderr}`;
    })
    .join("\n");
}

/** @param {number} sinceMs */
function seconds(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/** @param {string} what @param {string} outcome */
function say(what, outcome) {
  console.log(`${what.padEnd(26)}${outcome}`);
}
