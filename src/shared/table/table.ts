// A summary table in kernel memory: one row per combination of dimension values. It grows by lines
// (the kernel's `tableGroup` and `agg…`, called with `handle`) and by merging frames, and is
// written as frames. Merging commutes and associates, and the empty table is its identity, so the
// sorted frames of a table do not depend on how its events were split or in which order they came.

import { assert } from "../base/assert.ts";
import { LogmillError } from "../base/errors.ts";
import { limits } from "../base/limits.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { columnWord } from "../metric/stored-column.ts";
import { checkSeal, checksumBytes, seal } from "./checksum.ts";
import { frameFaults } from "./frame-faults.ts";
import { putChosenFirst } from "./chosen-rows.ts";
import type { RowLimit } from "./row-limit-handle.ts";
import type { TableSchema } from "./schema.ts";
import type { TableView } from "./table-view.ts";

const allRows = 0xffffffff;

/** Some rows of a table, all of them of one part. */
interface PartedFrame {
  readonly frame: Uint8Array;
  readonly isWithin: boolean;
}

/** Some rows of a table in order. */
interface CutFrame {
  readonly frame: Uint8Array;
  /** It has all rows that a frame takes, so that rows with greater keys would not change it. */
  readonly isFull: boolean;
}

/** All rows of a bucketed table that are of one bucket. */
interface BucketFrame {
  readonly bucket: number;
  readonly frame: Uint8Array;
}

export interface TableOptions {
  /** Rows have a hidden integer key in front, the number of a bucket. */
  readonly bucketed?: boolean;
}

export class Table {
  readonly schema: TableSchema;
  readonly bucketed: boolean;
  readonly #kernel: Kernel;
  readonly #handle: number;

  constructor(kernel: Kernel, schema: TableSchema, options: TableOptions = {}) {
    assert(schema.dimensions <= limits.dimensionsMax, "a table has a bounded number of dimensions");
    assert(schema.metrics.length <= limits.metricsMax, "a table has a bounded number of columns");
    this.schema = schema;
    this.bucketed = options.bucketed ?? false;
    this.#kernel = kernel;
    const words = [
      schema.dimensions,
      this.bucketed ? 1 : 0,
      schema.metrics.length,
      ...schema.metrics.map(columnWord),
    ];
    const bytes = words.length * 4;
    const ptr = kernel.alloc(bytes);
    kernel.u32.set(words, ptr / 4);
    this.#handle = kernel.exports.tableNew(ptr) >>> 0;
    kernel.free(ptr, bytes);
  }

  /** For the kernel's exports. */
  get handle(): number {
    return this.#handle;
  }

  get rows(): number {
    return this.#kernel.exports.tableRows(this.#handle) >>> 0;
  }

  /** Bytes of kernel memory that the table holds, dictionaries and sketches included. */
  get bytesUsed(): number {
    return this.#kernel.exports.tableBytes(this.#handle);
  }

  /** Bytes that it will take beyond those it holds, at most, when a frame of so many rows is merged. */
  growth(rows: number, frameBytes: number): number {
    return this.#kernel.exports.tableGrowth(this.#handle, rows, frameBytes);
  }

  /** Handle of a dimension's dictionary. */
  dictionary(dimension: number): number {
    return this.#kernel.exports.tableDictionary(this.#handle, dimension) >>> 0;
  }

  /** Gives the memory back; the table must not be used any more. */
  free(): void {
    this.#kernel.exports.tableFree(this.#handle);
  }

  /**
   * Merges a frame with the same metrics.
   * @param keep which of the frame's dimensions become this table's, in this table's order: rows
   *   that differ only in others are merged. Without it, the dimensions are the same.
   * @throws LogmillError bad_table if the bytes are not such a frame; the table is then unchanged.
   */
  merge(frame: Uint8Array, keep?: readonly number[]): void {
    this.mergeRows(frame, 0, allRows, keep);
  }

