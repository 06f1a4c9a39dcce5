// What an output is to the sink: something that is brought up to date with the store, again and again.
// An output holds absolute values read from the store, so publishing twice changes nothing.

import type { SummaryConfig } from "../../shared/config/config.ts";
import type { TableReader } from "../store/store.ts";
import type { SummaryInfo } from "../store/summary-info.ts";
import type { FileSystem } from "../disk/file-system.ts";

export interface PublishReport {
  /** All files or keys of the output, in order of summary and bucket. */
  readonly paths: readonly string[];
  /** Those among them that were written now. */
  readonly written: readonly string[];
  /**
   * Files or keys that the output wrote earlier, and that are still there, of which the store has no bucket any more or
   * the configuration asks no more. Nobody brings them up to date; to remove them is not for logmill to decide.
   */
  readonly abandoned: readonly string[];
  /** Rows that were written now. */
  readonly rows: number;
  /** What people should know, a sentence each. */
  readonly notes: readonly string[];
}

export interface Publisher {
  /** Of the output in the configuration. */
  readonly name: string;
  /**
   * Loads what it needs; once, before anything is published.
   * @throws LogmillError `config_invalid`, `bad_secret`
   */
  prepare(): void;
  /** Of the files or keys that it keeps, now that the store has these buckets, those that it has not named before. */
  newPaths(summaries: readonly SummaryInfo[]): Promise<readonly string[]>;
  /**
   * Brings everything up to date. Not to be called again before it has returned.
   * @param summaries as the store had them before; what is merged meanwhile may show or not.
   * @throws LogmillError `output_failed`, `output_unavailable`; what was written before is complete and remembered.
   */
  publish(summaries: readonly SummaryInfo[]): Promise<PublishReport>;
  /** Gives back what it holds; it may publish again. */
  close(): void;
}

/** What every output is made with. */
export interface PublisherParts {
  readonly files: FileSystem;
  readonly store: TableReader;
  /** All summaries of the configuration. */
  readonly summaries: readonly SummaryConfig[];
  /** Folder for the state files of all outputs. */
  readonly stateFolder: string;
}
