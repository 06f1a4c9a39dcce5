// Keeps one complete CSV file per bucket of the summaries of an output. Files hold absolute values
// read from the store, so writing one twice changes nothing and a lost one comes back by itself.
//
// - Only what changed is written: a file is left alone while the bucket's version, the definition
//   and the rendering are those of its last writing and the file still has the size it had then.
// - The version is taken before the bucket is read. What is merged meanwhile may show in the file
//   or not; either way the next publish sees a newer version and writes the file again.
// - Rows stream from the store to the file in blocks; memory does not grow with a file's rows.
// - A file appears whole (see `replace-file.ts`). At most one temporary file exists per output at
//   a time, under a name that no other output or store uses; what a crash left is removed at the
//   first publish.

import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { bucketLabel } from "../../shared/model/bucket.ts";
import { LogmillError } from "../../shared/base/errors.ts";
import { failPoint } from "../../shared/base/fail-point.ts";
import type { CsvOutput, SummaryConfig } from "../../shared/model/config.ts";
import { canonicalJson } from "../../shared/model/definition-key.ts";
import { allKeys, metricColumns, type ResultColumns } from "../query/columns.ts";
import { bucketRows, storedSummary } from "../query/query.ts";
import type { TableReader } from "../query/table-reader.ts";
import { systemErrorCode } from "../../shared/base/system-error.ts";
import type { FileSystem } from "../store/embedded/disk/file-system.ts";
import type { SummaryInfo } from "../store/summary-info.ts";
import { csvChunks, CsvEncoder } from "./csv-encoder.ts";
import { bucketPath, templateFault } from "./path-template.ts";
import { readPublishState, writePublishState, type PublishedFile } from "./publish-state.ts";
import { removeIfPresent, replaceFile } from "./replace-file.ts";

export interface CsvPublisherSettings {
  readonly output: CsvOutput;
  /** All summaries of the configuration. */
  readonly summaries: readonly SummaryConfig[];
  /** Folder for the state files of all outputs. */
  readonly stateFolder: string;
}

export interface PublishReport {
  /** All files of the output, in order of summary and bucket. */
  readonly paths: readonly string[];
  /** Those among them that were written now. */
  readonly written: readonly string[];
}

/** Changes with the way rows are written, so that files of an older logmill are written again. */
const renderingVersion = 2;

export class CsvPublisher {
  readonly #files: FileSystem;
  readonly #store: TableReader;
  readonly #settings: CsvPublisherSettings;
  readonly #statePath: string;
  readonly #temporaryName: string;
  #cleaned = false;

  /** Throws `config_invalid` when the template would put two buckets into one file. */
  constructor(files: FileSystem, store: TableReader, settings: CsvPublisherSettings) {
    const { output, stateFolder } = settings;
    const fault = templateFault(output.path, output.summaries);
    if (fault !== null) throw new LogmillError("config_invalid", `outputs.${output.name}.${fault}`);
    this.#files = files;
    this.#store = store;
    this.#settings = settings;
    this.#statePath = join(stateFolder, `${encodeURIComponent(output.name)}.json`);
    const owner = createHash("sha256").update(`${store.storeId}/${output.name}`).digest("hex");
    this.#temporaryName = `.logmill-${owner.slice(0, 16)}.tmp`;
  }

