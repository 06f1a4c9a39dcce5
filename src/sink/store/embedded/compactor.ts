// Compaction: runs of one table are merged into one run of a new file, by streaming, so that memory
// is bounded by a block of each. The new file counts once the manifest names it in place of the old
// runs; only then do files without runs go. What has no space is left for another time.

import { setImmediate } from "node:timers/promises";
import { assert } from "../../../shared/base/assert.ts";
import { failPoint } from "../../../shared/base/fail-point.ts";
import type { Kernel } from "../../../shared/kernel/kernel.ts";
import { mergeCapped } from "../../../shared/table/merge-capped.ts";
import { schemaOf } from "../../../shared/table/schema.ts";
import { inSlices } from "../../../shared/runtime/time-slice.ts";
import {
  compactionLimits,
  planCompactionSteps,
  type ChosenRun,
} from "./segment/compaction-plan.ts";
import { rowBounds } from "../../../shared/table/row-bounds.ts";
import { OutOfSpace } from "../../disk/disk-error.ts";
import type { StoreParts } from "./memory/flusher.ts";
import { rowsPerFrame } from "./memory/live-tables.ts";
import type { Run, SegmentFile } from "./manifest/manifest.ts";
import { SegmentWriter } from "./segment/segment-writer.ts";
import { loadSeededKernel } from "../../../shared/kernel/seeded-kernel.ts";

type Chosen = ChosenRun<Run>;

/** Thrown inside a compaction that was told to stop; its file is removed on the way out. */
class Stopped extends Error {}

export class Compactor {
  readonly #parts: StoreParts;
  #kernel: Kernel | null = null;
  #running: Promise<void> | null = null;
  #isStopping = false;
  /** Of one table, as of the last plan, and flushes since it was begun. */
  #runsMost = 0;
  #flushesUnplanned = 0;
  /** By summary key. */
  readonly #folded = new Map<string, number>();
  #compactions = 0;
  #busyMs = 0;
  #bytesWritten = 0;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  get compactions(): number {
    return this.#compactions;
  }

  /** Time in merging and replacing segments, milliseconds. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** Bytes of segments written by compactions. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** Rows of a summary that compactions added to overflow rows. */
  rowsFolded(summaryKey: string): number {
    return this.#folded.get(summaryKey) ?? 0;
  }

  /** Resolves when there is nothing left to merge, or no space to do it. */
  compact(): Promise<void> {
    this.#running ??= this.#compact().finally(() => (this.#running = null));
    return this.#running;
  }

  /**
   * Resolves when another run of every table may be written: flushes that come faster than they are merged
   * would leave more runs than memory has room for when they are merged, or read.
   */
  async readyForRun(): Promise<void> {
    const runsMost = this.#runsMost + this.#flushesUnplanned;
    if (runsMost >= compactionLimits.runsPerMergeMax) await this.compact();
    this.#flushesUnplanned += 1;
  }

  /** Ends a compaction under way without a trace, and allows no other. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async #compact(): Promise<void> {
    try {
      while (!this.#isStopping) {
        this.#flushesUnplanned = 0;
        const { chosen, runsMost } = await inSlices(planCompactionSteps(this.#parts.segments.list));
        this.#runsMost = runsMost;
        if (chosen.length === 0) return;
        await this.#rewrite(chosen);
      }
    } catch (error) {
      if (!(error instanceof OutOfSpace || error instanceof Stopped)) throw error;
    }
  }

  async #rewrite(chosen: readonly Chosen[]): Promise<void> {
    const { manifest, segments } = this.#parts;
    const startMs = performance.now();
    failPoint("sink.compaction.started");
    const written = await this.#writeMerged(chosen);
    failPoint("sink.compaction.merged");
    const held = await segments.open(written);
    const gone = new Set(chosen.map(({ run }) => run));
    try {
      await manifest.edit({ gone, added: [written] });
    } catch (error) {
      if (error instanceof OutOfSpace) await segments.remove(held);
      throw error;
    }
    failPoint("sink.compaction.replaced");
    const shortened = await segments.without(gone);
    // Without a pause between: whoever looks finds every row once.
    const emptied = segments.shorten(shortened);
    segments.attach(held);
    this.#compactions += 1;
    this.#bytesWritten += written.bytes;
    for (const file of emptied) {
      await segments.remove(file);
      failPoint("sink.compaction.removed");
    }
    this.#busyMs += performance.now() - startMs;
  }

  async #writeMerged(chosen: readonly Chosen[]): Promise<SegmentFile> {
    const { files, directory, storeId, nextSegment } = this.#parts;
    const writer = await SegmentWriter.create(files, directory, storeId, nextSegment());
    for (const runs of byTable(chosen)) {
      const { summaryKey, bucketStart } = runs[0]!.run;
      await writer.add({ summaryKey, bucketStart, frames: this.#merged(summaryKey, runs) });
    }
    return writer.finish();
  }

  async *#merged(summaryKey: string, runs: readonly Chosen[]): AsyncGenerator<Uint8Array> {
    const { manifest, segments } = this.#parts;
    const stored = manifest.current.definitions.find(({ key }) => key === summaryKey);
    assert(stored !== undefined, "a segment's summary is in the manifest");
    const schema = schemaOf(stored.definition);
    const parts = {
      rows: runs.reduce((sum, { run }) => sum + run.rows, 0),
      count: runs.length,
      open: () => runs.map(({ file, run }) => segments.readRun(file, run)),
    };
    const frames = mergeCapped(
      () => (this.#kernel ??= loadSeededKernel()),
      schema,
      parts,
      rowsPerFrame(schema),
      rowBounds(stored.definition),
      (rows) => this.#folded.set(summaryKey, this.rowsFolded(summaryKey) + rows),
    );
    for await (const frame of frames) {
      if (this.#isStopping) throw new Stopped("the store closes");
      yield frame;
      // Commits go first.
      await setImmediate();
    }
  }
}

/** The runs of each table together, in order of the tables' names. */
function byTable(chosen: readonly Chosen[]): Chosen[][] {
  const tables = new Map<string, Chosen[]>();
  for (const one of chosen) {
    const table = `${one.run.summaryKey}/${one.run.bucketStart}`;
    const runs = tables.get(table);
    if (runs === undefined) tables.set(table, [one]);
    else runs.push(one);
  }
  return [...tables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, runs]) => runs);
}
