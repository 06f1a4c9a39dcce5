// A snapshot of a store for readers: the manifest and what the write-ahead log holds beyond it,
// replayed into this process's own memory, and the segments held open. Takes no lock and writes
// nothing, so it serves queries beside a running sink; what the sink commits later does not show.
//
// A sink at work may replace the manifest and delete files between two reads of ours, or be in the
// middle of a write. What then looks like damage is gone at the next try; real damage stays.

import { LogmillError } from "../../../shared/base/errors.ts";
import type { RejectExample, Sheets, UncountedFile } from "../../../shared/model/sheet.ts";
import { sheetsOf, summaryInfos } from "./apply-record.ts";
import { examplesOf, uncountedOf } from "./rejects-of.ts";
import type { FileSystem } from "../../disk/file-system.ts";
import { listStore, loadStore, type LoadedStore } from "./load.ts";
import { readCommitPoint } from "./log/commit-point.ts";
import { framesOf, ReadKernel, readTable } from "./read-table.ts";
import { loadSeededKernel } from "../../../shared/kernel/seeded-kernel.ts";
import type { LedgerSnapshot, StoreReader } from "../store.ts";
import type { SummaryInfo } from "../summary-info.ts";

const attemptsMax = 8;

/**
 * Reads a store that may be in use.
 * @throws LogmillError `store_missing`, `store_damaged`, `store_version`, `disk_failed`.
 */
export async function loadSnapshot(files: FileSystem, directory: string): Promise<LoadedStore> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const commitPoint = await readCommitPoint(files, directory);
      const names = await listStore(files, directory);
      return await loadStore(files, directory, names, commitPoint, loadSeededKernel());
    } catch (error) {
      const isDamage = error instanceof LogmillError && error.code === "store_damaged";
      if (!isDamage || attempt === attemptsMax) throw error;
    }
  }
}

export class ReadOnlyStore implements StoreReader {
  readonly #loaded: LoadedStore;
  readonly #readKernel = new ReadKernel();

  private constructor(loaded: LoadedStore) {
    this.#loaded = loaded;
  }

  /** @throws LogmillError `store_missing`, `store_damaged`, `store_version`, `disk_failed`. */
  static async open(files: FileSystem, directory: string): Promise<ReadOnlyStore> {
    return new ReadOnlyStore(await loadSnapshot(files, directory));
  }

  get storeId(): string {
    return this.#loaded.manifest.storeId;
  }

  ledger(): Promise<LedgerSnapshot> {
    const { manifest, catalog } = this.#loaded;
    const sheets = sheetsOf(manifest.definitions, catalog);
    return Promise.resolve({ sources: catalog.ledger.sources(), sheets });
  }

  sheets(): Promise<Sheets> {
    const { manifest, catalog } = this.#loaded;
    return Promise.resolve(sheetsOf(manifest.definitions, catalog));
  }

  examples(): Promise<readonly RejectExample[]> {
    const { manifest, catalog } = this.#loaded;
    return Promise.resolve(examplesOf(manifest.definitions, catalog));
  }

  uncounted(): Promise<readonly UncountedFile[]> {
    const { manifest, catalog } = this.#loaded;
    return Promise.resolve(uncountedOf(manifest.definitions, catalog));
  }

  summaries(): Promise<readonly SummaryInfo[]> {
    const { manifest, catalog, segments, live } = this.#loaded;
    return Promise.resolve(summaryInfos(manifest.definitions, catalog, segments.runs(), [live]));
  }

  read(summaryKey: string, bucketStart: number): AsyncIterable<Uint8Array> {
    const { manifest, segments, live } = this.#loaded;
    const stored = manifest.definitions.find(({ key }) => key === summaryKey);
    if (stored === undefined) return framesOf([]);
    const table = live.find(summaryKey, bucketStart);
    const tables = table === undefined ? [] : [table];
    return readTable(
      this.#readKernel,
      segments,
      tables,
      stored.definition,
      { summaryKey, bucketStart },
      false,
    );
  }

  async close(): Promise<void> {
    await this.#loaded.segments.close();
  }
}
