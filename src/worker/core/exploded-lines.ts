// The lines of a vector that count for each of several values of a field: as many lines as values, a few at a time,
// with the columns of the lines that they stand for. What the values of a field are is found out once for
// every different one of the batch.

import type { Kernel } from "../../shared/kernel/kernel.ts";
import { listElements, type Explode } from "../../shared/model/list-elements.ts";
import type { BatchColumns } from "./batch-columns.ts";
import type { ColumnWidth } from "./column-block.ts";
import type { DictionaryColumn } from "./dictionary-column.ts";
import { KernelTexts } from "./entry-spans.ts";
import { GrowingWords } from "./growing-words.ts";

/** So many lines that stand for others. */
export interface ExplodedPart {
  readonly n: number;
  /** Column of the numbers that their values have in the dictionary. */
  readonly elements: number;
  /** What a column of the vector holds for them: good until the next call for the same place. */
  gather(column: number, width: ColumnWidth, out: number): number;
}

export class ExplodedLines {
  /** Of the different elements. */
  readonly dict: number;
  readonly #kernel: Kernel;
  readonly #explode: Explode;
  readonly #whole: DictionaryColumn;
  readonly #texts: KernelTexts;
  /** By entry of the whole values, where its elements begin; and where those of the last one end. */
  readonly #starts: GrowingWords;
  readonly #elements: GrowingWords;
  readonly #state: number;
  readonly #lines: number;
  readonly #ids: number;
  readonly #capacity: number;
  #known = 0;

  constructor(kernel: Kernel, columns: BatchColumns, explode: Explode, capacity: number) {
    this.#kernel = kernel;
    this.#explode = explode;
    this.#whole = columns.dictionary(explode.field);
    this.dict = kernel.exports.dictNew() >>> 0;
    this.#texts = new KernelTexts(kernel);
    this.#starts = new GrowingWords(kernel);
    this.#elements = new GrowingWords(kernel);
    this.#starts.append([0]);
    this.#state = kernel.alloc(8);
    [this.#lines, this.#ids] = [columns.take(4), columns.take(4)];
    this.#capacity = capacity;
  }

  /** @param counted mask of the lines; 0: all */
  *parts(n: number, counted: number): Generator<ExplodedPart, void, undefined> {
    const { exports } = this.#kernel;
    this.#update();
    this.#kernel.u32.fill(0, this.#state / 4, this.#state / 4 + 2);
    let count: number;
    do {
      const lists = [this.#starts.pointer, this.#elements.pointer] as const;
      const room = [this.#state, this.#capacity, this.#lines, this.#ids] as const;
      count = exports.explodeLines(this.#whole.ids, counted, n, ...lists, ...room);
      yield {
        n: count,
        elements: this.#ids,
        gather: (column, width, out) => this.#gather(column, width, count, out),
      };
    } while (count === this.#capacity);
  }

  #gather(column: number, width: ColumnWidth, n: number, out: number): number {
    const { exports } = this.#kernel;
    if (width === 1) exports.gather8(column, this.#lines, n, out);
    else if (width === 4) exports.gather32(column, this.#lines, n, out);
    else exports.gather64(column, this.#lines, n, out);
    return out;
  }

  /** Takes the entries apart that are new. */
  #update(): void {
    const { exports } = this.#kernel;
    const size = exports.dictSize(this.#whole.dict) >>> 0;
    for (; this.#known < size; this.#known += 1) {
      const whole = this.#texts.entry(this.#whole.dict, this.#known);
      const values = listElements(whole, this.#explode);
      const spans = values.flatMap((value) => this.#texts.place(value));
      const column = this.#kernel.place(new Uint8Array(Uint32Array.from(spans).buffer));
      this.#elements.grow(values.length);
      exports.dictEncode(this.dict, column, values.length, 0, this.#elements.end);
      this.#kernel.free(column, values.length * 8);
      this.#elements.took(values.length);
      this.#starts.append([this.#elements.length]);
    }
  }
}
