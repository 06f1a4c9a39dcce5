// The masks of one vector of lines: the steps of a source's mask program, computed when they are
// needed. A condition on a field that has a dictionary is answered once per entry.

import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { ColumnBlock } from "./column-block.ts";
import { EntryFlags, type DictionaryColumn } from "./dictionary-column.ts";
import type { DecimalLiteral, MaskProgram, MaskStep } from "./mask-program.ts";

type Comparison = Extract<MaskStep, { readonly field: string }>;

/** Fills flags for a column of spans. */
type Compare = (spans: number, n: number, out: number) => void;

export class MaskColumns {
  readonly #kernel: Kernel;
  readonly #steps: readonly MaskStep[];
  /** Steps that this batch needs. */
  readonly #needed: ReadonlySet<number>;
  /** Pointer to the mask of each step that is computed. */
  readonly #outs: readonly number[];
  readonly #comparisons = new Map<number, (n: number) => void>();

  /** @param needed closed: with the operands of every step */
  constructor(
    kernel: Kernel,
    columns: ColumnBlock,
    program: MaskProgram,
    needed: ReadonlySet<number>,
    spans: ReadonlyMap<string, number>,
    dictionaries: ReadonlyMap<string, DictionaryColumn>,
  ) {
    this.#kernel = kernel;
    this.#steps = program.steps;
    this.#needed = needed;
    this.#outs = program.steps.map(() => columns.take(1));
    program.steps.forEach((step, index) => {
      if (!("field" in step) || !needed.has(index)) return;
      const compare = this.#place(step);
      const dictionary = dictionaries.get(step.field);
      const out = this.#outs[index]!;
      const run = dictionary
        ? this.#byEntry(dictionary, compare, out)
        : (n: number) => compare(spans.get(step.field)!, n, out);
      this.#comparisons.set(index, run);
    });
  }

  /** Computes the steps that the batch needs. */
  compute(n: number): void {
    const { exports } = this.#kernel;
    this.#steps.forEach((step, index) => {
      if (!this.#needed.has(index)) return;
      const out = this.#outs[index]!;
      if ("field" in step) this.#comparisons.get(index)!(n);
      else if (step.type === "not") exports.maskNot(this.#outs[step.operand]!, out, n);
      else if (step.type === "and") {
        exports.maskAnd(this.#outs[step.left]!, this.#outs[step.right]!, out, n);
      } else exports.maskOr(this.#outs[step.left]!, this.#outs[step.right]!, out, n);
    });
  }

  /** Pointer to a step's mask; 0, which means every line, for no step. */
  mask(step: number | null): number {
    return step === null ? 0 : this.#outs[step]!;
  }

  #place(step: Comparison): Compare {
    const { exports } = this.#kernel;
    if (step.type === "text") {
      const literal = this.#kernel.place(step.literal);
      return (spans, n, out) =>
        exports.compareText(spans, n, step.comparison, literal, step.literal.length, out);
    }
    if (step.type === "pattern") {
      const table = this.#kernel.place(step.table);
      return (spans, n, out) => exports.matchSpans(table, spans, n, out);
    }
    const literal = placeDecimal(this.#kernel, step.literal);
    return (spans, n, out) => exports.compareNumber(spans, n, step.comparison, literal, out);
  }

  #byEntry(dictionary: DictionaryColumn, compare: Compare, out: number): (n: number) => void {
    const flags = new EntryFlags(this.#kernel);
    return (n) => {
      flags.update(dictionary.dict, compare);
      this.#kernel.exports.maskGather(dictionary.ids, flags.pointer, n, out);
    };
  }
}

function placeDecimal(kernel: Kernel, { negative, whole, fraction }: DecimalLiteral): number {
  const digits = kernel.place(new TextEncoder().encode(whole + fraction));
  const literal = kernel.alloc(layout.numberBytes);
  const words = kernel.u32;
  words[(literal + layout.numberNegative) / 4] = negative ? 1 : 0;
  words[(literal + layout.numberDigits) / 4] = digits;
  words[(literal + layout.numberWholeLength) / 4] = whole.length;
  words[(literal + layout.numberFractionLength) / 4] = fraction.length;
  return literal;
}
