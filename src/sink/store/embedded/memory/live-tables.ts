// The tables that are not in segments yet, in the memory of one kernel. Everything in them is in the
// write-ahead log as well, so they may be dropped at any time before the log is.

import { assert } from "../../../../shared/base/assert.ts";
import type { SummaryDefinition } from "../../../../shared/model/plan.ts";
import type { Kernel } from "../../../../shared/kernel/kernel.ts";
import { largeCellBytes } from "../../../../shared/metric/stored-column.ts";
import type { PartialTable } from "../../../../shared/model/partial.ts";
import { CappedTable } from "../../../../shared/table/capped-table.ts";
import { frameRows } from "../../../../shared/table/frame-rows.ts";
import { schemaOf, type TableSchema } from "../../../../shared/table/schema.ts";
import { rowBounds } from "../../../../shared/table/row-bounds.ts";

/** Bytes that a frame of a segment may reach, roughly: what a merge holds of each of its inputs. */
const frameBytesMax = 4 * 1024 * 1024;
const rowsPerFrameMax = 8192;
const rowsPerFrameMin = 16;

/** Rows of one frame of a segment: fewer where sketches are large. */
export function rowsPerFrame(schema: TableSchema): number {
  const rowBytes = schema.metrics.reduce((sum, layout) => sum + largeCellBytes(layout), 1);
  const fitting = Math.floor(frameBytesMax / rowBytes);
  return Math.min(rowsPerFrameMax, Math.max(rowsPerFrameMin, fitting));
}

/** What sorting takes for each row: places in two lists, in blocks that may be twice as long. */
const sortBytesPerRow = 16;
/** A table that is not there yet: its empty blocks, and what a row takes in columns, index and dictionaries. */
const newTableBytes = 1024;
const newRowBytes = 128;

export interface LiveTable {
  readonly summaryKey: string;
  readonly bucketStart: number;
  readonly table: CappedTable;
}

export class LiveTables {
  #kernel: Kernel;
  /** By summary key and start of the bucket. */
  readonly #tables = new Map<string, Map<number, CappedTable>>();
  /** Rows of the largest table. */
  #rowsMost = 0;
  /** By summary key: rows folded in tables that were cleared. */
  readonly #folded = new Map<string, number>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Goes on in the memory of another kernel; to be called when nothing is in this one's. */
  moveTo(kernel: Kernel): void {
    assert(this.isEmpty, "tables cannot be moved");
    this.#kernel = kernel;
  }

  /** Memory that the tables reach to, in bytes. */
  get bytes(): number {
    return this.#kernel.exports.arenaBytes();
  }

  /** As `bytes`, and what the largest table takes beside itself while it is sorted. */
  get bytesWhenSorted(): number {
    return this.bytes + this.#rowsMost * sortBytesPerRow;
  }

  get isEmpty(): boolean {
    return this.#tables.size === 0;
  }

  find(summaryKey: string, bucketStart: number): CappedTable | undefined {
    return this.#tables.get(summaryKey)?.get(bucketStart);
  }

  /** Merges a frame that was found good. */
  merge(
    summaryKey: string,
    definition: SummaryDefinition,
    bucketStart: number,
    frame: Uint8Array,
  ): void {
    let buckets = this.#tables.get(summaryKey);
    if (buckets === undefined) {
      buckets = new Map();
      this.#tables.set(summaryKey, buckets);
    }
    let table = buckets.get(bucketStart);
    if (table === undefined) {
      const { maxRows } = rowBounds(definition);
      table = new CappedTable(this.#kernel, schemaOf(definition), maxRows);
      buckets.set(bucketStart, table);
    }
    table.merge(frame);
    this.#rowsMost = Math.max(this.#rowsMost, table.rows);
  }

  /**
   * What `bytesWhenSorted` will be at most when these are merged as well; a table a step. Where a step
   * says that it is more than `enough`, nothing else is looked at.
   */
  *bytesWith(tables: Iterable<PartialTable>, enough: number): Generator<void, number, undefined> {
    const claims = new Map<string, { rows: number; bytes: number; growth: number }>();
    let sum = this.bytesWhenSorted;
    for (const { summary, bucketStart, frame } of tables) {
      const name = `${summary}/${bucketStart}`;
      const before = claims.get(name) ?? { rows: 0, bytes: 0, growth: 0 };
      const rows = before.rows + frameRows(frame);
      const bytes = before.bytes + frame.length;
      const growth =
        this.find(summary, bucketStart)?.growth(rows, bytes) ??
        newTableBytes + rows * newRowBytes + 2 * bytes;
      claims.set(name, { rows, bytes, growth });
      sum += growth - before.growth;
      if (sum > enough) break;
      yield;
    }
    return sum;
  }

  /** All tables, by summary and ascending by bucket. */
  *tables(): Iterable<LiveTable> {
    for (const [summaryKey, buckets] of this.#tables) {
      for (const [bucketStart, table] of [...buckets].sort(([a], [b]) => a - b)) {
        yield { summaryKey, bucketStart, table };
      }
    }
  }

  /** Rows of a summary's tables. */
  rowsOf(summaryKey: string): number {
    let rows = 0;
    for (const table of this.#tables.get(summaryKey)?.values() ?? []) rows += table.rows;
    return rows;
  }

  /** Rows of a summary that were ever added to overflow rows here. */
  rowsFolded(summaryKey: string): number {
    let rows = this.#folded.get(summaryKey) ?? 0;
    for (const table of this.#tables.get(summaryKey)?.values() ?? []) rows += table.rowsFolded;
    return rows;
  }

  /** Forgets everything; the memory is used again. */
  clear(): void {
    this.#rowsMost = 0;
    for (const key of this.#tables.keys()) this.#folded.set(key, this.rowsFolded(key));
    this.#tables.clear();
    this.#kernel.reset();
  }
}
