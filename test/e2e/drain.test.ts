// Roles that are asked to end, in every order, under load and while others do not answer: they end in
// order, on the second signal at once, and no line is lost or counts twice either way.

import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import { recordEvidence } from "../support/evidence.ts";
import { Program, runProgram } from "../support/program.ts";
import { eventually, metricOf } from "../support/proxied-cluster.ts";

const env = { LOGMILL_LOG_LEVEL: "info" };
/** Far more than any of these tests takes: a role that waits for it fails its test. */
const forEver = "1h";

/** The roles apart, over a log that grows. */
class Cluster {
  readonly project = new AdsProject();
  readonly ventilator: Program;
  sink: Program;
  #ventilatorHttp = "";
  #lines: string[] = [];
  #written = 0;

  private constructor(drainTimeout: string) {
    const socket = (name: string): string => `ipc://${join(this.project.folder, name)}`;
    const sockets = { tasks: socket("tasks"), results: socket("results"), acks: socket("acks") };
    this.project.configure({
      batchBytesMax: "8KiB",
      flightBatchesMax: 8,
      cluster: { ...sockets, drain_timeout: drainTimeout, ack_timeout: "2s" },
    });
    this.ventilator = this.#start("ventilator");
    this.sink = this.#start("sink");
  }

  static async start(events: number, drainTimeout = "20s"): Promise<Cluster> {
    const cluster = new Cluster(drainTimeout);
    const [path] = await generateAds(join(cluster.project.folder, "all"), { events, seed: 3 });
    cluster.#lines = readFileSync(path!, "latin1").trimEnd().split("\n");
    const { http } = await cluster.ventilator.record(({ msg }) => msg === "serving");
    cluster.#ventilatorHttp = String(http);
    return cluster;
  }

  /** A worker, or several under one process, that has the plan. */
  async worker(concurrency = 1): Promise<Program> {
    const tasks = `ipc://${join(this.project.folder, "tasks")}`;
    const worker = new Program(["worker", tasks, `--concurrency=${concurrency}`], { env });
    await worker.record(({ msg }) => msg === "joined a session");
    return worker;
  }

  restartSink(): void {
    this.sink = this.#start("sink");
  }

  /** Grows the log, and returns when the first of it counts: the rest is on its way. */
  async load(lines: number): Promise<void> {
    const before = await this.ask("acknowledged_lines_total");
    const more = this.#lines.slice(this.#written, this.#written + lines);
    expect(more).toHaveLength(lines);
    appendFileSync(join(this.project.logs, "ads.log"), `${more.join("\n")}\n`, "latin1");
    this.#written += lines;
    await eventually("work goes on", async () => {
      return (await this.ask("acknowledged_lines_total")) > before;
    });
  }

