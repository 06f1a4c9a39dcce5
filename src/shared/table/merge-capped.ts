// Merges sorted streams as `mergeSorted` does, and keeps no more than a number of rows: which ones,
// and what becomes of the others, is in `capped-table.ts`. Where the parts together may hold too
// many rows they are read twice: first for the hashes of their keys, then for what they hold. So
// memory is bounded by a block of each part and 16 bytes for each row allowed.

import type { Kernel } from "../kernel/kernel.ts";
import { mergeSorted } from "./merge-sorted.ts";
import { Overflow } from "./overflow.ts";
import { decodeOverflow, isOverflowFrame } from "./overflow-frame.ts";
import { RowLimitFinder } from "./row-limit.ts";
import { type RowLimit } from "./row-limit-handle.ts";
import type { TableSchema } from "./schema.ts";
import { SortedRows } from "./sorted-rows.ts";
import { Table } from "./table.ts";

export interface RowBounds {
  /** Rows that a table may have beside its overflow row. */
  readonly maxRows: number;
  /** The least that `maxRows` ever was: a table of no more rows than that has no overflow row. */
  readonly maxRowsLeast: number;
}

/** The parts of a table, each as `mergeSorted` takes it. */
export interface TableParts {
  /** Rows of all parts, keys that are in several of them counted in each. */
  readonly rows: number;
  readonly count: number;
  /** Begins to read them, from the start; called at once, so that all reads are of one moment. */
  readonly open: () => readonly AsyncIterable<Uint8Array>[];
}

interface Merging {
  readonly kernel: Kernel;
  readonly schema: TableSchema;
  readonly rowsPerFrame: number;
  readonly maxRows: number;
  /** Told how many rows were added to the overflow row. */
  readonly folded: (rows: number) => void;
}

/**
 * The frames of all parts together: rows ascending by key, every key once, the overflow row last.
 * @param loadKernel called if there is something to merge.
 * @param folded told how many rows were added to the overflow row, now and then.
 * @throws LogmillError bad_table if a part is damaged or not sorted.
 */
export function mergeCapped(
  loadKernel: () => Kernel,
  schema: TableSchema,
  { rows, count, open }: TableParts,
  rowsPerFrame: number,
  { maxRows, maxRowsLeast }: RowBounds,
  folded: (rows: number) => void = () => undefined,
): AsyncIterable<Uint8Array> {
  const mayOverflow = rows > Math.min(maxRows, maxRowsLeast);
  const first = open();
  if (count === 1 && (!mayOverflow || rows <= maxRows)) return first[0]!;
  const kernel = loadKernel();
  if (!mayOverflow) return mergeSorted(kernel, schema, first, rowsPerFrame);
  return mergeTwice({ kernel, schema, rowsPerFrame, maxRows, folded }, first, open());
}

async function* mergeTwice(
  merging: Merging,
  first: readonly AsyncIterable<Uint8Array>[],
  second: readonly AsyncIterable<Uint8Array>[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const { kernel, schema, rowsPerFrame } = merging;
  try {
    const found = await findLimit(merging, first);
    const merged = mergeSorted(kernel, schema, second, rowsPerFrame);
    if (found === null) yield* merged;
    else yield* limited(merging, merged, found);
  } finally {
    for (const frames of second) await frames[Symbol.asyncIterator]().return?.();
  }
}

interface FoundLimit {
  readonly limit: RowLimit;
  /** Rows that it lets through. */
  readonly maxRows: number;
}

/** Reads all parts; null if they do not hold too many rows. */
async function findLimit(
  { kernel, schema, rowsPerFrame, maxRows }: Merging,
  parts: readonly AsyncIterable<Uint8Array>[],
): Promise<FoundLimit | null> {
  const finder = new RowLimitFinder(kernel, maxRows);
  let least = maxRows;
  try {
    for await (const frame of mergeSorted(kernel, schema, parts, rowsPerFrame)) {
      if (isOverflowFrame(frame)) {
        least = Math.min(least, decodeOverflow(frame, schema).maxRows);
        continue;
      }
      const table = new Table(kernel, schema);
      table.merge(frame);
      finder.add(table);
      table.free();
    }
    const limit = finder.limit(least);
    return limit === null ? null : { limit, maxRows: least };
  } finally {
    finder.free();
  }
}

/** The rows within a limit in frames of `rowsPerFrame`, the others in one overflow row. */
async function* limited(
  { kernel, schema, rowsPerFrame, folded }: Merging,
  frames: AsyncIterable<Uint8Array>,
  { limit, maxRows }: FoundLimit,
): AsyncGenerator<Uint8Array, void, undefined> {
  const overflow = new Overflow(kernel, schema);
  const kept = new SortedRows(kernel, schema, rowsPerFrame);
  try {
    for await (const frame of frames) {
      if (isOverflowFrame(frame)) {
        overflow.merge(frame);
        continue;
      }
      const whole = new Table(kernel, schema);
      whole.merge(frame);
      const { table } = kept;
      const before = table.rows;
      for (const part of whole.encodeParted(rowsPerFrame, limit)) {
        if (part.isWithin) table.merge(part.frame);
        else overflow.addRows(part.frame, maxRows);
      }
      folded(whole.rows - (table.rows - before));
      whole.free();
      yield* kept.full();
    }
    yield* kept.last();
    const last = overflow.encode();
    if (last !== null) yield last;
  } finally {
    limit.free();
    kept.free();
    overflow.free();
  }
}
