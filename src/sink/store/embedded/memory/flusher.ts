// Flushing: live tables become segments, and the log before them is deleted.
//
//   at rest      the log goes on in a new file; changes of the catalog are encoded, live tables frozen
//   segments     written and synced, under names that nobody knows yet
//   manifest     edited: it names the segments, has the catalog, and starts the log at the new file
//   afterwards   the segments show, the frozen half is cleared, older log files are deleted
//
// A crash before the manifest is edited leaves the old state with its log; after it, the new one.
// Without space each step is undone and repeated later, while commits go on as they can.

import { join } from "node:path";
import { failPoint } from "../../../../shared/base/fail-point.ts";
import type { Catalog } from "../ledger/catalog.ts";
import { encodeCatalogSteps, encodeChangesSteps } from "../manifest/catalog-codec.ts";
import { inSlices, TimeSlice } from "../../../../shared/runtime/time-slice.ts";
import type { Committer } from "../log/group-commit.ts";
import { diskError, OutOfSpace } from "../../../disk/disk-error.ts";
import type { FileSystem } from "../../../disk/file-system.ts";
import type { DoubleBuffer } from "./double-buffer.ts";
import { rowsPerFrame, type LiveTables } from "./live-tables.ts";
import type { ManifestFile } from "../manifest/manifest-file.ts";
import type { SegmentFile } from "../manifest/manifest.ts";
import { SegmentWriter } from "../segment/segment-writer.ts";
import type { Segments } from "../segment/segments.ts";
import { walFileName } from "../disk/store-files.ts";
import type { WalWriter } from "../log/wal-writer.ts";

/** The parts of a store that flushing and compacting work on. */
export interface StoreParts {
  readonly files: FileSystem;
  readonly directory: string;
  readonly storeId: string;
  readonly manifest: ManifestFile;
  readonly segments: Segments;
  readonly live: DoubleBuffer;
  readonly catalog: Catalog;
  readonly wal: WalWriter;
  readonly committer: Committer;
  /** Bytes of log from before this process. */
  readonly logBytesReplayed: number;
  /** A number that no segment file ever had. */
  readonly nextSegment: () => number;
  /** Waits before another try; returns early when `signal` aborts. */
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
}

interface Frozen {
  readonly tables: LiveTables;
  /** All of it where the manifest is to be replaced, else what has changed of it. */
  readonly catalog: Uint8Array;
  readonly isWhole: boolean;
  readonly walFirst: number;
  /** What the log's writer had written before. */
  readonly logBytes: number;
}

export interface FlushSteps {
  /** Resolves when there may be another run of every table. */
  readonly readyForRun: () => Promise<void>;
  /** There is no space, for this reason; null when there is again. */
  readonly full: (reason: string | null) => void;
}

export class Flusher {
  readonly #parts: StoreParts;
  readonly #steps: FlushSteps;
  readonly #abandon = new AbortController();
  #frozen: Frozen | null = null;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #flushes = 0;
  #busyMs = 0;
  #bytesWritten = 0;
  #logBytesFlushed = 0;

  constructor(parts: StoreParts, steps: FlushSteps) {
    this.#parts = parts;
    this.#steps = steps;
  }

  get flushes(): number {
    return this.#flushes;
  }

  /** Time in writing segments and manifests, milliseconds. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** Bytes of segments written by flushes. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** Bytes of log that this process wrote or replayed and that are not needed any more. */
  get logBytesFlushed(): number {
    return this.#logBytesFlushed;
  }

  /** No flush was given up, by a store that has to close and has no space. */
  get isDone(): boolean {
    return !this.#abandon.signal.aborted;
  }

  /** The flush under way, null when there is none. */
  get running(): Promise<void> | null {
    return this.#running;
  }

