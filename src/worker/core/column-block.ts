// Room for columns of one vector of lines. Columns lie one behind the other with a cache line
// between them, so that a loop over many columns does not fight for the same places of the cache,
// and so that an operation may write 16 bytes at a time.

import type { Kernel } from "../../shared/kernel/kernel.ts";

const chunkBytes = 256 * 1024;
const lineBytes = 64;

export type ColumnWidth = 1 | 4 | 8;

export class ColumnBlock {
  readonly #kernel: Kernel;
  /** Lines that a column has room for. */
  readonly lines: number;
  #next = 0;
  #end = 0;

  constructor(kernel: Kernel, lines: number) {
    this.#kernel = kernel;
    this.lines = lines;
  }

  /** Pointer to a column of elements of `width` bytes; what it holds is not defined. */
  take(width: ColumnWidth): number {
    const bytes = Math.ceil((this.lines * width + 16) / lineBytes) * lineBytes;
    if (this.#end - this.#next < bytes) {
      const room = Math.max(bytes, chunkBytes);
      this.#next = this.#kernel.alloc(room);
      this.#end = this.#next + room;
    }
    const column = this.#next;
    this.#next += bytes;
    return column;
  }
}
