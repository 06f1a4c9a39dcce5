// All outputs of the configuration, published one after the other and never twice at a time. They
// are projections of the store: what fails is tried again and nothing is lost by it.

import { join } from "node:path";
import type { Config } from "../shared/config/config.ts";
import { CsvPublisher } from "./output/csv-publisher.ts";
import type { TableReader } from "./query/table-reader.ts";
import type { FileSystem } from "./store/file-system.ts";

export class Outputs {
  readonly #publishers: readonly CsvPublisher[];
  #last: Promise<unknown> = Promise.resolve();

  /** Throws `config_invalid` when an output would put two buckets into one file. */
  constructor(files: FileSystem, store: TableReader, config: Config) {
    const { summaries, dataDir } = config;
    const stateFolder = join(dataDir, "outputs");
    this.#publishers = config.outputs.map(
      (output) => new CsvPublisher(files, store, { output, summaries, stateFolder }),
    );
  }

  /** Brings all files up to date and returns their paths. Throws `output_failed`. */
  publish(): Promise<string[]> {
    const mine = this.#last.then(() => this.#publish());
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #publish(): Promise<string[]> {
    const paths: string[] = [];
    for (const publisher of this.#publishers) paths.push(...(await publisher.publish()).paths);
    return paths;
  }
}
