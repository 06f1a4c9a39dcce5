// A list of u32 in kernel memory that grows at its end.

import type { Kernel } from "../../shared/kernel/kernel.ts";

const wordBytes = 4;
const wordsFirst = 64;

export class GrowingWords {
  readonly #kernel: Kernel;
  #pointer: number;
  #capacity = wordsFirst;
  #length = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#pointer = kernel.alloc(wordsFirst * wordBytes);
  }

  /** Moves when the list grows. */
  get pointer(): number {
    return this.#pointer;
  }

  get length(): number {
    return this.#length;
  }

  /** Where the next word goes. */
  get end(): number {
    return this.#pointer + this.#length * wordBytes;
  }

  append(words: readonly number[]): void {
    this.grow(words.length);
    this.#kernel.u32.set(words, this.end / wordBytes);
    this.took(words.length);
  }

  /** Makes room for so many words behind the last. */
  grow(words: number): void {
    const needed = this.#length + words;
    if (needed <= this.#capacity) return;
    const capacity = Math.max(needed, this.#capacity * 2);
    const larger = this.#kernel.alloc(capacity * wordBytes);
    const used = this.#length * wordBytes;
    this.#kernel.u8.copyWithin(larger, this.#pointer, this.#pointer + used);
    this.#kernel.free(this.#pointer, this.#capacity * wordBytes);
    this.#pointer = larger;
    this.#capacity = capacity;
  }

  /** So many words have been written behind the last. */
  took(words: number): void {
    this.#length += words;
  }
}