  /**
   * Brings all files up to date. Not to be called again before it has returned.
   * @throws LogmillError `output_failed`; files written before that are complete and remembered.
   */
  async publish(): Promise<PublishReport> {
    const targets = this.#targets();
    const folders = new Set(targets.map(({ path }) => dirname(path)));
    if (!this.#cleaned) await this.#removeLeftovers(folders);
    const before = await readPublishState(this.#files, this.#statePath);
    // What is not reached because of an error stays as it is remembered.
    const state = new Map(
      targets.flatMap(({ path }) => {
        const known = before.get(path);
        return known === undefined ? [] : [[path, known] as const];
      }),
    );
    const written: string[] = [];
    try {
      for (const target of targets) {
        const { path, content } = target;
        const known = state.get(path);
        if (known?.content === content && (await this.#size(path)) === known.bytes) continue;
        state.set(path, { content, bytes: await this.#write(target) });
        written.push(path);
      }
    } catch (error) {
      await this.#remember(written, state).catch(() => undefined);
      throw error;
    }
    await this.#remember(written, state);
    return { paths: targets.map(({ path }) => path), written };
  }

  #targets(): Target[] {
    const { output, summaries } = this.#settings;
    return output.summaries.flatMap((name) => {
      const stored = storedSummary(this.#store, name);
      const configured = summaries.find((summary) => summary.name === name);
      const { definition } = stored;
      // The bucket is in the name of the file.
      const keys = allKeys(definition).filter(({ kind }) => kind === "dimension");
      const columns = { keys, metrics: metricColumns(stored, configured) };
      const { maxRows } = definition;
      const rendering = canonicalJson({
        renderingVersion,
        columns,
        bounds: output.bounds,
        maxRows,
      });
      return stored.buckets.map(({ bucketStart, version }) => {
        const bucket = bucketLabel(definition.timezone, definition.granularity, bucketStart);
        const origin = `${this.#store.storeId}/${stored.key}/${bucketStart}/${version}/${rendering}`;
        const content = createHash("sha256").update(origin).digest("hex").slice(0, 32);
        const path = bucketPath(output.path, { summary: name, bucket });
        return { path, content, stored, columns, bucketStart };
      });
    });
  }

  async #write({ path, stored, columns, bucketStart }: Target): Promise<number> {
    const encoder = new CsvEncoder(columns, { bounds: this.#settings.output.bounds });
    const rows = bucketRows(this.#store, stored, columns, bucketStart);
    try {
      await this.#files.makeDirectory(dirname(path));
      const temporary = join(dirname(path), this.#temporaryName);
      return await replaceFile(this.#files, path, temporary, csvChunks(encoder, rows));
    } catch (error) {
      throw this.#failure(path, error);
    }
  }

  async #remember(
    written: readonly string[],
    state: ReadonlyMap<string, PublishedFile>,
  ): Promise<void> {
    if (written.length === 0) return;
    try {
      // Names first: the state must not say that a file is there before its name is durable.
      for (const folder of new Set(written.map((path) => dirname(path)))) {
        await this.#files.syncDirectory(folder);
      }
      await writePublishState(this.#files, this.#statePath, state);
      failPoint("sink.output.remembered");
    } catch (error) {
      throw this.#failure(this.#statePath, error);
    }
  }

  async #removeLeftovers(folders: ReadonlySet<string>): Promise<void> {
    for (const folder of folders) {
      const path = join(folder, this.#temporaryName);
      try {
        await removeIfPresent(this.#files, path);
      } catch (error) {
        throw this.#failure(path, error);
      }
    }
    this.#cleaned = true;
  }

  /** Size of a file, null when there is none that can be read. */
  async #size(path: string): Promise<number | null> {
    try {
      const file = await this.#files.open(path, "read");
      try {
        return await file.size();
      } finally {
        await file.close();
      }
    } catch {
      return null;
    }
  }

  #failure(path: string, error: unknown): unknown {
    // Faults of the store itself have their own codes and consequences.
    if (error instanceof LogmillError || systemErrorCode(error) === "") return error;
    return new LogmillError(
      "output_failed",
      `output ${this.#settings.output.name}: ${path} could not be written ` +
        `(${systemErrorCode(error)}); nothing is lost, fix the disk or the path and run again`,
      { cause: error },
    );
  }
}

interface Target {
  readonly path: string;
  /** Stands for everything that decides the bytes of the file. */
  readonly content: string;
  readonly stored: SummaryInfo;
  readonly columns: ResultColumns;
  readonly bucketStart: number;
}
