// Keeps one complete file per bucket of the summaries of an output, whatever its format. Files hold absolute
// values read from the store, so writing one twice changes nothing and a lost one comes back by itself.
//
// - Only what changed is written: a file is left alone while the bucket's version, the definition
//   and the rendering are those of its last writing and the file still has the size it had then.
// - The version is taken before the bucket is read. What is merged meanwhile may show in the file
//   or not; either way the next publish sees another version and writes the file again.
// - Rows stream from the store to the file in blocks; memory does not grow with a file's rows.
// - A file appears whole (see `replace-file.ts`). At most one temporary file exists per output at
//   a time, under a name that no other output or store uses; what a crash left is removed at the
//   first publish.

import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { bucketLabel } from "../../shared/model/bucket.ts";
import { LogmillError } from "../../shared/base/errors.ts";
import { TimeSlice } from "../../shared/runtime/time-slice.ts";
import { failPoint } from "../../shared/base/fail-point.ts";
import type { FileOutput } from "../../shared/config/config.ts";
import { canonicalJson } from "../../shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../shared/model/plan.ts";
import { metricColumns, type KeyColumn, type ResultColumns } from "../query/columns.ts";
import { bucketRows, summaryNamed } from "../query/query.ts";
import type { Row } from "../query/row.ts";
import { systemErrorCode } from "../../shared/base/system-error.ts";
import type { SummaryInfo } from "../store/summary-info.ts";
import { bucketPath, templateFault } from "./path-template.ts";
import { readPublishState, writePublishState, type PublishedFile } from "./publish-state.ts";
import type { Publisher, PublisherParts, PublishReport } from "./publisher.ts";
import { removeIfPresent, replaceFile } from "./replace-file.ts";

/** How rows become the bytes of a file. */
export interface FileFormat {
  /** Stands for everything beside rows and columns that decides a file's bytes; changes with them. */
  readonly rendering: unknown;
  /** The key columns that a file has. */
  keys(definition: SummaryDefinition): readonly KeyColumn[];
  chunks(columns: ResultColumns, rows: AsyncIterable<readonly Row[]>): AsyncIterable<Uint8Array>;
}

export class FilePublisher implements Publisher {
  readonly #parts: PublisherParts;
  readonly #output: FileOutput;
  readonly #format: FileFormat;
  readonly #statePath: string;
  readonly #temporaryName: string;
  #cleaned = false;

  /** Throws `config_invalid` when the template would put two buckets into one file. */
  constructor(parts: PublisherParts, output: FileOutput, format: FileFormat) {
    const { store, stateFolder } = parts;
    const fault = templateFault(output.path, output.summaries);
    if (fault !== null) throw new LogmillError("config_invalid", `outputs.${output.name}.${fault}`);
    this.#parts = parts;
    this.#output = output;
    this.#format = format;
    this.#statePath = join(stateFolder, `${encodeURIComponent(output.name)}.json`);
    const owner = createHash("sha256").update(`${store.storeId}/${output.name}`).digest("hex");
    this.#temporaryName = `.logmill-${owner.slice(0, 16)}.tmp`;
  }

  get name(): string {
    return this.#output.name;
  }

