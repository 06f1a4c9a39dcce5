// What `store inspect` and `store check` tell of a store.

import type { RejectExample, Sheets, UncountedFile } from "../../shared/model/sheet.ts";
import type { LedgerSource } from "../../shared/protocol/messages.ts";
import type { SummaryInfo } from "./summary-info.ts";

export interface InspectedFile {
  /** Name within the store's directory. */
  readonly name: string;
  readonly kind: "manifest" | "wal" | "segment" | "other";
  readonly bytes: number;
}

interface InspectedSegment {
  readonly file: string;
  readonly summaryKey: string;
  readonly bucketStart: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface StoreInspection {
  readonly storeId: string;
  /** Version of the manifest. */
  readonly formatVersion: number;
  /** How often the manifest was replaced. */
  readonly generation: number;
  /** Batches in the write-ahead log, merged since the last flush. */
  readonly walBatches: number;
  readonly files: readonly InspectedFile[];
  readonly segments: readonly InspectedSegment[];
  readonly summaries: readonly SummaryInfo[];
  readonly sources: readonly LedgerSource[];
  readonly sheets: Sheets;
  readonly examples: readonly RejectExample[];
  /** Files of which no line counts. */
  readonly uncounted: readonly UncountedFile[];
}

export interface Finding {
  /**
   * `damage`: numbers may be lost or wrong. `unknown`: what was acknowledged last cannot be told from
   * what was not, so that the store is not called sound. `note`: worth knowing, harmless.
   */
  readonly severity: "damage" | "unknown" | "note";
  /** Name of the file within the store's directory. */
  readonly file: string;
  /** Byte at which the fault begins, where it has a place. */
  readonly offset: number | null;
  /** One sentence: what is wrong. */
  readonly problem: string;
  /** One sentence: the way out. */
  readonly fix: string;
}
