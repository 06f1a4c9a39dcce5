// Computed values of one vector of lines. A text function is asked once for every distinct value, or combination
// of values, of the batch: values become numbers of a dictionary, what it says of an entry is kept beside it, and
// a call of the kernel gives every line that of its entry.

import { assert } from "../../shared/base/assert.ts";
import type { PlanTables } from "../../shared/function/member.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { offsetAt } from "../../shared/model/timezone.ts";
import { Buckets } from "./calendar.ts";
import type { ColumnBlock } from "./column-block.ts";
import type { ComputedProgram, ComputedStep } from "./computed-program.ts";
import type { DictionaryColumn, SharedDictionaries } from "./dictionary-column.ts";
import { EntrySpans, KernelTexts } from "./entry-spans.ts";
import { MaskColumns } from "./mask-columns.ts";
import { MaskProgram } from "./mask-program.ts";

type Call = Extract<ComputedStep, { kind: "call" }>;
type Run = (n: number) => void;

/** The times in a field, of the lines of the vector. */
export type TimesOf = (field: string, n: number) => TimeValues;

interface TimeValues {
  readonly seconds: number;
  readonly faults: { readonly pointer: number };
}

/** What a batch's computed columns are made from. */
interface ComputedInput {
  readonly program: ComputedProgram;
  /** Names of the columns that are needed, closed. */
  readonly needed: ReadonlySet<string>;
  /** Columns by name; those of what is computed are added. */
  readonly spans: Map<string, number>;
  readonly dictionaries: SharedDictionaries;
  readonly timezone: string;
  readonly timesOf: TimesOf;
  readonly tables: PlanTables;
}

/** The different combinations of some values: each a number, and what they are. */
interface Combinations {
  readonly dict: number;
  readonly ids: number;
  encode(n: number): void;
  textsOf(entry: number): readonly string[];
}

export class ComputedColumns {
  readonly #kernel: Kernel;
  readonly #block: ColumnBlock;
  readonly #spans: Map<string, number>;
  readonly #dictionaries: SharedDictionaries;
  readonly #texts: KernelTexts;
  readonly #tables: PlanTables;
  readonly #timezone: string;
  readonly #timesOf: TimesOf;
  /** Texts of the columns that hold the same for every line. */
  readonly #constants = new Map<string, string>();
  readonly #runs: readonly Run[];

  constructor(
    kernel: Kernel,
    block: ColumnBlock,
    { program, needed, spans, dictionaries, timezone, timesOf, tables }: ComputedInput,
  ) {
    this.#kernel = kernel;
    this.#block = block;
    this.#spans = spans;
    this.#dictionaries = dictionaries;
    this.#texts = new KernelTexts(kernel);
    this.#tables = tables;
    this.#timezone = timezone;
    this.#timesOf = timesOf;
    const steps = program.steps.filter(({ column }) => needed.has(column));
    const outs = steps.map(({ column }) => {
      const out = block.take(8);
      spans.set(column, out);
      return out;
    });
    for (const [name, column] of program.aliases) {
      const out = spans.get(column);
      if (out !== undefined) spans.set(name, out);
    }
    this.#runs = steps.flatMap((step, index) => this.#place(step, outs[index]!));
  }

