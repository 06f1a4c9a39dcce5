// Lines that are cut by delimiters: puts the steps of a pattern into the kernel's memory, with the column
// that each of its fields goes to.

import { innerPattern } from "../../shared/kernel/assembly/inner-layout.ts";
import * as layout from "../../shared/kernel/assembly/pattern-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type {
  FieldCheck,
  FieldEnd,
  FieldSplit,
  FieldStep,
  PatternFormat,
  PatternStep,
} from "../../shared/model/format/pattern.ts";
import type { Tokeniser } from "./tokeniser.ts";

const ends: { readonly [At in FieldEnd["at"]]: number } = {
  text: layout.endText,
  text_or_line: layout.endTextOrLine,
  quote: layout.endQuote,
  list: layout.endList,
  last: layout.endLast,
  line: layout.endLine,
};

const checks: { readonly [Check in FieldCheck]: number } = {
  status: layout.checkStatus,
  count: layout.checkCount,
  number: layout.checkNumber,
  host: layout.checkHost,
  user: layout.checkUser,
  word: layout.checkWord,
  time: layout.checkTime,
};

const splits: { readonly [Split in FieldSplit]: number } = {
  request: layout.splitRequest,
  endpoint: layout.splitEndpoint,
  first: layout.splitFirst,
};

export function patternTokeniser(format: PatternFormat): Tokeniser {
  const { steps, appended = false } = format;
  const placeProgram = (kernel: Kernel, columns: ReadonlyMap<string, number>): number => {
    const count = recordsOf(steps);
    const first = kernel.place(new Uint8Array(count * layout.stepBytes));
    new StepWriter(kernel, columns, first).writeAll(steps);
    const program = kernel.place(new Uint8Array(layout.patternBytes));
    const memory = kernel.u32;
    memory[(program + layout.patternSteps) >>> 2] = first;
    memory[(program + layout.patternStepsEnd) >>> 2] = first + count * layout.stepBytes;
    memory[(program + layout.patternAppended) >>> 2] = appended ? 1 : 0;
    return program;
  };
  return {
    place(kernel, columns) {
      const program = placeProgram(kernel, columns);
      return (cursor, capacity) => kernel.exports.tokenisePattern(cursor, program, capacity);
    },
    placeInner: (kernel, columns) => ({
      kind: innerPattern,
      program: placeProgram(kernel, columns),
    }),
  };
}

/** Steps in memory: those of an optional part follow the one that decides whether it is there. */
function recordsOf(steps: readonly PatternStep[]): number {
  return steps.reduce(
    (sum, step) => sum + 1 + (step.op === "optional" ? recordsOf(step.steps) : 0),
    0,
  );
}

class StepWriter {
  readonly #kernel: Kernel;
  readonly #columns: ReadonlyMap<string, number>;
  /** Where the next step goes. */
  #at: number;

  constructor(kernel: Kernel, columns: ReadonlyMap<string, number>, at: number) {
    this.#kernel = kernel;
    this.#columns = columns;
    this.#at = at;
  }

  writeAll(steps: readonly PatternStep[]): void {
    for (const step of steps) {
      const at = this.#at;
      this.#at += layout.stepBytes;
      if (step.op === "literal") {
        this.#set(at, layout.stepKind, layout.kindLiteral);
        this.#setText(at, step.text);
      } else if (step.op === "blanks") {
        this.#set(at, layout.stepKind, layout.kindBlanks);
      } else if (step.op === "field") {
        this.#writeField(at, step);
      } else {
        this.#set(at, layout.stepKind, layout.kindOptional);
        this.#setText(at, step.steps[0].text);
        this.writeAll(step.steps);
        this.#set(at, layout.stepSkip, this.#at);
      }
    }
  }

  #writeField(at: number, { names, end, spaces = 0, check, split, missing }: FieldStep): void {
    this.#set(at, layout.stepKind, layout.kindField);
    this.#set(at, layout.stepEnd, ends[end.at]);
    if ("text" in end) this.#setText(at, end.text);
    this.#set(at, layout.stepSpaces, spaces);
    this.#set(at, layout.stepCheck, check === undefined ? layout.checkNone : checks[check]);
    this.#set(at, layout.stepSplit, split === undefined ? layout.splitNone : splits[split]);
    names.forEach((name, index) => {
      this.#set(at, layout.stepColumns + index * 4, this.#columns.get(name) ?? 0);
    });
    const marks = missing.flatMap((mark) => this.#placeText(mark));
    const first = this.#kernel.place(new Uint8Array(new Uint32Array(marks).buffer));
    this.#set(at, layout.stepMarks, first);
    this.#set(at, layout.stepMarksEnd, first + missing.length * layout.markBytes);
  }

  #set(step: number, offset: number, value: number): void {
    this.#kernel.u32[(step + offset) >>> 2] = value;
  }

  #setText(step: number, text: string): void {
    const [address, bytes] = this.#placeText(text);
    this.#set(step, layout.stepText, address);
    this.#set(step, layout.stepTextBytes, bytes);
  }

  /** Address and length of a text's bytes. */
  #placeText(text: string): readonly [number, number] {
    const bytes = new TextEncoder().encode(text);
    return [this.#kernel.place(bytes), bytes.length];
  }
}
