// What the rows beyond a table's bound add up to: a table without dimensions, which has one row.
// Adding to it is merging, so it commutes and associates as all tables do.

import type { Kernel } from "../kernel/kernel.ts";
import { decodeOverflow, encodeOverflow, overflowSchema } from "./overflow-frame.ts";
import type { TableSchema } from "./schema.ts";
import { Table } from "./table.ts";

export class Overflow {
  readonly #kernel: Kernel;
  readonly #schema: TableSchema;
  #table: Table | null = null;
  #maxRows = Infinity;

  /** @param schema of the table whose rows overflow. */
  constructor(kernel: Kernel, schema: TableSchema) {
    this.#kernel = kernel;
    this.#schema = schema;
  }

  get isEmpty(): boolean {
    return this.#table === null;
  }

  /** The least bound that what is in it was held to; Infinity while it is empty. */
  get maxRows(): number {
    return this.#maxRows;
  }

  get bytesUsed(): number {
    return this.#table?.bytesUsed ?? 0;
  }

  /** Adds rows of the table that are beyond its bound. @throws LogmillError bad_table. */
  addRows(frame: Uint8Array, maxRows: number): void {
    this.#row().merge(frame, []);
    this.#maxRows = Math.min(this.#maxRows, maxRows);
  }

  /**
   * Adds another overflow row.
   * @param schema of its table, if that has other dimensions than this one.
   * @throws LogmillError bad_table.
   */
  merge(bytes: Uint8Array, schema: TableSchema = this.#schema): void {
    const { maxRows, frame } = decodeOverflow(bytes, schema);
    this.#row().merge(frame);
    this.#maxRows = Math.min(this.#maxRows, maxRows);
  }

  /** The overflow row in bytes; null if there is none. */
  encode(): Uint8Array | null {
    if (this.#table === null) return null;
    const frame = this.#table.encode();
    return encodeOverflow(this.#schema.dimensions, { maxRows: this.#maxRows, frame });
  }

  free(): void {
    this.#table?.free();
    this.#table = null;
    this.#maxRows = Infinity;
  }

  #row(): Table {
    this.#table ??= new Table(this.#kernel, overflowSchema(this.#schema));
    return this.#table;
  }
}
