// A cluster over TCP with keys, as real processes, and what tests want to know of it.

import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { AdsProject, generateAds } from "./ads-project.ts";
import { freePorts } from "./free-ports.ts";
import { Program, runProgram } from "./program.ts";

type Environment = Readonly<Record<string, string>>;
const talkative: Environment = { LOGMILL_LOG_LEVEL: "debug" };

export class SecuredCluster {
  readonly project: AdsProject;
  readonly keys: string;
  readonly tasks: string;
  /** Of tasks, results and acks. */
  readonly ports: readonly number[];
  readonly programs: Program[] = [];
  readonly #env: Environment;

  private constructor(ports: readonly number[], env: Environment) {
    this.#env = env;
    const [tasks, results, acks] = ports.map((port) => `tcp://127.0.0.1:${port}`);
    const cluster = { tasks, results, acks, security: { keys: "keys" } };
    this.project = new AdsProject({ batchBytesMax: "64KiB", cluster });
    this.keys = join(this.project.folder, "keys");
    this.tasks = tasks!;
    this.ports = ports;
  }

  /** Without events there are no files to read yet. */
  static async create(events: number, env: Environment = talkative): Promise<SecuredCluster> {
    const cluster = new SecuredCluster(await freePorts(3), env);
    if (events > 0) await cluster.addEvents("ads", events);
    await cluster.keygen();
    return cluster;
  }

  /** Puts one more file among the logs. */
  async addEvents(name: string, events: number): Promise<void> {
    await generateAds(join(this.project.logs, name), { events, seed: 11 + events });
  }

  async keygen(...args: readonly string[]): Promise<void> {
    const { exitCode, stderr } = await runProgram(["keygen", this.keys, ...args]);
    expect(exitCode, stderr).toBe(0);
  }

  async start(role: "ventilator" | "sink", ...args: readonly string[]): Promise<Program> {
    const config = ["-c", this.project.configPath, "--http", "127.0.0.1:0"];
    return this.#begin([role, ...config, ...args]);
  }

  async startWorker(keys: string | null, ...args: readonly string[]): Promise<Program> {
    const security = keys === null ? [] : ["--keys", keys];
    return this.#begin(["worker", this.tasks, ...security, ...args]);
  }

  /** Takes a worker off both allow-lists; returns the line that it had. */
  revoke(name: string): string {
    let taken = "";
    for (const path of this.#lists()) {
      const lines = readFileSync(path, "utf8").split("\n");
      taken =
        lines.find((line) => line.endsWith(`  ${name}`)) ?? expect.fail(`${name} is on no list`);
      writeFileSync(path, lines.filter((line) => line !== taken).join("\n"));
    }
    return taken;
  }

  allow(line: string): void {
    for (const path of this.#lists()) appendFileSync(path, `${line}\n`);
  }

  async stop(...programs: readonly Program[]): Promise<void> {
    for (const program of programs) {
      program.kill("SIGTERM");
      const { exitCode, stderr } = await program.finished;
      expect(exitCode, stderr).toBe(0);
      await program.gone();
    }
  }

  /** Every secret key of the cluster. */
  secrets(): string[] {
    return readdirSync(this.keys, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".key"))
      .map((name) => readFileSync(join(this.keys, name), "utf8").trim());
  }

  #lists(): string[] {
    return ["tasks", "results"].map((name) => join(this.keys, "allow", name));
  }

  async #begin(args: readonly string[]): Promise<Program> {
    const program = new Program(args, { env: this.#env });
    this.programs.push(program);
    await program.record(({ msg }) => msg === "serving");
    return program;
  }
}

/** The files that `run` makes of the same logs. */
export async function expectedFiles({ project }: SecuredCluster): Promise<Map<string, string>> {
  const single = new AdsProject({ include: [join(project.logs, "*")] });
  await single.run("--workers", "1");
  return single.outputs();
}

/** The value of one line of /metrics; NaN when there is none. */
export async function metric(program: Program, name: string): Promise<number> {
  const { http } = await program.record(({ msg }) => msg === "serving");
  const text = await (await fetch(`${String(http)}/metrics`)).text();
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? Number.NaN);
}

/** Resolves when the counter has reached the number. */
export async function reached(program: Program, name: string, least: number): Promise<void> {
  while (!((await metric(program, name)) >= least)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
