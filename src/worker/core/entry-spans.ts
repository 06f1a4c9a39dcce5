// Texts that are computed for a batch, in kernel memory that lasts as long as the batch; and the spans of those
// that belong to the entries of a dictionary.

import type { Kernel } from "../../shared/kernel/kernel.ts";

const chunkBytes = 64 * 1024;
const entriesFirst = 64;
const spanBytes = 8;

/** Where a text is, and its length. */
type Span = readonly [at: number, bytes: number];

/** The texts of a batch in kernel memory, as binary strings: read where they are, and placed one behind the other. */
export class KernelTexts {
  readonly #kernel: Kernel;
  /** All of memory: making a Buffer for every text would take longer than reading it. */
  #memory: Buffer;
  #next = 0;
  #end = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#memory = Buffer.from(kernel.u8.buffer);
  }

  /** The text of a dictionary's entry. */
  entry(dict: number, entry: number): string {
    const [at, bytes] = this.entrySpan(dict, entry);
    return this.#current().toString("latin1", at, at + bytes);
  }

  entrySpan(dict: number, entry: number): Span {
    const span = (this.#kernel.exports.dictSpans(dict) >>> 0) / 4 + entry * 2;
    const words = this.#kernel.u32;
    return [words[span]!, words[span + 1]!];
  }

  /** Copies a text; the empty one lies nowhere. */
  place(text: string): Span {
    const bytes = text.length;
    if (bytes === 0) return [0, 0];
    if (this.#end - this.#next < bytes) {
      const room = Math.max(bytes, chunkBytes);
      this.#next = this.#kernel.alloc(room);
      this.#end = this.#next + room;
    }
    const at = this.#next;
    this.#next += bytes;
    this.#current().write(text, at, "latin1");
    return [at, bytes];
  }

  /** Memory moves when it grows. */
  #current(): Buffer {
    const { buffer } = this.#kernel.u8;
    if (this.#memory.buffer !== buffer) this.#memory = Buffer.from(buffer);
    return this.#memory;
  }
}

/** A span for every entry of a dictionary, filled in as entries come. */
export class EntrySpans {
  readonly #kernel: Kernel;
  #pointer: number;
  #capacity = entriesFirst;
  #known = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#pointer = kernel.alloc(entriesFirst * spanBytes);
  }

  get pointer(): number {
    return this.#pointer;
  }

  /** Asks for the span of every entry from the first new one up to `size`. */
  update(size: number, spanOf: (entry: number) => Span): void {
    if (size > this.#capacity) this.#grow(size);
    for (let entry = this.#known; entry < size; entry += 1) {
      const [at, bytes] = spanOf(entry);
      const word = this.#pointer / 4 + entry * 2;
      this.#kernel.u32[word] = at;
      this.#kernel.u32[word + 1] = bytes;
    }
    this.#known = size;
  }

  #grow(size: number): void {
    const capacity = Math.max(size, this.#capacity * 2);
    const larger = this.#kernel.alloc(capacity * spanBytes);
    const known = this.#known * spanBytes;
    this.#kernel.u8.copyWithin(larger, this.#pointer, this.#pointer + known);
    this.#kernel.free(this.#pointer, this.#capacity * spanBytes);
    this.#pointer = larger;
    this.#capacity = capacity;
  }
}
