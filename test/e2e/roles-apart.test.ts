// The roles as separate processes over TCP, in whatever order they start.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import { freePorts } from "../support/free-ports.ts";
import { Program, runProgram } from "../support/program.ts";

const events = 30_000;

let content: Buffer;
/** The files that `run` makes of the same logs. */
let expectedFiles: Map<string, string>;

beforeAll(async () => {
  const single = new AdsProject({ isInHook: true });
  const options = { events, seed: 9, isInHook: true };
  content = readFileSync((await generateAds(join(single.logs, "ads"), options))[0]!);
  const args = ["run", "-c", single.configPath, "--quiet", "--workers", "1"];
  const { exitCode, stderr } = await runProgram(args, { isInHook: true });
  expect(exitCode, stderr).toBe(0);
  expectedFiles = single.outputs();
  expect(expectedFiles.size).toBeGreaterThan(3);
  single.remove();
});

async function clusterProject(): Promise<{ project: AdsProject; tasks: string }> {
  const [tasks, results, acks] = (await freePorts(3)).map((port) => `tcp://127.0.0.1:${port}`);
  const project = new AdsProject({ batchBytesMax: "64KiB", cluster: { tasks, results, acks } });
  writeFileSync(join(project.logs, "ads.log"), content);
  return { project, tasks: tasks! };
}

const env = { LOGMILL_LOG_LEVEL: "info" };

type RoleName = "ventilator" | "sink" | "worker";

function start(
  role: RoleName,
  project: AdsProject,
  tasks: string,
  extra: readonly string[] = role === "ventilator" ? ["--once"] : [],
): Program {
  if (role === "worker") return new Program(["worker", tasks, ...extra], { env });
  return new Program([role, "-c", project.configPath, "--http", "127.0.0.1:0", ...extra], { env });
}

/** Asks until there is an answer. */
async function poll<Answer>(ask: () => Promise<Answer | null>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Where the role says that its metrics are. */
async function httpOf(program: Program): Promise<string> {
  const record = await program.record(({ msg }) => msg === "serving");
  return String(record["http"]);
}

async function stopCleanly(program: Program): Promise<void> {
  program.kill("SIGTERM");
  const { exitCode, stderr } = await program.finished;
  expect(exitCode, stderr).toBe(0);
  await program.gone();
}

describe("roles over tcp://", () => {
  it.each<RoleName[]>([
    ["ventilator", "worker", "sink"],
    ["ventilator", "sink", "worker"],
    ["worker", "ventilator", "sink"],
    ["worker", "sink", "ventilator"],
    ["sink", "ventilator", "worker"],
    ["sink", "worker", "ventilator"],
  ])("started as %s, %s, %s give the files of a run", async (...order) => {
    const { project, tasks } = await clusterProject();
    const programs = new Map<RoleName, Program>();
    for (const role of order) {
      const program = start(role, project, tasks);
      programs.set(role, program);
      await httpOf(program);
    }
    const ventilator = await programs.get("ventilator")!.finished;
    expect(ventilator.exitCode, ventilator.stderr).toBe(0);
    // The ventilator has sent its workers home; a sink waits for the next ventilator.
    const worker = await programs.get("worker")!.finished;
    expect(worker.exitCode, worker.stderr).toBe(0);
    await stopCleanly(programs.get("sink")!);
    expect(project.outputs()).toEqual(expectedFiles);
  });
});

describe("a group of workers", () => {
  it("shares one metrics endpoint, told apart by a label, and leaves nobody behind", async () => {
    const { project, tasks } = await clusterProject();
    const workers = new Program(["worker", tasks, "--concurrency", "3", "--http", "127.0.0.1:0"], {
      env,
    });
    const http = await httpOf(workers);
    const ventilator = start("ventilator", project, tasks, []);
    const sink = start("sink", project, tasks);
    const counted = await poll(async () => {
      const text = await (await fetch(`${http}/metrics`)).text();
      const lines = [...text.matchAll(/^logmill_worker_lines_total\{worker="(\d)"\} (\d+)$/gm)];
      const sum = lines.reduce((total, match) => total + Number(match[2]), 0);
      return sum === events ? lines.map((match) => match[1]) : null;
    });
    expect(counted.sort()).toEqual(["1", "2", "3"]);
    for (const program of [ventilator, workers, sink]) await stopCleanly(program);
  });
});

describe("a role", () => {
  it("answers /health, /ready and /metrics", async () => {
    const { project, tasks } = await clusterProject();
    const sink = start("sink", project, tasks);
    const http = await httpOf(sink);
    expect((await fetch(`${http}/health`)).status).toBe(200);
    expect((await fetch(`${http}/ready`)).status).toBe(503);
    expect(await (await fetch(`${http}/metrics`)).text()).toContain("logmill_sink_");
    await stopCleanly(sink);
  });

  it("says which address is taken, and exits with 75", async () => {
    const { project, tasks } = await clusterProject();
    const sink = start("sink", project, tasks);
    const { host } = new URL(await httpOf(sink));
    const second = await runProgram(["ventilator", "-c", project.configPath, "--http", host]);
    expect(second.exitCode).toBe(75);
    expect(second.stderr).toContain(`can not use ${host}`);
    await stopCleanly(sink);
  });

  it("ends on SIGTERM while it waits for the others", async () => {
    const { project, tasks } = await clusterProject();
    for (const role of ["ventilator", "worker", "sink"] as const) {
      const program = start(role, project, tasks);
      await httpOf(program);
      await stopCleanly(program);
    }
  });
});
