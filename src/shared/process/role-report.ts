// What a role tells the process that started it (over the IPC channel of `child_process.fork`), so
// that `logmill run` can draw a progress bar and print the balance at the end. Roles that were
// started by hand have no such channel and `sendReport` does nothing.

import type { OutputPaths } from "../model/output-paths.ts";
import type { RejectExample, Sheets } from "../model/sheet.ts";

export interface ProgressReport {
  readonly type: "progress";
  readonly filesTotal: number;
  readonly filesDone: number;
  /** Bytes on disk (compressed where a file is), of all files and of those read so far. */
  readonly bytesTotal: number;
  readonly bytesRead: number;
  readonly linesAcknowledged: number;
  readonly batchesInFlight: number;
  readonly batches: number;
  readonly redelivered: number;
  readonly duplicates: number;
}

/** Bytes behind the last line that has ended, in all files that have such; a bounded number is named. */
export interface UnfinishedLines {
  readonly files: number;
  readonly bytes: number;
  readonly named: readonly {
    readonly source: string;
    readonly path: string;
    readonly bytes: number;
  }[];
}

export type RoleReport =
  /**
   * The role serves; `http` is the address of its metrics, if it has any. A sink adds the store's
   * sheets as they were found, which stay true for the run however often roles are started again.
   */
  | {
      readonly type: "ready";
      readonly http: string | null;
      readonly sheets?: Sheets;
    }
  | ProgressReport
  /** A worker has taken its first batch: its start went well, whatever comes now. */
  | { readonly type: "working" }
  | {
      readonly type: "done";
      readonly progress: ProgressReport;
      /** The store's sheets before this session's first batch and now. */
      readonly sheetsBefore: Sheets;
      readonly sheets: Sheets;
      /** The store's newest rejected lines. */
      readonly examples: readonly RejectExample[];
      readonly outputs: OutputPaths;
      readonly unfinished: UnfinishedLines;
      /** Inputs that could not be read to their end, each one sentence. */
      readonly problems: readonly string[];
    }
  /** The role ends because of this; the supervisor does not restart it. */
  | {
      readonly type: "fatal";
      readonly code: string;
      readonly message: string;
      readonly exitCode: number;
    };

export function sendReport(report: RoleReport): void {
  process.send?.(report);
}