  async paths(): Promise<readonly string[]> {
    return (await this.#buckets()).map(({ path }) => path);
  }

  async publish(): Promise<PublishReport> {
    const targets = await this.#targets();
    const folders = new Set(targets.map(({ path }) => dirname(path)));
    if (!this.#cleaned) await this.#removeLeftovers(folders);
    const before = await readPublishState(this.#parts.files, this.#statePath);
    // What is not reached because of an error stays as it is remembered.
    const state = new Map(before);
    const abandoned = await this.#dropAllBut(new Set(targets.map(({ path }) => path)), state);
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
    return { paths: targets.map(({ path }) => path), written, abandoned };
  }

  /** Forgets what is no target and gone; the other files that are no targets stay in the state and are returned. */
  async #dropAllBut(
    targets: ReadonlySet<string>,
    state: Map<string, PublishedFile>,
  ): Promise<string[]> {
    const abandoned: string[] = [];
    for (const path of state.keys()) {
      if (targets.has(path)) continue;
      if ((await this.#size(path)) === null) state.delete(path);
      else abandoned.push(path);
    }
    return abandoned;
  }

  /** The buckets of its summaries, and where their files go. */
  async #buckets(): Promise<Bucket[]> {
    const { path, summaries } = this.#output;
    const all = await this.#parts.store.summaries();
    const slice = new TimeSlice();
    const buckets: Bucket[] = [];
    for (const summary of summaries) {
      const stored = summaryNamed(all, summary);
      const { timezone, granularity } = stored.definition;
      for (const { bucketStart, version } of stored.buckets) {
        if (slice.isOver) await slice.next();
        const bucket = bucketLabel(timezone, granularity, bucketStart);
        const place = bucketPath(path, { summary, bucket });
        buckets.push({ path: place, stored, bucketStart, version });
      }
    }
    return buckets;
  }

  async #targets(): Promise<Target[]> {
    const { storeId } = this.#parts.store;
    const shapes = new Map<SummaryInfo, Shape>();
    const slice = new TimeSlice();
    const targets: Target[] = [];
    for (const { path, stored, bucketStart, version } of await this.#buckets()) {
      if (slice.isOver) await slice.next();
      const { columns, rendering } = shapes.get(stored) ?? this.#shapeOf(stored);
      shapes.set(stored, { columns, rendering });
      const origin = `${storeId}/${stored.key}/${bucketStart}/${version}/${rendering}`;
      const content = createHash("sha256").update(origin).digest("hex").slice(0, 32);
      targets.push({ path, content, stored, columns, bucketStart });
    }
    return targets;
  }

  #shapeOf({ name, definition, ...rest }: SummaryInfo): Shape {
    const configured = this.#parts.summaries.find((summary) => summary.name === name);
    const columns = {
      keys: this.#format.keys(definition),
      metrics: metricColumns({ name, definition, ...rest }, configured),
    };
    const format = this.#format.rendering;
    const { maxRows } = definition;
    return { columns, rendering: canonicalJson({ format, columns, maxRows }) };
  }

  async #write({ path, stored, columns, bucketStart }: Target): Promise<number> {
    const rows = bucketRows(this.#parts.store, stored, columns, bucketStart);
    try {
      await this.#parts.files.makeDirectory(dirname(path));
      const temporary = join(dirname(path), this.#temporaryName);
      return await replaceFile(
        this.#parts.files,
        path,
        temporary,
        this.#format.chunks(columns, rows),
      );
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
        await this.#parts.files.syncDirectory(folder);
      }
      await writePublishState(this.#parts.files, this.#statePath, state);
      failPoint("sink.output.remembered");
    } catch (error) {
      throw this.#failure(this.#statePath, error);
    }
  }

  async #removeLeftovers(folders: ReadonlySet<string>): Promise<void> {
    for (const folder of folders) {
      const path = join(folder, this.#temporaryName);
      try {
        await removeIfPresent(this.#parts.files, path);
      } catch (error) {
        throw this.#failure(path, error);
      }
    }
    this.#cleaned = true;
  }

  /** Size of a file, null when there is none that can be read. */
  async #size(path: string): Promise<number | null> {
    try {
      const file = await this.#parts.files.open(path, "read");
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
      `output ${this.#output.name}: ${path} could not be written (${systemErrorCode(error)}); nothing is ` +
        "lost: the store keeps its numbers, and the next run writes the file. Fix the disk or the path, and run again",
      { cause: error },
    );
  }
}

interface Bucket {
  readonly path: string;
  readonly stored: SummaryInfo;
  readonly bucketStart: number;
  readonly version: number;
}

/** What the files of a summary have in common. */
interface Shape {
  readonly columns: ResultColumns;
  readonly rendering: string;
}

interface Target {
  readonly path: string;
  /** Stands for everything that decides the bytes of the file. */
  readonly content: string;
  readonly stored: SummaryInfo;
  readonly columns: ResultColumns;
  readonly bucketStart: number;
}
