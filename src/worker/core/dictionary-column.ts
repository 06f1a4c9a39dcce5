// A field as numbers of a dictionary that lasts for the batch and is shared by all tables with this
// dimension. What is found out about an entry (that it satisfies a condition) is found out once and
// holds for all its lines. Any bytes are a value: whether they are UTF-8 matters where they are shown.

import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { ColumnBlock } from "./column-block.ts";

const entriesFirst = 64;

/** One byte for every entry of a dictionary, filled in as entries come. */
export class EntryFlags {
  readonly #kernel: Kernel;
  #pointer: number;
  #capacity = entriesFirst;
  #known = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#pointer = kernel.alloc(entriesFirst);
  }

  get pointer(): number {
    return this.#pointer;
  }

  /** Calls `fill` with the spans of new entries, how many they are, and where their flags go. */
  update(dict: number, fill: (spans: number, n: number, flags: number) => void): void {
    const size = this.#kernel.exports.dictSize(dict) >>> 0;
    if (size === this.#known) return;
    if (size > this.#capacity) this.#grow(size);
    const spans = (this.#kernel.exports.dictSpans(dict) >>> 0) + this.#known * 8;
    fill(spans, size - this.#known, this.#pointer + this.#known);
    this.#known = size;
  }

  #grow(size: number): void {
    const capacity = Math.max(size, this.#capacity * 2);
    const larger = this.#kernel.alloc(capacity);
    this.#kernel.u8.copyWithin(larger, this.#pointer, this.#pointer + this.#known);
    this.#kernel.free(this.#pointer, this.#capacity);
    this.#pointer = larger;
    this.#capacity = capacity;
  }
}

export class DictionaryColumn {
  readonly dict: number;
  /** Column of the lines' numbers (u32). */
  readonly ids: number;
  readonly #kernel: Kernel;
  readonly #spans: number;
  #isEncoded = false;

  /** @param spans column of the field's values */
  constructor(kernel: Kernel, columns: ColumnBlock, spans: number) {
    this.#kernel = kernel;
    this.#spans = spans;
    this.dict = kernel.exports.dictNew() >>> 0;
    this.ids = columns.take(4);
  }

  /** The lines are those of another vector now. */
  begin(): void {
    this.#isEncoded = false;
  }

  /** Numbers the lines of the vector, once. */
  encode(n: number): void {
    if (this.#isEncoded) return;
    this.#isEncoded = true;
    this.#kernel.exports.dictEncode(this.dict, this.#spans, n, 0, this.ids);
  }
}

/** The dictionaries of a batch: one for each column of spans, whoever asks. */
export class SharedDictionaries {
  readonly #kernel: Kernel;
  readonly #block: ColumnBlock;
  readonly #bySpans = new Map<number, DictionaryColumn>();

  constructor(kernel: Kernel, block: ColumnBlock) {
    this.#kernel = kernel;
    this.#block = block;
  }

  of(spans: number): DictionaryColumn {
    const known = this.#bySpans.get(spans);
    if (known !== undefined) return known;
    const made = new DictionaryColumn(this.#kernel, this.#block, spans);
    this.#bySpans.set(spans, made);
    return made;
  }

  begin(): void {
    for (const dictionary of this.#bySpans.values()) dictionary.begin();
  }
}
