// The program of delimited lines in the kernel: which value goes to which column. Lines that name the values of those
// behind them come back from the kernel, one at a time, and change the program.

import * as layout from "../../shared/kernel/assembly/delimited-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";

/** What does not change from line to line. */
export interface DelimitedOptions {
  /** A byte; 0: blanks. */
  readonly delimiter: number;
  readonly quotes: number;
  /** A byte; 0: there are none. */
  readonly comment: number;
  /** Values that stand for a missing one. */
  readonly missing: readonly string[];
  /** Whether a line may have more values than there are names. */
  readonly hasMore: boolean;
}

export class Delimited {
  /** What is done with a line that the kernel gives back, one character a byte. */
  onReport: (line: string) => void = () => undefined;
  readonly #kernel: Kernel;
  readonly #options: DelimitedOptions;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #ignored: number;
  /** Address of the program in the kernel. */
  readonly program: number;
  /** Of the names in force; null before any. */
  #key: string | null = null;

  /**
   * @param columns span columns of the fields that are asked for
   * @param ignored a column that nobody reads
   */
  constructor(
    kernel: Kernel,
    options: DelimitedOptions,
    columns: ReadonlyMap<string, number>,
    ignored: number,
  ) {
    const { delimiter, quotes, comment, missing } = options;
    this.#kernel = kernel;
    this.#options = options;
    this.#columns = columns;
    this.#ignored = ignored;
    const marks = missing.flatMap((mark) => {
      const bytes = new TextEncoder().encode(mark);
      return [kernel.place(bytes), bytes.length];
    });
    const markList = this.#placeWords(marks);
    this.program = kernel.place(new Uint8Array(layout.delimitedBytes));
    this.#set(layout.delimitedDelimiter, delimiter);
    this.#set(layout.delimitedQuotes, quotes);
    this.#set(layout.delimitedComment, comment);
    this.#set(layout.delimitedMarks, markList);
    this.#set(layout.delimitedMarkCount, missing.length);
  }

  /** Which lines come back. */
  report(reports: number): void {
    this.#set(layout.delimitedReports, reports);
  }

  /** From here on these are the names of the values; null for one that nobody can ask for. */
  name(names: readonly (string | null)[]): void {
    const key = JSON.stringify(names);
    if (key === this.#key) return;
    this.#key = key;
    const wanted = names.map((name, index) => {
      const isFirst = name !== null && names.indexOf(name) === index;
      return (isFirst ? this.#columns.get(name) : undefined) ?? null;
    });
    const last = wanted.findLastIndex((column) => column !== null);
    const absent = [...this.#columns].flatMap(([name, column]) =>
      names.includes(name) ? [] : [column],
    );
    const columnList = this.#placeWords(
      wanted.slice(0, last + 1).map((column) => column ?? this.#ignored),
    );
    const absentList = this.#placeWords(absent);
    this.#set(layout.delimitedFieldCount, last + 1);
    this.#set(layout.delimitedColumns, columnList);
    this.#set(layout.delimitedAbsent, absentList);
    this.#set(layout.delimitedAbsentCount, absent.length);
    this.#set(layout.delimitedValuesLeast, names.length);
    this.#set(layout.delimitedValuesMost, this.#options.hasMore ? 0xffff_ffff : names.length);
    this.#set(layout.delimitedNamed, names.length > 0 ? 1 : 0);
  }

  readonly cut = (cursor: number, capacity: number): number => {
    const { exports } = this.#kernel;
    for (let events = 0; ;) {
      events = exports.tokeniseDelimited(cursor, this.program, events, capacity);
      const words = this.#kernel.u32;
      const at = words[(this.program + layout.delimitedLine) >>> 2]!;
      if (at === 0) return events;
      const length = words[(this.program + layout.delimitedLineLength) >>> 2]!;
      this.onReport(Buffer.from(this.#kernel.u8.subarray(at, at + length)).toString("latin1"));
    }
  };

  #set(at: number, value: number): void {
    this.#kernel.u32[(this.program + at) >>> 2] = value;
  }

  #placeWords(words: readonly number[]): number {
    return this.#kernel.place(new Uint8Array(new Uint32Array(words).buffer));
  }
}