  ask(name: string): Promise<number> {
    return metricOf(this.#ventilatorHttp, `logmill_ventilator_${name}`);
  }

  /** Ends it in the order of the data, looks at the tables, and returns how many lines are on the sheet. */
  async end(workers: readonly Program[]): Promise<number> {
    await eventually("all is acknowledged", async () => {
      return (await this.ask("acknowledged_lines_total")) >= this.#written;
    });
    for (const program of [this.ventilator, ...workers, this.sink]) await drained(program);
    return this.expectExact();
  }

  /** Another run finds what is left, and makes the files of a run that nothing disturbed. */
  async expectExact(): Promise<number> {
    const { total } = await this.project.run("--workers=1");
    expect(total.lines).toBe(this.#written);
    const calm = new AdsProject({ include: [join(this.project.logs, "*")] });
    await calm.run("--workers=1");
    expect(this.project.outputs()).toEqual(calm.outputs());
    return total.lines;
  }

  #start(role: "ventilator" | "sink"): Program {
    const args = [role, "-c", this.project.configPath, "--http", "127.0.0.1:0"];
    return new Program(args, { env });
  }
}

/** Asks a program to end: 0, of its own accord. */
async function drained(program: Program): Promise<void> {
  program.kill("SIGTERM");
  const { exitCode, stderr } = await program.finished;
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain('"ended"');
  expect(stderr).not.toMatch(/did not drain|drain_timeout is over/u);
  await program.gone();
}

describe("SIGTERM under load", () => {
  it("rolls through workers without a batch that is sent again, and through sinks", async () => {
    const cluster = await Cluster.start(8000);
    let worker = await cluster.worker(2);
    const rounds = 2;
    for (let round = 0; round < rounds; round += 1) {
      await cluster.load(2000);
      const next = await cluster.worker(2);
      await drained(worker);
      worker = next;
    }
    const redelivered = await cluster.ask("redelivered_batches_total");
    expect(redelivered).toBe(0);
    for (let round = 0; round < rounds; round += 1) {
      await cluster.load(2000);
      await drained(cluster.sink);
      cluster.restartSink();
    }
    const lines = await cluster.end([worker]);
    expect(lines).toBe(8000);
    const exact = { observed: `${lines} of ${lines} lines, exit 0 each time`, lost: 0, twice: 0 };
    recordEvidence({
      ...{ part: "drain", fault: "rolling restart of workers under load, SIGTERM to each" },
      ...{ expected: "exit 0, no batch sent again, exact", ...exact, runs: rounds },
    });
    recordEvidence({
      ...{ part: "drain", fault: "rolling restart of the sink under load, SIGTERM to each" },
      ...{ expected: "exit 0, exact", ...exact, runs: rounds },
    });
  });

  it("ends every role within its drain timeout while a peer says nothing", async () => {
    const cluster = await Cluster.start(4000, "1s");
    const worker = await cluster.worker();
    await cluster.load(4000);
    cluster.sink.kill("SIGSTOP");
    // Nobody takes what these have: they give it up, and it is sent again later.
    await Promise.all([drained(cluster.ventilator), drained(worker)]);
    cluster.sink.kill("SIGCONT");
    await drained(cluster.sink);
    const lines = await cluster.expectExact();
    recordEvidence({
      ...{ part: "drain", fault: "SIGTERM of ventilator and worker while the sink is stopped" },
      expected: "exit 0 within cluster.drain_timeout; the next run is exact",
      ...{ observed: `exit 0, ${lines} of ${lines} lines`, runs: 2, lost: 0, twice: 0 },
    });
  });
});

describe("a second signal", () => {
  it("ends every role at once, with its number", async () => {
    const cluster = await Cluster.start(4000, forEver);
    const worker = await cluster.worker();
    const group = await cluster.worker(2);
    await cluster.load(4000);
    let cutShort = 0;
    for (const program of [worker, group, cluster.ventilator, cluster.sink]) {
      // Both are there when it wakes: no role is so quick that it has ended before the second.
      program.kill("SIGSTOP");
      program.kill("SIGINT");
      program.kill("SIGTERM");
      program.kill("SIGCONT");
      const { exitCode, stderr } = await program.finished;
      // Which comes first is up to the threads of the process; the exit code tells the second.
      const first = program.records.find(({ msg }) => msg === "draining")?.["signal"];
      // A role with nothing under way may have ended in order before it looks at the second.
      const isCutShort = !stderr.includes('"ended"');
      if (isCutShort) cutShort += 1;
      const byNumber = first === "SIGINT" ? 143 : 130;
      expect(isCutShort ? [byNumber] : [0, byNumber], stderr).toContain(exitCode);
      await program.gone();
    }
    expect(cutShort).toBeGreaterThan(0);
    const lines = await cluster.expectExact();
    recordEvidence({
      ...{ part: "drain", fault: "a second signal to a role that drains under load" },
      expected:
        "ends at once, exit 130 or 143 by its number, nobody left behind; the next run is exact",
      ...{
        observed: `exit 130 or 143, ${lines} of ${lines} lines`,
        runs: cutShort,
        lost: 0,
        twice: 0,
      },
    });
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s ends a run that would drain for an hour, with %i", async (signal, code) => {
    const project = new AdsProject({
      ...{ batchBytesMax: "8KiB", flightBatchesMax: 4, cluster: { drain_timeout: forEver } },
    });
    await generateAds(join(project.logs, "ads"), { events: 12_000, seed: 5 });
    const run = new Program(["run", "-c", project.configPath, "--json", "--workers=2"], {
      env: { LOGMILL_LOG_LEVEL: "debug" },
    });
    const sink = await run.record(({ msg }) => msg === "started sink");
    await run.record(
      ({ msg, linesAcknowledged }) => msg === "progress" && Number(linesAcknowledged) > 500,
    );
    process.kill(Number(sink["childPid"]), "SIGSTOP");
    // A terminal tells the whole group.
    const tellAll = (): void => {
      for (const pid of run.processes()) {
        try {
          process.kill(pid, signal);
        } catch {
          // It has just ended.
        }
      }
    };
    tellAll();
    await run.record(({ msg }) => msg === "draining");
    tellAll();
    const { exitCode, stderr, stdout } = await run.finished;
    expect(exitCode, stderr).toBe(code);
    expect(stdout).toBe("");
    await run.gone();
    const check = await runProgram(["store", "check", "-c", project.configPath]);
    expect(check.exitCode, check.stderr).toBe(0);
    const { total } = await project.run("--workers=2");
    expect(total.lines).toBe(12_000);
    recordEvidence({
      ...{ part: "drain", fault: `${signal} twice to a run and all of its processes` },
      expected: `ends at once, exit ${code}, store sound, the next run is exact`,
      ...{ observed: `exit ${code}, 12000 of 12000 lines`, runs: 1, lost: 0, twice: 0 },
    });
  });
});
