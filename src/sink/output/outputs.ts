// All outputs of the configuration, published one after the other. They are projections of the
// store: what fails is tried again and nothing is lost by it.

import { join } from "node:path";
import type { Config } from "../../shared/model/config.ts";
import { CsvPublisher } from "./csv-publisher.ts";
import type { TableReader } from "../query/table-reader.ts";
import type { FileSystem } from "../store/embedded/disk/file-system.ts";

export class Outputs {
  readonly #publishers: readonly CsvPublisher[];

  /** Throws `config_invalid` when an output would put two buckets into one file. */
  constructor(files: FileSystem, store: TableReader, config: Config) {
    const { summaries, dataDir } = config;
    const stateFolder = join(dataDir, "outputs");
    this.#publishers = config.outputs.map(
      (output) => new CsvPublisher(files, store, { output, summaries, stateFolder }),
    );
  }

  /**
   * Brings all files up to date and returns their paths. Not to be called again before it has
   * returned. Throws `output_failed`.
   */
  async publish(): Promise<string[]> {
    const paths: string[] = [];
    for (const publisher of this.#publishers) paths.push(...(await publisher.publish()).paths);
    return paths;
  }
}
