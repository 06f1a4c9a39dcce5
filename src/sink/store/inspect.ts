// What is in a store, for people: files, segments, log, summaries, sources and the balance sheet.
// Reads the manifest and the log through a snapshot; changes nothing, takes no lock.

import type { LedgerSource } from "../../shared/protocol/messages.ts";
import type { Balance } from "../../shared/table/partial.ts";
import type { FileSystem } from "./file-system.ts";
import type { SummaryInfo } from "./summary-info.ts";

export interface InspectedFile {
  /** Name within the store's directory. */
  readonly name: string;
  readonly kind: "manifest" | "wal" | "segment" | "other";
  readonly bytes: number;
}

export interface InspectedSegment {
  readonly file: string;
  readonly summaryKey: string;
  readonly bucketStart: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface StoreInspection {
  readonly storeId: string;
  /** Version of the files' format. */
  readonly formatVersion: number;
  /** How often the manifest was replaced. */
  readonly generation: number;
  /** Batches in the write-ahead log, merged since the last flush. */
  readonly walBatches: number;
  readonly files: readonly InspectedFile[];
  readonly segments: readonly InspectedSegment[];
  readonly summaries: readonly SummaryInfo[];
  readonly sources: readonly LedgerSource[];
  readonly balance: Readonly<Record<string, Balance>>;
}

/** @throws LogmillError `store_missing`, `store_damaged`, `store_version`. */
export function inspectStore(_files: FileSystem, _directory: string): Promise<StoreInspection> {
  return Promise.reject(new Error("not built yet"));
}
