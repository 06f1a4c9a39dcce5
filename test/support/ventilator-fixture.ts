// A real ventilator over real sockets and files, with a scripted sink and scripted workers, all in
// one process: what the integration tests of the ventilator are built from.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Config } from "../../src/shared/config/config.ts";
import { configured, defaultConfig, defaultSource } from "./default-config.ts";
import { summaryKey } from "../../src/shared/model/definition-key.ts";
import type { Format, Plan, SummaryDefinition } from "../../src/shared/model/plan.ts";
import type { TableSource } from "../../src/shared/lookup/table-source.ts";
import { Registry } from "../../src/shared/runtime/metrics.ts";
import { startVentilator, type Ventilator } from "../../src/ventilator/ventilator.ts";
import { atEnd, closing, temporaryFolder } from "./net-fixture.ts";
import { ScriptedSink, ScriptedStore, type ScriptedSinkOptions } from "./scripted-sink.ts";
import { ScriptedWorker, type ScriptedWorkerOptions } from "./scripted-worker.ts";
import { keepingLogger } from "./silent-logger.ts";

export function summaryNamed(name: string, from = ["ads"]): SummaryDefinition {
  return {
    name,
    from,
    timestamp: "timestamp",
    granularity: "day",
    timezone: "UTC",
    dimensions: ["url"],
    metrics: [{ name, type: "count" }],
  };
}

export const hits = summaryNamed("hits");
export const hitsKey = summaryKey(hits);

export interface BenchOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly summaries?: readonly SummaryDefinition[];
  readonly batchBytesMax?: number;
  readonly maxLineBytes?: number;
  readonly lastLine?: "wait" | "count";
  readonly format?: Format;
  readonly maxInFlight?: number;
  readonly ackTimeoutMs?: number;
  /** Further sources over the same folder. */
  readonly alsoNamed?: readonly string[];
  /** Each source reads the files that begin with its name, for a pool of its name. */
  readonly hasPools?: boolean;
  readonly tables?: readonly TableSource[];
  /** Where workers connect to, in place of a socket in the folder. */
  readonly tasks?: string;
}

/** One folder with files, one plan and one store; ventilators, sinks and workers come and go. */
export class Bench {
  readonly folder = temporaryFolder();
  readonly logs = join(this.folder, "logs");
  readonly logger = keepingLogger();
  store = new ScriptedStore();
  #options: BenchOptions;

  constructor(options: BenchOptions = {}) {
    this.#options = options;
    mkdirSync(this.logs);
  }

  /** Changes the configuration for what is started from now on. */
  configure(options: BenchOptions): void {
    this.#options = { ...this.#options, ...options };
  }

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.logs, name);
    writeFileSync(path, content);
    return path;
  }

  get plan(): Plan {
    return this.config.plan;
  }

  get config(): Config {
    const {
      include = ["logs/*"],
      exclude = [],
      summaries = [hits],
      alsoNamed = [],
      format = { type: "common" },
    } = this.#options;
    const { batchBytesMax = 1024, maxLineBytes = 512, maxInFlight = 8 } = this.#options;
    const { ackTimeoutMs = 10_000, lastLine = "wait" } = this.#options;
    const { hasPools = false, tables = [], tasks = `ipc://${this.folder}/tasks` } = this.#options;
    const names = ["ads", ...alsoNamed];
    return {
      ...defaultConfig,
      path: join(this.folder, "logmill.yaml"),
      dataDir: join(this.folder, "data"),
      cluster: {
        ...defaultConfig.cluster,
        tasks,
        results: `ipc://${this.folder}/results`,
        acks: `ipc://${this.folder}/acks`,
        batch: { maxBytes: batchBytesMax },
        maxInFlight,
        ackTimeoutMs,
        batchTimeoutMs: 30_000,
        drainTimeoutMs: 20_000,
      },
      sources: names.map((name) => ({
        ...defaultSource,
        name,
        ...(hasPools && { pool: name }),
        include: hasPools ? [`logs/${name}*`] : include,
        exclude,
        format,
        lastLine,
        maxLineBytes,
      })),
      summaries: configured(summaries),
      tables,
      store: { liveBytesMax: 1 << 26, flushIntervalMs: 1000 },
      http: { ...defaultConfig.http, port: 0 },
      plan: {
        version: 1,
        timezone: "UTC",
        sources: names.map((name) => ({ name, format, maxLineBytes })),
        summaries,
      },
    };
  }

  async ventilator(options: { readonly once?: boolean } = {}): Promise<RunningBench> {
    const registry = new Registry();
    const { once = true } = options;
    const settings = { once, logger: this.logger, registry, rescanMs: 20 };
    const ventilator = await startVentilator(this.config, settings);
    // A test that expects a failure looks at `ended` itself.
    ventilator.ended.catch(() => undefined);
    atEnd(() => ventilator.stop().catch(() => undefined));
    return { ventilator, metric: (name, labels) => valueOf(registry, name, labels) };
  }

  async sink(options: Partial<ScriptedSinkOptions> = {}): Promise<ScriptedSink> {
    const { acks, results } = this.config.cluster;
    const { plan, store } = this;
    return closing(await ScriptedSink.start({ acks, results, plan, store, ...options }));
  }

  worker(options: Partial<ScriptedWorkerOptions> = {}): ScriptedWorker {
    return closing(new ScriptedWorker({ tasks: this.config.cluster.tasks, ...options }));
  }

  /** Runs once, with one honest worker and sink, to the end. */
  async run(): Promise<RunResult> {
    const sink = await this.sink();
    const worker = this.worker();
    const { ventilator, metric } = await this.ventilator();
    const { problems, isComplete } = await ventilator.ended;
    await Promise.all([sink.close(), worker.close()]);
    const batches = worker.taken.length;
    const bytes = worker.taken.reduce((sum, { header }) => sum + header.to - header.from, 0);
    return { problems, isComplete, batches, bytes, tasks: worker.taken, metric, sink };
  }
}

export interface RunningBench {
  readonly ventilator: Ventilator;
  readonly metric: (name: string, labels?: Record<string, string>) => Promise<number>;
}

export interface RunResult {
  readonly problems: readonly string[];
  readonly isComplete: boolean;
  readonly batches: number;
  readonly bytes: number;
  readonly tasks: ScriptedWorker["taken"];
  readonly metric: RunningBench["metric"];
  readonly sink: ScriptedSink;
}

async function valueOf(
  registry: Registry,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const metric = await registry.getSingleMetric(`logmill_ventilator_${name}`)!.get();
  return metric.values
    .filter((value) => Object.entries(labels).every(([key, label]) => value.labels[key] === label))
    .reduce((sum, { value }) => sum + value, 0);
}

/** Contents in short and in order, so that a difference can be read. */
export function brief(contents: readonly string[]): string[] {
  const shorten = (text: string): string =>
    `${text.slice(0, 20)} … ${text.slice(-20)} (${text.length}, ${crc32(text).toString(16)})`;
  return contents.map((text) => JSON.stringify(shorten(text))).sort();
}

/** Numbered lines of about 60 bytes. */
export function lines(from: number, to: number, salt = "x"): string {
  return Array.from(
    { length: to - from },
    (_, index) => `${salt} line ${from + index} ${"-".repeat(40 + ((from + index) % 13))}\n`,
  ).join("");
}
