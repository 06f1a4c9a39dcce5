// All outputs of the configuration, published one after the other. They are projections of the
// store: what fails is tried again and nothing is lost by it.

import { join } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import type { Config, OutputConfig } from "../../shared/config/config.ts";
import type { TableReader } from "../store/store.ts";
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
  readonly #publishers: readonly Publisher[];

  /** Throws `config_invalid` when an output would put two buckets into one file. */
  constructor(files: FileSystem, store: TableReader, config: Config) {
    const { summaries, dataDir } = config;
    const parts = { files, store, summaries, stateFolder: join(dataDir, "outputs") };
    this.#publishers = config.outputs.map((output) => makePublisher(output, parts));
  }

  /**
   * Brings all files up to date. Not to be called again before it has returned. Throws `output_failed`,
   * or `config_invalid` when two outputs have a file in common.
   */
  async publish(): Promise<PublishReport> {
    await this.#checkPaths();
    const reports: PublishReport[] = [];
    for (const publisher of this.#publishers) reports.push(await publisher.publish());
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
  async #checkPaths(): Promise<void> {
    if (this.#publishers.length < 2) return;
    const owners = new Map<string, string>();
    for (const publisher of this.#publishers) {
      for (const path of await publisher.paths()) {
        const other = owners.get(path);
        if (other === undefined) owners.set(path, publisher.name);
        else {
          throw new LogmillError(
            "config_invalid",
            `outputs ${other} and ${publisher.name} both write ${path}; give them different paths`,
          );
        }
      }
    }
  }
}
