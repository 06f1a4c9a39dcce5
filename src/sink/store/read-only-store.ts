// A snapshot of a store for readers: the manifest and what the write-ahead log holds beyond it,
// replayed into this process's own memory. Takes no lock and writes nothing, so it serves queries
// beside a running sink. What the sink commits later does not show.

import type { LedgerSource } from "../../shared/protocol/messages.ts";
import type { Balance } from "../../shared/table/partial.ts";
import type { FileSystem } from "./file-system.ts";
import type { SummaryInfo } from "./summary-info.ts";

export class ReadOnlyStore {
  /** 32 hex digits, made with the store. */
  readonly storeId: string = "";

  /**
   * @throws LogmillError `store_missing`, `store_damaged`, `store_version`.
   */
  static open(_files: FileSystem, _directory: string): Promise<ReadOnlyStore> {
    return Promise.reject(new Error("not built yet"));
  }

  ledger(): readonly LedgerSource[] {
    throw new Error("not built yet");
  }

  balance(): Readonly<Record<string, Balance>> {
    throw new Error("not built yet");
  }

  summaries(): readonly SummaryInfo[] {
    throw new Error("not built yet");
  }

  /** As `Store.read`. */
  read(_summaryKey: string, _bucketStart: number): AsyncIterable<Uint8Array> {
    throw new Error("not built yet");
  }

  close(): Promise<void> {
    return Promise.reject(new Error("not built yet"));
  }
}
