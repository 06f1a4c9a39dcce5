// Keeps one complete file per bucket of the summaries of an output, whatever its format. Files hold absolute
// values read from the store, so writing one twice changes nothing and a lost one comes back by itself.
//
// - Only what changed is written: a file is left alone while the bucket's version, the definition
//   and the rendering are those of its last writing and the file still has the size it had then. Sizes
//   are looked at by the first publish, and then in turn, some thousands each time.
// - The version is taken before the bucket is read. What is merged meanwhile may show in the file
//   or not; either way the next publish sees another version and writes the file again.
// - Rows stream from the store to the file in blocks; memory does not grow with a file's rows.
// - A file appears whole (see `replace-file.ts`). At most one temporary file exists per output at
//   a time, under a name that no other output or store uses; what a crash left is removed at the
//   first publish.

import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import { TimeSlice } from "../../shared/runtime/time-slice.ts";
import { failPoint } from "../../shared/base/fail-point.ts";
import type { FileOutput } from "../../shared/config/config.ts";
import { bucketRows } from "../query/query.ts";
import type { Row } from "../query/row.ts";
import { systemErrorCode } from "../../shared/base/system-error.ts";
import type { SummaryInfo } from "../store/summary-info.ts";
import { FileTargets, type FileFormat, type FileTarget } from "./file-targets.ts";
import { templateFault } from "./path-template.ts";
import { readPublishState, writePublishState, type PublishedFile } from "./publish-state.ts";
import type { Publisher, PublisherParts, PublishReport } from "./publisher.ts";
import { removeIfPresent, replaceFile } from "./replace-file.ts";

/** Files whose size is looked at in one publish, beside those that are written: all are in turn. */
const sizesPerPublish = 1024;

interface FileWritten {
  readonly bytes: number;
  readonly rows: number;
}

export class FilePublisher implements Publisher {
  readonly #parts: PublisherParts;
  readonly #output: FileOutput;
  readonly #format: FileFormat;
  readonly #statePath: string;
  readonly #temporaryName: string;
  readonly #targets: FileTargets;
  /** What is known to be written; null before the first publish. */
  #state: Map<string, PublishedFile> | null = null;
  /** Place of the file whose size is looked at next. */
  #sizedUpTo = 0;

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
    this.#targets = new FileTargets(parts, output, format);
  }

  get name(): string {
    return this.#output.name;
  }

  prepare(): void {
    // It needs a disk and nothing else.
  }

  close(): void {
    // A file is open only while it is written.
  }

  newPaths(summaries: readonly SummaryInfo[]): Promise<readonly string[]> {
    return this.#targets.update(summaries);
  }

  async publish(summaries: readonly SummaryInfo[]): Promise<PublishReport> {
    await this.#targets.update(summaries);
    const { all } = this.#targets;
    const before = this.#state ?? (await this.#begin(all));
    // What is not reached because of an error stays as it is remembered.
    const state = new Map(before);
    const abandoned = await this.#dropAllBut(new Set(all.map(({ path }) => path)), state);
    const written: string[] = [];
    let rows = 0;
    const isToBeSized = this.#sizedNow(all.length, this.#state === null);
    const slice = new TimeSlice();
    try {
      for (const [index, target] of all.entries()) {
        if (slice.isOver) await slice.next();
        const { path, content } = target;
        const known = state.get(path);
        const isAsWritten =
          known?.content === content &&
          (!isToBeSized(index) || (await this.#size(path)) === known.bytes);
        if (isAsWritten) continue;
        const done = await this.#write(target);
        state.set(path, { content, bytes: done.bytes });
        written.push(path);
        rows += done.rows;
      }
    } catch (error) {
      await this.#remember(written, state).then(
        () => (this.#state = state),
        () => undefined,
      );
      throw error;
    }
    await this.#remember(written, state);
    this.#state = state;
    return { paths: all.map(({ path }) => path), written, abandoned, rows, notes: [] };
  }

  /** Before the first publish: what the process before has left and remembered. */
  async #begin(targets: readonly FileTarget[]): Promise<Map<string, PublishedFile>> {
    await this.#removeLeftovers(new Set(targets.map(({ path }) => dirname(path))));
    return await readPublishState(this.#parts.files, this.#statePath);
  }

  /** Which files, by place, are looked at in this publish, if they are not written. */
  #sizedNow(count: number, isFirst: boolean): (index: number) => boolean {
    const from = this.#sizedUpTo;
    if (isFirst || count <= sizesPerPublish) return () => true;
    this.#sizedUpTo = (from + sizesPerPublish) % count;
    return (index) => (index - from + count) % count < sizesPerPublish;
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

  async #write({ path, stored, columns, bucketStart }: FileTarget): Promise<FileWritten> {
    const counted = new CountedRows(bucketRows(this.#parts.store, stored, columns, bucketStart));
    try {
      await this.#parts.files.makeDirectory(dirname(path));
      const temporary = join(dirname(path), this.#temporaryName);
      const chunks = this.#format.chunks(columns, counted.blocks());
      const bytes = await replaceFile(this.#parts.files, path, temporary, chunks);
      return { bytes, rows: counted.rows };
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

/** Rows that are counted as they go by. */
class CountedRows {
  readonly #blocks: AsyncIterable<readonly Row[]>;
  rows = 0;

  constructor(blocks: AsyncIterable<readonly Row[]>) {
    this.#blocks = blocks;
  }

  async *blocks(): AsyncIterable<readonly Row[]> {
    for await (const block of this.#blocks) {
      this.rows += block.length;
      yield block;
    }
  }
}
