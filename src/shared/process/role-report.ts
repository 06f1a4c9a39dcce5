// What a role tells the process that started it (over the IPC channel of `child_process.fork`), so
// that `logmill run` can draw a progress bar and print the balance at the end. Roles that were
// started by hand have no such channel and `sendReport` does nothing.

import type { OutputPaths } from "../model/output-paths.ts";
import type { RejectExample, Sheets, UncountedFile } from "../model/sheet.ts";

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

/** Lines that a source counted before a summary was added, and that no file holds any more. */
export interface LostLines {
  readonly summary: string;
  readonly source: string;
  readonly contents: number;
  readonly bytes: number;
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
      /** Of the files that are there now, those of which no line counts. */
      readonly uncounted: readonly UncountedFile[];
      readonly outputs: OutputPaths;
      readonly unfinished: UnfinishedLines;
      /** What summaries cannot be filled with any more. */
      readonly lostLines: readonly LostLines[];
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

/** For people; the names in it may hold anything. */
export function lostLinesSentence({ summary, source, contents, bytes }: LostLines): string {
  const files = contents === 1 ? "one file" : `${contents} files`;
  return (
    `${summary} lacks ${bytes} bytes of ${files} of source ${source}: they were counted before the summary ` +
    "was added, and no file that can be read holds them any more. Its numbers for them are missing; " +
    "put the files back and they are counted"
  );
}

export function sendReport(report: RoleReport): void {
  process.send?.(report);
}
