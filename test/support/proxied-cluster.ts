// The roles as separate processes over TCP, with a proxy between each two of them: what a worker, the
// ventilator and the sink believe to be each other's address is a `ChaosProxy`. The log that they
// read grows, and the files that come out are held against the oracle.

import { appendFileSync, copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { loadConfig } from "../../src/shared/config/load.ts";
import { referenceSummarise } from "../reference/reference-summarise.ts";
import { AdsProject, generateAds } from "./ads-project.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import { expectOracle } from "./csv-oracle.ts";
import { freePorts } from "./free-ports.ts";
import { Program, runProgram } from "./program.ts";

export type LinkName = "tasks" | "results" | "acks";

export interface ProxiedClusterOptions {
  readonly workers?: number;
  readonly lines?: number;
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly batchBytesMax?: string;
  /** Makes keys, with which every role binds and connects. */
  readonly hasKeys?: boolean;
}

const deadlineAfterMs = 90_000;
/** Below the project's folder. */
const keysFolder = "keys";

/** One sample of a metric, summed over its labels. */
export async function metricOf(http: string, name: string): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  const samples = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))];
  return samples.reduce((sum, sample) => sum + Number(sample[1]), 0);
}

/** Asks until it is so; fails with the last answer. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + deadlineAfterMs;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) expect.fail(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class ProxiedCluster {
  readonly project: AdsProject;
  readonly proxies: Readonly<Record<LinkName, ChaosProxy>>;
  readonly ventilator: Program;
  readonly sink: Program;
  readonly workers: Program[] = [];
  /** Lines that are in the log. */
  written = 0;
  readonly #lines: readonly string[];
  readonly #log: string;
  readonly #options: ProxiedClusterOptions;
  #http: { readonly ventilator: string; readonly sink: string } | null = null;

  private constructor(
    project: AdsProject,
    sinkConfig: string,
    proxies: Readonly<Record<LinkName, ChaosProxy>>,
    lines: readonly string[],
    options: ProxiedClusterOptions,
  ) {
    this.project = project;
    this.proxies = proxies;
    this.#lines = lines;
    this.#options = options;
    this.#log = join(project.logs, "ads.log");
    this.ventilator = this.#start(["ventilator", "-c", project.configPath]);
    this.sink = this.#start(["sink", "-c", sinkConfig]);
    for (let worker = 0; worker < (options.workers ?? 2); worker += 1) this.addWorker();
  }

  /** Starts everything; `close` has to be called in the end. */
  static async start(options: ProxiedClusterOptions = {}): Promise<ProxiedCluster> {
    const ports = await freePorts(3);
    const [tasks, results, acks] = await Promise.all(
      ports.map((port, index) => ChaosProxy.listen(port, index + 1)),
    );
    const at = (port: number): string => `tcp://127.0.0.1:${port}`;
    const [tasksPort, resultsPort, acksPort] = ports as [number, number, number];
    const project = new AdsProject({ isInHook: true });
    const security = options.hasKeys === true ? { security: { keys: keysFolder } } : {};
    const shared = { ack_timeout: "2s", ...security, ...options.cluster };
    const configure = (endpoints: Readonly<Record<LinkName, string>>): void => {
      project.configure({
        batchBytesMax: options.batchBytesMax ?? "8KiB",
        flightBatchesMax: 8,
        store: { flush_interval: "300ms" },
        cluster: { ...shared, ...endpoints },
      });
    };
    // Each has the address that it binds, and the proxy's in place of those that it or others dial.
    configure({ tasks: at(tasksPort), results: at(resultsPort), acks: at(acks!.port) });
    const sinkConfig = join(project.folder, "sink.yaml");
    copyFileSync(project.configPath, sinkConfig);
    configure({ tasks: at(tasksPort), results: at(results!.port), acks: at(acksPort) });
    const events = options.lines ?? 40_000;
    const [path] = await generateAds(join(project.folder, "all"), {
      ...{ events, seed: 5, isInHook: true },
    });
    const lines = readFileSync(path!, "latin1").trimEnd().split("\n");
    const proxies = { tasks: tasks!, results: results!, acks: acks! };
    if (options.hasKeys === true) {
      const folder = join(project.folder, keysFolder);
      const { exitCode, stderr } = await runProgram(["keygen", folder], { isInHook: true });
      expect(exitCode, stderr).toBe(0);
    }
    const cluster = new ProxiedCluster(project, sinkConfig, proxies, lines, options);
    try {
      cluster.#http = {
        ventilator: await httpOf(cluster.ventilator),
        sink: await httpOf(cluster.sink),
      };
    } catch (error) {
      await cluster.#remove();
      throw error;
    }
    return cluster;
  }

  get http(): { readonly ventilator: string; readonly sink: string } {
    return this.#http!;
  }

  addWorker(): void {
    const endpoint = `tcp://127.0.0.1:${this.proxies.tasks.port}`;
    const keys = ["--keys", join(this.project.folder, keysFolder)];
    const isSecured = this.#options.hasKeys === true;
    this.workers.push(this.#start(["worker", endpoint, ...(isSecured ? keys : [])]));
  }

  /** The log grows by so many lines. */
  write(lines: number): void {
    const more = this.#lines.slice(this.written, this.written + lines);
    expect(more.length, "lines left to write").toBe(lines);
    appendFileSync(this.#log, `${more.join("\n")}\n`, "latin1");
    this.written += lines;
  }

  /** Lines that the sink has merged since its start. */
  merged(): Promise<number> {
    return metricOf(this.http.sink, "logmill_sink_merged_lines_total");
  }

  /** Waits until every line counts, and compares the files that come out with the oracle. */
  async expectExact(): Promise<void> {
    let merged = 0;
    await eventually(`${this.written} lines are merged`, async () => {
      merged = await this.merged();
      return merged >= this.written;
    }).catch((error: unknown) => {
      const counted = `${merged} of ${this.written} lines are merged`;
      throw new Error(`${counted}\n${this.#lastWords()}`, { cause: error });
    });
    expect(merged).toBe(this.written);
    const config = loadConfig(this.project.configPath, {});
    const reference = referenceSummarise(config.plan, "ads", readFileSync(this.#log));
    let difference: unknown = null;
    await eventually("the files are up to date", () => {
      try {
        expectOracle(this.project.outputs(), config, reference);
        difference = null;
      } catch (error) {
        difference = error;
      }
      return Promise.resolve(difference === null);
    }).catch(() => {
      throw difference as Error;
    });
  }

  /** The ends of all logs, for whoever has to find out why. */
  #lastWords(): string {
    return [this.ventilator, this.sink, ...this.workers]
      .map(({ stderr }) => stderr.trimEnd().split("\n").slice(-20).join("\n"))
      .join("\n\n");
  }

  heal(): void {
    for (const proxy of Object.values(this.proxies)) proxy.heal();
  }

  /** Ends everything, in order; each role has to end well. */
  async close(): Promise<void> {
    this.heal();
    const programs = [this.ventilator, ...this.workers, this.sink];
    try {
      for (const program of programs) {
        program.kill("SIGTERM");
        const { exitCode, stderr } = await program.finished;
        expect(exitCode, stderr).toBe(0);
      }
    } finally {
      await this.#remove();
    }
  }

  async #remove(): Promise<void> {
    for (const program of [this.ventilator, ...this.workers, this.sink]) await program.killAll();
    await Promise.all(Object.values(this.proxies).map((proxy) => proxy.close()));
    this.project.remove();
  }

  #start(args: readonly string[]): Program {
    return new Program([...args, "--http", "127.0.0.1:0"], {
      env: { LOGMILL_LOG_LEVEL: "info", ...this.#options.env },
      isInHook: true,
    });
  }
}

/** Where a role says that its metrics are. */
async function httpOf(program: Program): Promise<string> {
  const record = await program.record(({ msg }) => msg === "serving");
  return String(record["http"]);
}
