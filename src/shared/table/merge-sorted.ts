// Merges sorted streams of frames into one, in bounded memory: what compaction and queries over
// several segments do. In each round the smallest last key among the frames at hand is a bound:
// every row up to it is at hand too, so all of them are merged and are final. Full frames are
// emitted as soon as there are enough rows, so the output is, byte for byte, what `encodeSorted` of
// one table of everything gives, however the rows were spread over the inputs. Overflow rows of the
// inputs are merged into one, which is the last frame.

import { LogmillError } from "../base/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { TableSchema } from "./schema.ts";
import { Overflow } from "./overflow.ts";
import { isOverflowFrame } from "./overflow-frame.ts";
import { decodeTable, type TableView } from "./table-view.ts";
import { SortedRows } from "./sorted-rows.ts";
import type { Table } from "./table.ts";

/** One input: the frame at hand and how many of its rows are merged already. */
class SortedInput {
  readonly #schema: TableSchema;
  readonly #frames: AsyncIterator<Uint8Array>;
  readonly #overflow: Overflow;
  #hasOverflow = false;
  #view: TableView | null = null;
  #merged = 0;

  /** @param overflow that the input's overflow row is merged into. */
  constructor(schema: TableSchema, frames: AsyncIterable<Uint8Array>, overflow: Overflow) {
    this.#schema = schema;
    this.#overflow = overflow;
    this.#frames = frames[Symbol.asyncIterator]();
  }

  /** The frame at hand; null at the end of the input. */
  get view(): TableView | null {
    return this.#view;
  }

  /** Takes the next frame if the one at hand is used up. False at the end. */
  async advance(): Promise<boolean> {
    while (this.#view === null || this.#merged === this.#view.rows) {
      const result: IteratorResult<Uint8Array, unknown> = await this.#frames.next();
      if (result.done === true) {
        this.#view = null;
        return false;
      }
      if (this.#hasOverflow) throw behindOverflow();
      if (isOverflowFrame(result.value)) {
        this.#overflow.merge(result.value);
        this.#hasOverflow = true;
        continue;
      }
      const next = decodeTable(result.value, this.#schema);
      checkOrder(next, this.#view);
      // An empty frame says nothing about the order and is left out.
      if (next.rows === 0) continue;
      this.#view = next;
      this.#merged = 0;
    }
    return true;
  }

  /** Merges the rows up to and including those whose key is the bound's. */
  mergeUpTo(table: Table, bound: TableView): void {
    const view = this.#view!;
    let low = this.#merged;
    let high = view.rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareRows(view, middle, bound, bound.rows - 1) <= 0) low = middle + 1;
      else high = middle;
    }
    if (low > this.#merged) table.mergeViewRows(view, this.#merged, low);
    this.#merged = low;
  }

  async close(): Promise<void> {
    await this.#frames.return?.();
  }
}

/**
 * @param inputs each a sequence of frames of this schema whose rows ascend strictly; the last may be
 *   an overflow row.
 * @param rowsPerFrame rows of a frame of the output, and bytes of its keys, at most.
 * @throws LogmillError bad_table if an input is damaged or not sorted.
 */
export async function* mergeSorted(
  kernel: Kernel,
  schema: TableSchema,
  inputs: readonly AsyncIterable<Uint8Array>[],
  rowsPerFrame: number,
  keyBytesMax?: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const overflow = new Overflow(kernel, schema);
  const all = inputs.map((frames) => new SortedInput(schema, frames, overflow));
  const rows = new SortedRows(kernel, schema, rowsPerFrame, keyBytesMax);
  try {
    let open = await openInputs(all);
    while (open.length > 0) {
      const bound = leastLast(open);
      for (const input of open) input.mergeUpTo(rows.table, bound);
      open = await openInputs(open);
      if (open.length > 0) yield* rows.full();
    }
    yield* rows.last();
    const last = overflow.encode();
    if (last !== null) yield last;
  } finally {
    overflow.free();
    rows.free();
    for (const input of all) await input.close();
  }
}

async function openInputs(inputs: readonly SortedInput[]): Promise<SortedInput[]> {
  const open: SortedInput[] = [];
  for (const input of inputs) {
    if (await input.advance()) open.push(input);
  }
  return open;
}

/** The frame at hand whose last key is the least. */
function leastLast(inputs: readonly SortedInput[]): TableView {
  return inputs
    .map((input) => input.view!)
    .reduce((least, view) =>
      compareRows(view, view.rows - 1, least, least.rows - 1) < 0 ? view : least,
    );
}

/** Orders rows by key: dimension by dimension, bytes ascending, a prefix first. */
function compareRows(a: TableView, aRow: number, b: TableView, bRow: number): number {
  for (let dimension = 0; dimension < a.schema.dimensions; dimension += 1) {
    const order = Buffer.compare(a.value(dimension, aRow), b.value(dimension, bRow));
    if (order !== 0) return order;
  }
  return 0;
}

function checkOrder(view: TableView, before: TableView | null): void {
  const follows =
    before === null || view.rows === 0 || compareRows(before, before.rows - 1, view, 0) < 0;
  if (follows && view.ascends()) return;
  throw new LogmillError("bad_table", "table frame: its rows do not ascend");
}

function behindOverflow(): LogmillError {
  return new LogmillError("bad_table", "table frame: rows follow the overflow row");
}
