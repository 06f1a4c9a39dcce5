// Reads the files of each pool one after the other, and those of different pools beside each other: a pool whose
// workers are slow, or that has none, holds up its own files and no others.

import type { Pools } from "../batch/pools.ts";
import type { Catalog } from "./file/catalog.ts";
import type { Reader } from "./file/reader.ts";
import type { TrackedFile } from "./file/tracked-file.ts";

export interface PoolReadersOptions {
  readonly catalog: Catalog;
  readonly reader: Reader;
  readonly pools: Pools;
  /** A pool has nothing more to read, for now. */
  readonly onRest: () => void;
  /** Ends the ventilator. */
  readonly fail: (error: unknown) => void;
}

export class PoolReaders {
  readonly #options: PoolReadersOptions;
  /** By pool whose files are being read. */
  readonly #reading = new Map<string, Promise<void>>();
  #isStopped = false;

  constructor(options: PoolReadersOptions) {
    this.#options = options;
  }

  get areResting(): boolean {
    return this.#reading.size === 0;
  }

  /** Begins to read wherever there is work and nobody reads. */
  look(): void {
    const { pools, onRest, fail } = this.#options;
    for (const pool of pools.names) {
      const first = this.#reading.has(pool) ? null : this.#next(pool);
      if (first === null) continue;
      const reading = this.#readAll(pool, first).catch(fail);
      this.#reading.set(pool, reading);
      void reading.then(() => {
        this.#reading.delete(pool);
        onRest();
      });
    }
  }

  /** Begins with no further file; settles when none is being read. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#reading.values());
  }

  async #readAll(pool: string, first: TrackedFile): Promise<void> {
    const { catalog, reader } = this.#options;
    for (let file: TrackedFile | null = first; file !== null; file = this.#next(pool)) {
      await reader.read(file);
      catalog.done(file);
    }
  }

  #next(pool: string): TrackedFile | null {
    const { catalog, pools } = this.#options;
    return this.#isStopped ? null : catalog.next((source) => pools.of(source) === pool);
  }
}
