// The real cluster of compose.yaml under load: `npm run test:compose [EVENTS]`. Builds the image, starts the
// cluster, scales the workers 1 → 8 → 4 → 2, lets a second host join, work alone and vanish, kills
// every role, restarts the sink, all while logs keep coming; then holds the CSV files against a plain
// count of the same logs, and asks the cluster's own Prometheus every query of the dashboard. Prints
// what it saw; exits with 1 when anything is wrong, and with 0 and the reason where there is no
// engine. It needs the base images of the Dockerfile, or a registry to get them from.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { compare, countPlainly, type Row } from "../exactness/plain-count.ts";
import { ComposeCluster, findCompose, run } from "./cluster.ts";
import { askDashboard } from "./dashboard.ts";
import { LogFeed } from "./feed.ts";
import { bridgeAddress, SecondHost } from "./second-host.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const events = Number(process.argv[2] ?? 1_600_000);
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
const project = `logmill-test-${process.pid}`;
process.on("exit", () => {
  run(["docker", "image", "rm", "-f", image]);
  rmSync(folder, { recursive: true, force: true });
});
process.chdir(root);
const built = run(["docker", "build", "-q", "-t", image, "."], { DOCKER_BUILDKIT: "0" });
if (!built.isGood) {
  console.error(`the image can not be built:\n${built.stderr}`);
  process.exit(1);
}
/** Where the ports for other hosts are opened: an address of this host that containers reach. */
const address = bridgeAddress(image);
const cluster = new ComposeCluster(found.command, project, {
  COMPOSE_PROJECT_DIRECTORY: root,
  LOGMILL_IMAGE: image,
  LOGMILL_LOGS: join(folder, "logs"),
  LOGMILL_PUBLISH: address,
  LOGMILL_HTTP_PORT: "0",
  LOGMILL_SINK_HTTP_PORT: "0",
  PROMETHEUS_PORT: "0",
});

const feed = new LogFeed(folder, events, acknowledged);
const other = new SecondHost({
  ...{ compose: found.command, root, folder, project, image, address },
});

try {
  process.exitCode = (await test()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(run(["docker", "ps", "-a"]).stdout);
  for (const service of ["ventilator", "sink", "worker"]) console.error(lastWords(service));
  process.exitCode = 1;
} finally {
  other.remove();
  cluster.compose("down", "-v", "--timeout", "5");
}

/** Whether all was as promised. */
async function test(): Promise<boolean> {
  const bytes = Number(cluster.docker("image", "inspect", "-f", "{{.Size}}", image));
  say("image", `${Math.round(bytes / 1e6)} MB`);
  feed.generate();
  feed.give(1);

  const startMs = performance.now();
  up(1);
  await until("a batch is acknowledged", () =>
    cluster.sum("ventilator", "logmill_ventilator_acknowledged_batches_total"),
  );
  say("first acknowledged batch", `${seconds(startMs)} after \`up\``);

  const feeder = new AbortController();
  const work = [feed.untilAborted(feeder.signal), change().finally(() => feeder.abort())];
  await Promise.all(work);
  const lines = await settled();
  const isExact = compareFiles(await countPlainly(feed.given()));
  say("lines", `${lines} of ${events}, ${events - lines} lost`);
  const isAsked = await askPrometheus();
  stop();
  return isExact && isAsked && lines === events && bytes < 300e6;
}

/** Everything that operators and accidents do, one after the other, under load. */
async function change(): Promise<void> {
  await scale();
  await comeAndGo();
  await killEach();
}

/** More workers and fewer. */
async function scale(): Promise<void> {
  for (const workers of [8, 4, 2]) {
    await scaleTo(workers);
    const before = await acknowledged();
    await until("work goes on", async () => (await acknowledged()) > before);
    say("scaled", `${workers} workers`);
  }
}

/** A second host joins, has all the work for a while, and is gone with some of it unfinished. */
async function comeAndGo(): Promise<void> {
  const startMs = performance.now();
  other.join();
  const guests = other.workers().length;
  await until("the second host joins", async () => (await workersThere()) === 2 + guests);
  say("second host", `${guests} workers joined after ${seconds(startMs)}`);
  await scaleTo(0, guests);
  const before = await acknowledged();
  await until("the second host works", async () => (await acknowledged()) > before + 20_000);
  say("second host", `alone, had ${(await acknowledged()) - before} lines acknowledged`);
  await scaleTo(2, 2 + guests);
  // So much that everybody has all the batches that its credit allows.
  feed.give(80);
  const busy = await acknowledged();
  await until("all are at work", async () => (await acknowledged()) > busy + 20_000);
  const redelivered = await sentAgain();
  other.freeze();
  await until("it is missed", async () => (await workersThere()) === 2);
  await until("its work goes to others", async () => (await sentAgain()) > redelivered);
  other.remove();
  say("second host", `gone at work: ${(await sentAgain()) - redelivered} batches sent again`);
}

/** Whatever dies comes back, and the rest waits for it. */
async function killEach(): Promise<void> {
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

/** @param workers of this host @param all of them, with other hosts' */
async function scaleTo(workers: number, all = workers): Promise<void> {
  up(workers);
  await until(`${all} workers`, async () => (await workersThere()) === all);
}

function up(workers: number): void {
  cluster.compose("up", "-d", "--no-build", "--scale", `worker=${workers}`, ...services);
}

/** Lines on the sink's durable sheet. */
function acknowledged(): Promise<number> {
  return cluster.sum("sink", "logmill_sink_lines_total");
}

function workersThere(): Promise<number> {
  return cluster.sum("ventilator", "logmill_ventilator_workers");
}

function sentAgain(): Promise<number> {
  return cluster.sum("ventilator", "logmill_ventilator_redelivered_batches_total");
}

/** Waits for everything to be durable and published; returns the lines on the sheet. */
async function settled(): Promise<number> {
  await until("everything is acknowledged", async () => (await acknowledged()) >= events);
  await until("everything is published", async () => {
    const lag = await cluster.samples("sink", "logmill_sink_output_lag_seconds");
    return lag[0]?.value === 0;
  });
  return acknowledged();
}

function compareFiles(counted: Map<string, Row>): boolean {
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

async function askPrometheus(): Promise<boolean> {
  const { queries, silent, targetsUp, soundRules } = await askDashboard(cluster);
  say("dashboard", `${queries} queries, ${silent.length} without an answer`);
  for (const query of silent) console.log(`  no sample: ${query}`);
  say("prometheus", `${targetsUp} targets up, ${soundRules} rules evaluated`);
  return queries > 0 && silent.length === 0 && targetsUp >= 4 && soundRules > 0;
}

/** Every role drains when it is asked to stop. */
function stop(): void {
  for (const service of ["ventilator", "worker", "sink"]) {
    const [id = ""] = cluster.containers(service);
    const startMs = performance.now();
    cluster.docker("stop", id);
    const code = cluster.docker("inspect", "-f", "{{.State.ExitCode}}", id);
    say("stopped", `${service}, exit ${code} after ${seconds(startMs)}`);
  }
}

async function until(what: string, look: () => Promise<boolean | number>): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await look())) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain: ${what}`);
    await sleep(100);
  }
}

function lastWords(service: string): string {
  return cluster
    .containers(service)
    .map((id) => {
      const { stdout, stderr } = run(["docker", "logs", "--tail", "20", id]);
      return `${service}:\n${stdout}${stderr}`;
    })
    .join("\n");
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

function say(what: string, outcome: string): void {
  console.log(`${what.padEnd(26)}${outcome}`);
}
