// Texts that are computed for a batch, in kernel memory that lasts as long as the batch; and the spans of those
// that belong to the entries of a dictionary.

import type { Kernel } from "../../shared/kernel/kernel.ts";

const chunkBytes = 64 * 1024;
const entriesFirst = 64;
const spanBytes = 8;

/** Binary strings, placed one behind the other. */
export class PlacedTexts {
  readonly #kernel: Kernel;
  #next = 0;
  #end = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The span of a text's copy. */
  place(text: string): bigint {
    const bytes = text.length;
    if (bytes === 0) return 0n;
    if (this.#end - this.#next < bytes) {
      const room = Math.max(bytes, chunkBytes);
      this.#next = this.#kernel.alloc(room);
      this.#end = this.#next + room;
    }
    const at = this.#next;
    this.#next += bytes;
    bufferAt(this.#kernel, at, bytes).write(text, "latin1");
    return BigInt(at) | (BigInt(bytes) << 32n);
  }
}

/** Where the text of a dictionary's entry is, and its length. */
export function entrySpan(kernel: Kernel, dict: number, entry: number): readonly [number, number] {
  const span = (kernel.exports.dictSpans(dict) >>> 0) / 4 + entry * 2;
  return [kernel.u32[span]!, kernel.u32[span + 1]!];
}

/** The text of a dictionary's entry, one character a byte. */
export function entryText(kernel: Kernel, dict: number, entry: number): string {
  return bufferAt(kernel, ...entrySpan(kernel, dict, entry)).toString("latin1");
}

function bufferAt(kernel: Kernel, at: number, bytes: number): Buffer {
  return Buffer.from(kernel.u8.buffer, at, bytes);
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
  update(size: number, spanOf: (entry: number) => bigint): void {
    if (size > this.#capacity) this.#grow(size);
    for (let entry = this.#known; entry < size; entry += 1) {
      const span = spanOf(entry);
      this.#kernel.u64[this.#pointer / spanBytes + entry] = span;
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
