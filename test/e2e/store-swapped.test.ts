// A sink that comes back with another store than the ventilator knows: wiped, of another folder, or put
// back from an older copy. Real roles, which go on; nothing is lost while the files are there.

import { cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import { recordEvidence } from "../support/evidence.ts";
import { Program, runProgram } from "../support/program.ts";

const events = 6000;
const env = { LOGMILL_LOG_LEVEL: "info" };

/** A ventilator that follows its files, a worker, and sinks that come and go. */
class Cluster {
  readonly project = new AdsProject();
  readonly #programs: Program[] = [];

  constructor() {
    const { project } = this;
    const socket = (name: string): string => `ipc://${join(project.folder, name)}`;
    const cluster = { tasks: socket("tasks"), results: socket("results"), acks: socket("acks") };
    project.configure({ batchBytesMax: "32KiB", cluster, store: { flush_interval: "100ms" } });
  }

  get data(): string {
    return join(this.project.folder, "data");
  }

  /** Adds a log of which no line is in another. */
  async addLog(seed: number): Promise<void> {
    const path = join(this.project.folder, `log-${seed}`);
    const [made] = await generateAds(path, { events, seed });
    renameSync(made!, join(this.project.logs, `${seed}.log`));
  }

  start(role: "sink" | "ventilator" | "worker"): Program {
    const { configPath, folder } = this.project;
    const what = role === "worker" ? [`ipc://${join(folder, "tasks")}`] : ["-c", configPath];
    const program = new Program([role, ...what, "--http", "127.0.0.1:0"], { env });
    this.#programs.push(program);
    return program;
  }

  /** Waits until so many lines are durable in the store of this sink. */
  async lines(sink: Program, count: number): Promise<void> {
    const { http } = await sink.record(({ msg }) => msg === "serving");
    for (let lines = -1; lines !== count;) {
      const text = await (await fetch(`${String(http)}/metrics`)).text();
      const counts = [...text.matchAll(/^logmill_sink_lines_total\{.*\} (\d+)$/gm)];
      lines = counts.reduce((sum, match) => sum + Number(match[1]), 0);
      expect(lines).toBeLessThanOrEqual(count);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(program: Program): Promise<void> {
    program.kill("SIGTERM");
    const { exitCode, stderr } = await program.finished;
    expect(exitCode, stderr).toBe(0);
    await program.gone();
  }

  async kill(program: Program): Promise<void> {
    program.kill("SIGKILL");
    await program.finished;
    this.#programs.splice(this.#programs.indexOf(program), 1);
  }

  /** Ends all roles, and compares with a run of its own. */
  async expectExact(): Promise<void> {
    for (const program of this.#programs.reverse()) await this.stop(program);
    const fresh = new AdsProject({ include: [join(this.project.logs, "*")] });
    await fresh.run("--workers", "1");
    // A sink that was killed in the middle of a file leaves a temporary one, which only a sink with the
    // same store removes; here that store may be gone for good.
    const files = [...this.project.outputs()].filter(([path]) => !/\.logmill-\w+\.tmp$/.test(path));
    expect(new Map(files)).toEqual(fresh.outputs());
    const check = await runProgram(["store", "check", "-c", this.project.configPath]);
    expect(check.exitCode, check.stdout).toBe(0);
  }
}

function record(fault: string, expected: string, lines: number): void {
  const observed = `${lines} of ${lines} lines, the files of a plain run`;
  recordEvidence({ part: "disk", fault, expected, observed, ...{ runs: 1, lost: 0, twice: 0 } });
}

describe("a sink comes back", () => {
  it("with an empty store: the alarm is raised, and everything is sent again", async () => {
    const cluster = new Cluster();
    await cluster.addLog(1);
    const sink = cluster.start("sink");
    const ventilator = cluster.start("ventilator");
    cluster.start("worker");
    await cluster.lines(sink, events);
    await cluster.kill(sink);
    rmSync(cluster.data, { recursive: true });
    await cluster.lines(cluster.start("sink"), events);
    const alarms = ventilator.records.filter(({ level }) => level === "error");
    expect(alarms.map(({ msg }) => msg)).toEqual([expect.stringContaining("another store")]);
    await cluster.expectExact();
    record("the store wiped under a running ventilator", "an alarm; all is sent again", events);
  });

  it("with an older copy of its store: what the copy lacks is sent again", async () => {
    const cluster = new Cluster();
    await cluster.addLog(1);
    cluster.start("ventilator");
    cluster.start("worker");
    const first = cluster.start("sink");
    await cluster.lines(first, events);
    await cluster.stop(first);
    const copy = join(cluster.project.folder, "copy");
    const filter = (path: string): boolean => !path.endsWith(".sock");
    cpSync(cluster.data, copy, { recursive: true, filter });
    await cluster.addLog(2);
    const second = cluster.start("sink");
    await cluster.lines(second, 2 * events);
    await cluster.stop(second);
    rmSync(cluster.data, { recursive: true });
    renameSync(copy, cluster.data);
    await cluster.lines(cluster.start("sink"), 2 * events);
    await cluster.expectExact();
    record("the store rolled back under a running ventilator", "what it lacks is sent", 2 * events);
  });
});