  /** As `merge`, for the frame's rows `from` to before `to` only; all of the frame is checked. */
  mergeRows(frame: Uint8Array, from: number, to: number, keep?: readonly number[]): void {
    checkSeal(frame, "table frame");
    this.#mergeRows(frame, from, to, keep);
  }

  /** As `mergeRows`, for a frame whose checksum was found right already. */
  mergeViewRows(view: TableView, from: number, to: number): void {
    this.#mergeRows(view.frame, from, to, undefined);
  }

  #mergeRows(
    frame: Uint8Array,
    from: number,
    to: number,
    keep: readonly number[] | undefined,
  ): void {
    assert(!this.bucketed, "frames are merged into tables of one bucket");
    const kernel = this.#kernel;
    const dimensions = keep ? (frame[5] ?? 0) : this.schema.dimensions;
    const kept = keep ?? Array.from({ length: dimensions }, (_, index) => index);
    assert(kept.length === this.schema.dimensions, "every dimension comes from one of the frame's");
    if (kept.some((dimension) => dimension >= dimensions) || dimensions > limits.dimensionsMax) {
      throw new LogmillError("bad_table", "table frame: it lacks a dimension that is asked for");
    }
    const keepBytes = kept.length * 4;
    const keepPtr = kernel.alloc(keepBytes);
    const ptr = kernel.place(frame);
    kernel.u32.set(kept, keepPtr / 4);
    const fault = kernel.exports.tableMerge(
      this.#handle,
      ptr,
      frame.length,
      dimensions,
      keepPtr,
      from,
      to,
    );
    const offset = (kernel.exports.frameFaultAt() >>> 0) - ptr;
    kernel.free(ptr, frame.length);
    kernel.free(keepPtr, keepBytes);
    if (fault !== 0) {
      const problem = frameFaults[fault] ?? "it is wrong";
      throw new LogmillError("bad_table", `table frame: ${problem}, near byte ${offset}`, {
        fields: { offset, length: frame.length },
      });
    }
  }

  /** The rows as one frame, in order of first appearance. */
  encode(): Uint8Array {
    assert(!this.bucketed, "a bucketed table is as many frames as it has buckets");
    return this.#takeFrame(this.#kernel.exports.tableEncode(this.#handle) >>> 0);
  }

  /**
   * The rows of each of these buckets that has any as one frame, in order of first appearance. The
   * table must not change while they are read.
   * @param buckets how many numbers of buckets there are.
   * @param order numbers of buckets.
   */
  *encodeBuckets(
    buckets: number,
    order: Iterable<number>,
  ): Generator<BucketFrame, void, undefined> {
    assert(this.bucketed, "only a bucketed table has buckets");
    const { exports } = this.#kernel;
    const view = exports.bucketsBegin(this.#handle, buckets) >>> 0;
    try {
      for (const bucket of order) {
        if (exports.bucketRows(view, bucket) === 0) continue;
        yield { bucket, frame: this.#takeFrame(exports.bucketEncode(view, bucket) >>> 0) };
      }
    } finally {
      exports.bucketsEnd(view);
    }
  }

  /**
   * The rows in canonical order: ascending by key, dimension by dimension, as memcmp compares, a
   * prefix before what it begins; dictionaries likewise. Frames hold `rowsPerFrame` rows, or fewer
   * where their keys are long, the last one what is left; an empty table has none. The table must not
   * change while they are read.
   */
  *encodeSorted(
    rowsPerFrame: number,
    keyBytesMax: number = limits.frameKeyBytesMax,
  ): Generator<Uint8Array, void, undefined> {
    for (const step of this.encodeSortedSteps(rowsPerFrame, keyBytesMax)) {
      if (step !== null) yield step;
    }
  }

  /** As `encodeSorted` in short steps, of which those without a frame give null. */
  *encodeSortedSteps(
    rowsPerFrame: number,
    keyBytesMax: number = limits.frameKeyBytesMax,
  ): Generator<Uint8Array | null, void, undefined> {
    for (const step of this.encodeCut(rowsPerFrame, keyBytesMax)) yield step?.frame ?? null;
  }

  /** As `encodeSortedSteps`, and whether each frame stays as it is whatever rows follow. */
  *encodeCut(
    rowsPerFrame: number,
    keyBytesMax: number,
  ): Generator<CutFrame | null, void, undefined> {
    assert(!this.bucketed, "only tables of one bucket have an order");
    const { exports } = this.#kernel;
    if (this.rows === 0) return;
    const view = exports.sortBegin(this.#handle, rowsPerFrame) >>> 0;
    try {
      while (exports.sortStep(view) !== 0) yield null;
      for (let left = this.rows; left > 0;) {
        const fitting = exports.sortFill(view, rowsPerFrame) >>> 0;
        const count = exports.sortCut(view, fitting, keyBytesMax) >>> 0;
        const frame = this.#takeFrame(exports.sortEncode(view, count) >>> 0);
        left -= count;
        yield { frame, isFull: left > 0 || count === rowsPerFrame };
      }
    } finally {
      exports.sortEnd(view);
    }
  }

  /**
   * As `encodeSorted`: first the rows within a limit, in order, then the others, in order. The limit
   * is used up, and goes on with the next table, whose keys must follow.
   */
  encodeParted(rowsPerFrame: number, limit: RowLimit): Generator<PartedFrame, void, undefined> {
    return this.#encodeParts(rowsPerFrame, (view) => {
      const hashes = this.#kernel.alloc(this.rows * 8);
      this.hashRows(hashes);
      const kept = this.#kernel.exports.sortPartition(view, hashes, limit.ptr) >>> 0;
      this.#kernel.free(hashes, this.rows * 8);
      return kept;
    });
  }

  /**
   * As `encodeSorted`: first the chosen rows, in order, then the others, in order.
   * @param isChosen a byte a row in the order of their first appearance, 1 for those that are chosen.
   */
  encodeChosen(
    rowsPerFrame: number,
    isChosen: Uint8Array,
  ): Generator<PartedFrame, void, undefined> {
    assert(isChosen.length === this.rows, "each row is chosen or not");
    return this.#encodeParts(rowsPerFrame, (view) => putChosenFirst(this.#kernel, view, isChosen));
  }

  /** @param partition puts the rows of the first part first; returns how many they are. */
  *#encodeParts(
    rowsPerFrame: number,
    partition: (view: number) => number,
  ): Generator<PartedFrame, void, undefined> {
    const { exports } = this.#kernel;
    const rows = this.rows;
    const view = exports.sortBegin(this.#handle, rowsPerFrame) >>> 0;
    try {
      while (exports.sortStep(view) !== 0);
      const kept = partition(view);
      for (let from = 0; from < rows;) {
        const isWithin = from < kept;
        const wanted = Math.min(rowsPerFrame, (isWithin ? kept : rows) - from);
        const fitting = Math.min(wanted, exports.sortFill(view, wanted) >>> 0);
        const count = exports.sortCut(view, fitting, limits.frameKeyBytesMax) >>> 0;
        yield { frame: this.#takeFrame(exports.sortEncode(view, count) >>> 0), isWithin };
        from += count;
      }
    } finally {
      exports.sortEnd(view);
    }
  }

  /** Fills a column of kernel memory (u64 a row) with the hashes of the keys, see FORMAT.md. */
  hashRows(hashes: number): void {
    this.#kernel.exports.tableHashRows(this.#handle, hashes);
  }

  #takeFrame(ptr: number): Uint8Array {
    const bytes = this.#kernel.exports.frameBytes();
    const frame = new Uint8Array(bytes + checksumBytes);
    frame.set(this.#kernel.u8.subarray(ptr, ptr + bytes));
    this.#kernel.exports.frameFree();
    return seal(frame);
  }
}
