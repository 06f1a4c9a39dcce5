// Rows on their way from one sorted stream to another: final rows are collected in a table, and handed
// out as frames as soon as these are full, so that no more than a frame or two is held.

import { limits } from "../base/limits.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { TableSchema } from "./schema.ts";
import { Table } from "./table.ts";

export class SortedRows {
  readonly #kernel: Kernel;
  readonly #schema: TableSchema;
  readonly #rowsPerFrame: number;
  readonly #keyBytesMax: number;
  #table: Table;

  constructor(
    kernel: Kernel,
    schema: TableSchema,
    rowsPerFrame: number,
    keyBytesMax: number = limits.frameKeyBytesMax,
  ) {
    this.#kernel = kernel;
    this.#schema = schema;
    this.#rowsPerFrame = rowsPerFrame;
    this.#keyBytesMax = keyBytesMax;
    this.#table = new Table(kernel, schema);
  }

  /** What rows are merged into; their keys are greater than those of all frames handed out. */
  get table(): Table {
    return this.#table;
  }

  /** The frames that are full by now; all of them have to be taken. */
  *full(): Generator<Uint8Array, void, undefined> {
    const whole = this.#table;
    if (whole.rows < this.#rowsPerFrame && whole.bytesUsed <= this.#keyBytesMax) return;
    const rest = new Table(this.#kernel, this.#schema);
    this.#table = rest;
    try {
      for (const cut of whole.encodeCut(this.#rowsPerFrame, this.#keyBytesMax)) {
        if (cut?.isFull === true) yield cut.frame;
        else if (cut !== null) rest.merge(cut.frame);
      }
    } finally {
      whole.free();
    }
  }

  /** The frames of all that is left. */
  last(): Generator<Uint8Array, void, undefined> {
    return this.#table.encodeSorted(this.#rowsPerFrame, this.#keyBytesMax);
  }

  free(): void {
    this.#table.free();
  }
}
