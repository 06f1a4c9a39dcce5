// The segment files of a store, open for reading. A file that a compaction has made superfluous can
// still be read by those who began before: it is unlinked at once, and closed after the last of them.

import { join } from "node:path";
import { assert } from "../../../../shared/base/assert.ts";
import { diskError } from "../../../disk/disk-error.ts";
import { damaged } from "../disk/file-header.ts";
import { systemErrorCode } from "../../../../shared/base/system-error.ts";
import type { FileSystem, OpenFile } from "../../../disk/file-system.ts";
import { inSlices } from "../../../../shared/runtime/time-slice.ts";
import type { Run, SegmentFile } from "../manifest/manifest.ts";
import { runIndexSteps, runsWithoutSteps, type RunIndex } from "./run-index.ts";
import { checkSegmentHeader, readRun } from "./segment-reader.ts";
import { segmentFileName } from "../disk/store-files.ts";

export interface HeldSegment {
  segment: SegmentFile;
  index: RunIndex;
  readonly path: string;
  readonly file: OpenFile;
  readers: number;
}

interface HeldRun {
  readonly held: HeldSegment;
  readonly run: Run;
}

/** A file that is about to lose runs. */
export interface ShortenedSegment {
  readonly held: HeldSegment;
  readonly segment: SegmentFile;
  readonly index: RunIndex;
}

export class Segments {
  readonly #files: FileSystem;
  readonly #directory: string;
  readonly #storeId: string;
  readonly #held = new Map<number, HeldSegment>();
  /** Removed, and open for those who still read. */
  readonly #leaving = new Set<HeldSegment>();

  constructor(files: FileSystem, directory: string, storeId: string) {
    this.#files = files;
    this.#directory = directory;
    this.#storeId = storeId;
  }

  /** In the order in which they were added. */
  get list(): readonly SegmentFile[] {
    return [...this.#held.values()].map(({ segment }) => segment);
  }

  get bytes(): number {
    return this.list.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  *runs(): Iterable<Run> {
    for (const { segment } of this.#held.values()) yield* segment.runs;
  }

  /**
   * Opens a file that the manifest names, or is about to name; it shows once it is attached.
   * @throws LogmillError `store_damaged`, `store_version`, `disk_failed`.
   */
  async open(segment: SegmentFile): Promise<HeldSegment> {
    const path = join(this.#directory, segmentFileName(segment.number));
    const file = await this.#openFile(path);
    try {
      await checkSegmentHeader({ path, file }, this.#storeId, segment.number, segment.bytes);
    } catch (error) {
      await file.close();
      throw diskError(error, "reading", path);
    }
    return { segment, index: await inSlices(runIndexSteps(segment.runs)), path, file, readers: 0 };
  }

  attach(held: HeldSegment): void {
    assert(!this.#held.has(held.segment.number), "a segment is attached once");
    this.#held.set(held.segment.number, held);
  }

  /** The files that lose runs which are gone, and what is left of them; nothing shows yet. */
  async without(gone: ReadonlySet<Run>): Promise<readonly ShortenedSegment[]> {
    const shortened: ShortenedSegment[] = [];
    for (const held of this.#held.values()) {
      const { segment } = held;
      const runs = await inSlices(runsWithoutSteps(segment.runs, gone));
      if (runs.length === segment.runs.length) continue;
      const index = await inSlices(runIndexSteps(runs));
      shortened.push({ held, segment: { ...segment, runs }, index });
    }
    return shortened;
  }

  /** Forgets runs that were merged into others; returns the files in which none is left. */
  shorten(shortened: readonly ShortenedSegment[]): readonly HeldSegment[] {
    for (const { held, segment, index } of shortened) {
      assert(this.#held.get(segment.number) === held, "only a segment that is held loses runs");
      held.segment = segment;
      held.index = index;
      if (segment.runs.length === 0) this.#held.delete(segment.number);
    }
    return shortened.map(({ held }) => held).filter(({ segment }) => segment.runs.length === 0);
  }

  /** Deletes a file that is not attached any more; those who read it go on. */
  async remove(held: HeldSegment): Promise<void> {
    try {
      await this.#files.unlink(held.path);
      if (held.readers === 0) await held.file.close();
      else this.#leaving.add(held);
    } catch (error) {
      throw diskError(error, "removing", held.path);
    }
  }

  /** The runs of a table. */
  runsOf(summaryKey: string, bucketStart: number): readonly Run[] {
    return this.#runsOfTable(summaryKey, bucketStart).map(({ run }) => run);
  }

  /** The frames of each run of a table, for `mergeSorted`; readable whatever is removed meanwhile. */
  read(summaryKey: string, bucketStart: number): AsyncIterable<Uint8Array>[] {
    const runs = this.#runsOfTable(summaryKey, bucketStart);
    return runs.map(({ held, run }) => this.#readHeld(held, run));
  }

  /** The frames of one run of a segment that is held. */
  readRun(number: number, run: Run): AsyncIterable<Uint8Array> {
    const held = this.#held.get(number);
    assert(held !== undefined, "only a segment that is held is read");
    return this.#readHeld(held, run);
  }

  async close(): Promise<void> {
    for (const { file } of [...this.#held.values(), ...this.#leaving]) await file.close();
    this.#held.clear();
    this.#leaving.clear();
  }

  #runsOfTable(summaryKey: string, bucketStart: number): readonly HeldRun[] {
    return [...this.#held.values()].flatMap((held) => {
      const runs = held.index.get(summaryKey)?.get(bucketStart) ?? [];
      return runs.map((run) => ({ held, run }));
    });
  }

  async #openFile(path: string): Promise<OpenFile> {
    try {
      return await this.#files.open(path, "read");
    } catch (error) {
      if (systemErrorCode(error) !== "ENOENT") throw diskError(error, "opening", path);
      throw damaged(path, 0, "this segment is missing", { cause: error });
    }
  }

  #readHeld(held: HeldSegment, run: Run): AsyncIterable<Uint8Array> {
    // Held from now on, not from the first frame: a compaction may come in between.
    held.readers += 1;
    let isReleased = false;
    const release = async (): Promise<void> => {
      if (isReleased) return;
      isReleased = true;
      held.readers -= 1;
      if (held.readers > 0 || !this.#leaving.delete(held)) return;
      try {
        await held.file.close();
      } catch (error) {
        throw diskError(error, "closing", held.path);
      }
    };
    const frames = readRun(held, run);
    const iterator: AsyncIterator<Uint8Array, void> = {
      next: async () => {
        try {
          const result = await frames.next();
          if (result.done === true) await release();
          return result;
        } catch (error) {
          await release();
          throw diskError(error, "reading", held.path);
        }
      },
      return: async () => {
        await frames.return?.();
        await release();
        return { done: true, value: undefined };
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }
}
