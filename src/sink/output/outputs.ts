// All outputs of the configuration, published one after the other. They are projections of the
// store: what fails is tried again and nothing is lost by it, and one that fails keeps no other from being published.

import { join } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import type { Config, OutputConfig } from "../../shared/config/config.ts";
import type { TableReader } from "../store/store.ts";
import type { SummaryInfo } from "../store/summary-info.ts";
import type { FileSystem } from "../disk/file-system.ts";
import { csvFile } from "./csv-file.ts";
import { FilePublisher } from "./file-publisher.ts";
import { jsonlFile } from "./jsonl-file.ts";
import { OutputLag } from "./output-lag.ts";
import type { Publisher, PublisherParts, PublishReport } from "./publisher.ts";
import { RedisPublisher } from "./redis/redis-publisher.ts";

function makePublisher(output: OutputConfig, parts: PublisherParts): Publisher {
  switch (output.type) {
    case "redis":
      return new RedisPublisher({ ...parts, environment: process.env, nowMs: Date.now }, output);
    case "csv":
      return new FilePublisher(parts, output, csvFile(output));
    case "jsonl":
      return new FilePublisher(parts, output, jsonlFile);
  }
}

/** Is told what becomes of each output, by its name. Must not throw. */
export interface OutputWatch {
  published(name: string, rows: number): void;
  failed(name: string): void;
}

export class Outputs {
  readonly #store: TableReader;
  readonly #publishers: readonly Publisher[];
  readonly #lag: OutputLag;
  #watch: OutputWatch | null = null;
  /** Name of the output that writes a file. */
  readonly #owners = new Map<string, string>();
  #conflict: LogmillError | null = null;

  /** Throws `config_invalid` when an output would put two buckets into one file. */
  constructor(files: FileSystem, store: TableReader, config: Config) {
    const { summaries, dataDir } = config;
    this.#store = store;
    const parts = { files, store, summaries, stateFolder: join(dataDir, "outputs") };
    this.#publishers = config.outputs.map((output) => makePublisher(output, parts));
    this.#lag = new OutputLag(this.names);
  }

  get names(): readonly string[] {
    return this.#publishers.map(({ name }) => name);
  }

  set watch(watch: OutputWatch) {
    this.#watch = watch;
  }

  /** Something new is in the store. */
  touch(): void {
    this.#lag.touch();
  }

  /** How long the oldest change has waited that an output does not show, 0 when it shows all. */
  lagSeconds(name: string): number {
    return this.#lag.secondsOf(name);
  }

  /** Throws `config_invalid` or `bad_secret` when an output lacks what it needs. */
  prepare(): void {
    for (const publisher of this.#publishers) publisher.prepare();
  }

  close(): void {
    for (const publisher of this.#publishers) publisher.close();
  }

  /**
   * Brings all of them up to date. Not to be called again before it has returned. Throws `output_failed`,
   * `output_unavailable`, or `config_invalid` when two outputs have a file in common.
   */
  async publish(): Promise<PublishReport> {
    this.#lag.begin();
    const summaries = await this.#store.summaries();
    await this.#checkPaths(summaries);
    const reports: PublishReport[] = [];
    const errors: unknown[] = [];
    for (const publisher of this.#publishers) {
      try {
        const report = await publisher.publish(summaries);
        reports.push(report);
        this.#lag.end(publisher.name);
        this.#watch?.published(publisher.name, report.rows);
      } catch (error) {
        this.#watch?.failed(publisher.name);
        errors.push(error);
      }
    }
    // A server that is away is waited for, which must not hide what no waiting mends.
    if (errors.length > 0) throw errors.find((error) => !isUnavailable(error)) ?? errors[0];
    const paths = reports.flatMap((report) => report.paths);
    const kept = new Set(paths);
    return {
      paths,
      written: reports.flatMap(({ written }) => written),
      // A file may have gone from one output to another.
      abandoned: reports.flatMap(({ abandoned }) => abandoned).filter((path) => !kept.has(path)),
      rows: reports.reduce((sum, { rows }) => sum + rows, 0),
      notes: reports.flatMap(({ notes }) => notes),
    };
  }

  /** Different templates may give the same path for some bucket; one file would hide the other. */
  async #checkPaths(summaries: readonly SummaryInfo[]): Promise<void> {
    if (this.#publishers.length < 2) return;
    for (const publisher of this.#publishers) {
      const { name } = publisher;
      for (const path of await publisher.newPaths(summaries)) {
        const other = this.#owners.get(path);
        if (other === undefined) this.#owners.set(path, name);
        else
          this.#conflict ??= new LogmillError(
            "config_invalid",
            `outputs ${other} and ${name} both write ${path}; give them different paths`,
          );
      }
    }
    if (this.#conflict !== null) throw this.#conflict;
  }
}

/** The error of an output whose server is away, or takes nothing now. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof LogmillError && error.code === "output_unavailable";
}
