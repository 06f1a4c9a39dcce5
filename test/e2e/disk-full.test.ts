// A real disk that is really full, under real roles: 8 MiB of memory with a ballast file on it. That
// takes root, to mount; where there is none the tests are skipped, and `sink-disk-full.test.ts` and the
// store's own tests show the same on a disk in memory.

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import { recordEvidence } from "../support/evidence.ts";
import { freePorts } from "../support/free-ports.ts";
import { Program } from "../support/program.ts";

const events = 15_000;
const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stdout.write("skipped: a full disk (only root can mount one)\n");

/** Each user is a row of every hour: the tables take more space than there is. */
const wide = {
  from: ["ads"],
  granularity: "hour",
  dimensions: ["user", "placement", "ip"],
  metrics: { events: { type: "count" } },
};

/** Mounts 8 MiB of memory, for the time of the test. */
function mountSmallDisk(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync(
    "mount",
    ["-t", "tmpfs", "-o", "size=8m", "logmill-test", folder],
    { encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  onTestFinished(() => {
    spawnSync("umount", ["-l", folder]);
  });
}

/** Leaves so many bytes of the disk. */
function fill(disk: string, leftBytes: number): string {
  const { bavail, bsize } = statfsSync(disk);
  const path = join(disk, "ballast");
  writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
  return path;
}

interface Trial {
  readonly project: AdsProject;
  readonly expected: ReadonlyMap<string, string>;
}

async function newTrial(): Promise<Trial> {
  const socket = (name: string): string => `ipc://${join(project.folder, name)}`;
  const project: AdsProject = new AdsProject();
  const cluster = { tasks: socket("tasks"), results: socket("results"), acks: socket("acks") };
  const options = {
    batchBytesMax: "64KiB",
    summaries: { wide },
    store: { live_max_bytes: "4MiB", flush_interval: "300ms" },
    cluster,
  };
  project.configure(options);
  await generateAds(join(project.logs, "ads"), { events, seed: 4 });
  const undisturbed = new AdsProject({ ...options, include: [join(project.logs, "*")] });
  await undisturbed.run("--workers", "1");
  return { project, expected: undisturbed.outputs() };
}

interface Roles {
  readonly sink: Program;
  readonly worker: Program;
  readonly ventilator: Program;
}

const env = { LOGMILL_LOG_LEVEL: "info" };

function startSink({ configPath }: AdsProject, httpPort = 0): Program {
  const http = `127.0.0.1:${httpPort}`;
  return new Program(["sink", "-c", configPath, "--http", http], { env });
}

function start(project: AdsProject, sink = startSink(project)): Roles {
  const { configPath, folder } = project;
  const http = ["--http", "127.0.0.1:0"];
  return {
    sink,
    worker: new Program(["worker", `ipc://${join(folder, "tasks")}`, ...http], { env }),
    ventilator: new Program(["ventilator", "-c", configPath, "--once", ...http], { env }),
  };
}

interface Page {
  readonly status: number;
  readonly text: string;
}

async function get(program: Program, path: string): Promise<Page> {
  const { http } = await program.record(({ msg }) => msg === "serving");
  return getFrom(String(http), path);
}

async function getFrom(http: string, path: string): Promise<Page> {
  const response = await fetch(`${http}${path}`);
  return { status: response.status, text: await response.text() };
}

/** Waits until the sink says that its disk is full, everywhere where it says so. */
async function expectFull(sink: Program): Promise<void> {
  await sink.record(({ level, msg }) => level === "error" && msg.includes("disk space"));
  let ready = await get(sink, "/ready");
  while (ready.status === 200) ready = await get(sink, "/ready");
  expect(ready).toEqual({ status: 503, text: "not ready: waiting for disk space\n" });
  expect((await get(sink, "/metrics")).text).toContain("\nlogmill_sink_disk_full 1\n");
}

async function expectDone({ sink, worker, ventilator }: Roles, { project, expected }: Trial) {
  const { exitCode, stderr } = await ventilator.finished;
  expect(exitCode, stderr).toBe(0);
  expect((await worker.finished).exitCode).toBe(0);
  sink.kill("SIGTERM");
  expect((await sink.finished).exitCode, sink.stderr).toBe(0);
  for (const program of [sink, worker, ventilator]) await program.gone();
  expect(project.outputs()).toEqual(expected);
}

function record(fault: string, observed: string): void {
  recordEvidence({
    part: "disk",
    fault,
    expected: "pauses, says so, acknowledges nothing, goes on by itself; the same bytes in the end",
    observed,
    ...{ runs: 1, lost: 0, twice: 0 },
  });
}

describe.runIf(isRoot)("a disk of 8 MiB", () => {
  it("that is full under the store holds everything up until there is space", async () => {
    const trial = await newTrial();
    const disk = join(trial.project.folder, "data");
    mountSmallDisk(disk);
    const ballast = fill(disk, 256 * 1024);
    const roles = start(trial.project);
    await expectFull(roles.sink);
    rmSync(ballast);
    await expectDone(roles, trial);
    const complaints = roles.sink.records.filter(({ level }) => level === "error");
    expect(complaints.length).toBeLessThan(5);
    record("tmpfs full under the store", `${events} of ${events} lines, the same files`);
  });

  it("that is full under the output holds up the end until there is space", async () => {
    const trial = await newTrial();
    const disk = join(trial.project.folder, "out");
    mountSmallDisk(disk);
    const ballast = fill(disk, 64 * 1024);
    const roles = start(trial.project);
    await expectFull(roles.sink);
    rmSync(ballast);
    await expectDone(roles, trial);
    record("tmpfs full under the output", `${events} of ${events} lines, the same files`);
  });

  it("that is full does not hold up a sink that is told to end, and the next one is exact", async () => {
    const trial = await newTrial();
    const disk = join(trial.project.folder, "data");
    mountSmallDisk(disk);
    const ballast = fill(disk, 256 * 1024);
    const { sink, ...others } = start(trial.project);
    await expectFull(sink);
    sink.kill("SIGTERM");
    const { exitCode, stderr } = await sink.finished;
    expect(exitCode, stderr).toBe(0);
    rmSync(ballast);
    await expectDone({ ...others, sink: startSink(trial.project) }, trial);
    record("SIGTERM to the sink while tmpfs is full", "exit 0; the next one: the same files");
  });

  it("that is full before the first start is waited for, and the sink ends when it is told to", async () => {
    const trial = await newTrial();
    const disk = join(trial.project.folder, "data");
    mountSmallDisk(disk);
    const ballast = fill(disk, 0);
    const [port] = await freePorts(1);
    const http = `http://127.0.0.1:${port!}`;
    const starts = async (): Promise<Program> => {
      const sink = startSink(trial.project, port);
      const said = await sink.record(({ level }) => level === "error");
      expect(said).toMatchObject({
        reason: expect.stringMatching(/^no space left for .*data.*\(ENOSPC\)$/) as string,
        msg: "waiting for disk space to open the store; nothing is lost",
        freeBytes: 0,
        totalBytes: 8 * 2 ** 20,
      });
      const ready = { status: 503, text: "not ready: waiting for disk space\n" };
      expect(await getFrom(http, "/ready")).toEqual(ready);
      expect((await getFrom(http, "/metrics")).text).toContain("\nlogmill_sink_disk_full 1\n");
      return sink;
    };
    const first = await starts();
    first.kill("SIGTERM");
    expect((await first.finished).exitCode, first.stderr).toBe(0);
    await first.gone();
    const sink = await starts();
    const { worker, ventilator } = start(trial.project, sink);
    rmSync(ballast);
    await expectDone({ sink, worker, ventilator }, trial);
    expect(sink.records.filter(({ level }) => level === "error")).toHaveLength(1);
    record("tmpfs full before the first start of the sink", `${events} of ${events} lines`);
  });
});