  /** Resolves when everything merged before the call is in segments, or the flush was abandoned. */
  flush(): Promise<void> {
    if (this.#running === null) {
      this.#running = this.#flush().finally(() => (this.#running = null));
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.flush();
    });
    return this.#next;
  }

  /** Gives up waiting for space; everything stays in the log. */
  abandon(): void {
    this.#abandon.abort();
  }

  async #flush(): Promise<void> {
    const { committer, pause } = this.#parts;
    await this.#steps.readyForRun();
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.#frozen ??= await committer.atRest(() => this.#freeze());
        if (this.#frozen !== null) await this.#write(this.#frozen);
        this.#steps.full(null);
        return;
      } catch (error) {
        if (!(error instanceof OutOfSpace)) throw error;
        this.#steps.full(error.message);
      }
      const { signal } = this.#abandon;
      if (!signal.aborted) await pause(attempt, signal);
      if (signal.aborted) return;
    }
  }

  /** Null when the log is empty, which means that nothing has changed since the last flush. */
  async #freeze(): Promise<Frozen | null> {
    const { wal, catalog, live, manifest } = this.#parts;
    if (wal.isEmpty && wal.sequence === manifest.current.walFirst) return null;
    await wal.rotate();
    failPoint("sink.flush.frozen");
    const logBytes = this.#parts.logBytesReplayed + wal.bytesWritten;
    const isWhole = manifest.isLong;
    const changes = catalog.takeChanges();
    const encoded = await inSlices(
      isWhole ? encodeCatalogSteps(catalog.content) : encodeChangesSteps(changes, catalog),
    );
    return { tables: live.freeze(), catalog: encoded, isWhole, walFirst: wal.sequence, logBytes };
  }

  async #write({ tables, catalog, isWhole, walFirst, logBytes }: Frozen): Promise<void> {
    const startMs = performance.now();
    const { manifest, segments, live } = this.#parts;
    const segment = tables.isEmpty ? null : await this.#writeSegment(tables);
    const held = segment === null ? null : await segments.open(segment);
    const { walFirst: walFirstBefore } = manifest.current;
    try {
      const added = segment === null ? [] : [segment];
      if (isWhole) {
        await manifest.replace((current) => {
          return { ...current, walFirst, segments: [...current.segments, ...added] };
        }, catalog);
      } else await manifest.edit({ walFirst, added, catalog });
    } catch (error) {
      if (held !== null && error instanceof OutOfSpace) await segments.remove(held);
      throw error;
    }
    failPoint("sink.flush.replaced");
    if (held !== null) segments.attach(held);
    live.thaw();
    this.#frozen = null;
    this.#flushes += 1;
    this.#logBytesFlushed = logBytes;
    this.#bytesWritten += segment?.bytes ?? 0;
    await this.#deleteLog(walFirstBefore, walFirst);
    this.#busyMs += performance.now() - startMs;
  }

  async #writeSegment(tables: LiveTables): Promise<SegmentFile> {
    const { files, directory, storeId, nextSegment } = this.#parts;
    const writer = await SegmentWriter.create(files, directory, storeId, nextSegment());
    const slice = new TimeSlice();
    for (const { summaryKey, bucketStart, table } of tables.tables()) {
      const steps = table.encodeSortedSteps(rowsPerFrame(table.schema));
      await writer.add({ summaryKey, bucketStart, frames: framesInSlices(steps, slice) });
    }
    return writer.finish();
  }

  async #deleteLog(from: number, to: number): Promise<void> {
    const { files, directory } = this.#parts;
    for (let sequence = from; sequence < to; sequence += 1) {
      const path = join(directory, walFileName(sequence));
      try {
        await files.unlink(path);
      } catch (error) {
        throw diskError(error, "removing", path);
      }
      if (sequence === from) failPoint("sink.log.deleted");
    }
    failPoint("sink.log.all-deleted");
  }
}

/** The frames among the steps; between steps others have their turn. */
async function* framesInSlices(
  steps: Iterable<Uint8Array | null>,
  slice: TimeSlice,
): AsyncGenerator<Uint8Array> {
  for (const frame of steps) {
    if (frame !== null) yield frame;
    if (slice.isOver) await slice.next();
  }
}