  compute(n: number): void {
    for (const run of this.#runs) run(n);
  }

  #place(step: ComputedStep, out: number): Run[] {
    switch (step.kind) {
      case "constant":
        this.#placeConstant(step.column, step.text, out);
        return [];
      case "if":
        return [this.#select(step, out)];
      case "time":
        return [this.#askByHour(step, out)];
      case "call": {
        const { computing } = step.member;
        if (computing.way === "text") return this.#askOnce(step, computing, out);
        assert(computing.way === "kernel", "a function of times is a step of its own");
        const inputs = step.values.map((column) => this.#spans.get(column)!);
        const run = computing.place(this.#kernel, step.constants, this.#tables);
        return [(n) => run(inputs, n, out)];
      }
    }
  }

  #placeConstant(column: string, text: string, out: number): void {
    const [at, bytes] = this.#texts.place(text);
    const span = BigInt(at) | (BigInt(bytes) << 32n);
    this.#kernel.u64.fill(span, out / 8, out / 8 + this.#block.lines);
    this.#constants.set(column, text);
  }

  #select(step: Extract<ComputedStep, { kind: "if" }>, out: number): Run {
    const { exports } = this.#kernel;
    const program = new MaskProgram();
    const condition = program.add(step.condition);
    const steps = program.closure([condition]);
    const none = new Map<string, DictionaryColumn>();
    const masks = new MaskColumns(this.#kernel, this.#block, program, steps, this.#spans, none);
    const [one, other] = [this.#spans.get(step.then)!, this.#spans.get(step.else)!];
    return (n) => {
      masks.compute(n);
      exports.selectSpans(masks.mask(condition), one, other, n, out);
    };
  }

  #askByHour({ ofHour, field, value }: Extract<ComputedStep, { kind: "time" }>, out: number): Run {
    const { exports } = this.#kernel;
    const timezone = this.#timezone;
    const hours = new Buckets(this.#kernel, { timestamp: field, timezone, granularity: "hour" });
    const ids = this.#block.take(4);
    const results = new EntrySpans(this.#kernel);
    const spans = this.#spans.get(value)!;
    return (n) => {
      const { seconds, faults } = this.#timesOf(field, n);
      hours.lookUp(seconds, n, ids);
      results.update(hours.starts.length, (hour) => {
        const start = hours.starts[hour]!;
        return this.#texts.place(ofHour(start + offsetAt(timezone, start)));
      });
      exports.spreadSpans(spans, faults.pointer, ids, results.pointer, n, out);
    };
  }

  #askOnce(
    { column, values, constants }: Call,
    { make, takesEmpty = false }: Extract<Call["member"]["computing"], { way: "text" }>,
    out: number,
  ): Run[] {
    const { exports } = this.#kernel;
    const ofTexts = make(constants, this.#tables);
    const ask = (texts: readonly string[]): string =>
      takesEmpty || !texts.includes("") ? ofTexts(...texts) : "";
    const varying = values.filter((value) => !this.#constants.has(value));
    const [first, ...others] = varying.map((value) => this.#spans.get(value)!);
    if (first === undefined) {
      this.#placeConstant(column, ask(values.map((value) => this.#constants.get(value)!)), out);
      return [];
    }
    const combinations = others.reduce<Combinations>(
      (before, spans) => this.#combine(before, spans),
      this.#single(first),
    );
    const answer = (entry: number): string => {
      const given = combinations.textsOf(entry);
      if (given.length === values.length) return ask(given);
      let next = 0;
      return ask(values.map((value) => this.#constants.get(value) ?? given[next++]!));
    };
    const results = new EntrySpans(this.#kernel);
    return [
      (n) => {
        combinations.encode(n);
        const size = exports.dictSize(combinations.dict) >>> 0;
        results.update(size, (entry) => this.#texts.place(answer(entry)));
        exports.spreadSpans(first, 0, combinations.ids, results.pointer, n, out);
        for (const spans of others) exports.passMissing(spans, n, out);
      },
    ];
  }

  #single(spans: number): Combinations {
    const column = this.#dictionaries.of(spans);
    return {
      dict: column.dict,
      ids: column.ids,
      encode: (n) => column.encode(n),
      textsOf: (entry) => [this.#texts.entry(column.dict, entry)],
    };
  }

  /** Pairs of what was combined so far and one value more. */
  #combine(before: Combinations, spans: number): Combinations {
    const { exports } = this.#kernel;
    const value = this.#dictionaries.of(spans);
    const dict = exports.dictNew() >>> 0;
    const [keys, keySpans, ids] = [8, 8, 4].map((width) => this.#block.take(width as 4 | 8));
    return {
      dict,
      ids: ids!,
      encode: (n) => {
        before.encode(n);
        value.encode(n);
        exports.pairNumbers(before.ids, value.ids, n, keys!, keySpans!);
        exports.dictEncodeCopy(dict, keySpans!, n, 0, ids!);
      },
      textsOf: (entry) => {
        const [at, bytes] = this.#texts.entrySpan(dict, entry);
        assert(bytes === 8, "a pair is of two numbers");
        const pair = new DataView(this.#kernel.u8.buffer, at, bytes);
        const text = this.#texts.entry(value.dict, pair.getUint32(4, true));
        return [...before.textsOf(pair.getUint32(0, true)), text];
      },
    };
  }
}
