// The limit of a table's rows as the kernel applies it: a block of its memory.

import type { Kernel } from "../kernel/kernel.ts";

export const limitBytes = 16;

export class RowLimit {
  readonly #kernel: Kernel;
  readonly #limit: number;

  /** Use `RowLimitFinder`. @param limit block of the kernel's limit, which this owns from now on. */
  constructor(kernel: Kernel, limit: number) {
    this.#kernel = kernel;
    this.#limit = limit;
  }

  /** Address of the kernel's limit, which is counted down as rows are let through. */
  get ptr(): number {
    return this.#limit;
  }

  free(): void {
    this.#kernel.free(this.#limit, limitBytes);
  }
}
