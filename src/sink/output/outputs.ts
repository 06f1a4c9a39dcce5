// All outputs of the configuration, published one after the other. They are projections of the
// store: what fails is tried again and nothing is lost by it.

import { join } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import type { Config, OutputConfig } from "../../shared/config/config.ts";
import type { TableReader } from "../store/store.ts";
import type { SummaryInfo } from "../store/summary-info.ts";
import type { FileSystem } from "../disk/file-system.ts";
import { csvFile } from "./csv-file.ts";
import { FilePublisher } from "./file-publisher.ts";
import { jsonlFile } from "./jsonl-file.ts";
import type { Publisher, PublisherParts, PublishReport } from "./publisher.ts";

function makePublisher(output: OutputConfig, parts: PublisherParts): Publisher {
  switch (output.type) {
    case "csv":
      return new FilePublisher(parts, output, csvFile(output));
    case "jsonl":
      return new FilePublisher(parts, output, jsonlFile);
  }
}

export class Outputs {
  readonly #store: TableReader;
  readonly #publishers: readonly Publisher[];
  /** Name of the output that writes a file. */
  readonly #owners = new Map<string, string>();
  #conflict: LogmillError | null = null;

  /** Throws `config_invalid` when an output would put two buckets into one file. */
  constructor(files: FileSystem, store: TableReader, config: Config) {
    const { summaries, dataDir } = config;
    this.#store = store;
    const parts = { files, store, summaries, stateFolder: join(dataDir, "outputs") };
    this.#publishers = config.outputs.map((output) => makePublisher(output, parts));
  }

  /**
   * Brings all files up to date. Not to be called again before it has returned. Throws `output_failed`,
   * or `config_invalid` when two outputs have a file in common.
   */
  async publish(): Promise<PublishReport> {
    const summaries = await this.#store.summaries();
    await this.#checkPaths(summaries);
    const reports: PublishReport[] = [];
    for (const publisher of this.#publishers) reports.push(await publisher.publish(summaries));
    const paths = reports.flatMap((report) => report.paths);
    const kept = new Set(paths);
    return {
      paths,
      written: reports.flatMap(({ written }) => written),
      // A file may have gone from one output to another.
      abandoned: reports.flatMap(({ abandoned }) => abandoned).filter((path) => !kept.has(path)),
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
