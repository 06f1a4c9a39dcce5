// Putting the program of delimited lines into the kernel: which value goes to which column.

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
}

export function placeDelimited(kernel: Kernel, options: DelimitedOptions): number {
  const { delimiter, quotes, comment, missing } = options;
  const marks = missing.flatMap((mark) => {
    const bytes = new TextEncoder().encode(mark);
    return [kernel.place(bytes), bytes.length];
  });
  const markList = placeWords(kernel, marks);
  const program = kernel.place(new Uint8Array(layout.delimitedBytes));
  const memory = kernel.u32;
  const set = (at: number, value: number): void => {
    memory[(program + at) >>> 2] = value;
  };
  set(layout.delimitedDelimiter, delimiter);
  set(layout.delimitedQuotes, quotes);
  set(layout.delimitedComment, comment);
  set(layout.delimitedMarks, markList);
  set(layout.delimitedMarkCount, missing.length);
  return program;
}

/**
 * Writes which column each value goes to.
 * @param names of the values, null where nobody can ask for one
 * @param columns span columns of the fields that are asked for
 * @param ignored a column that nobody reads
 */
export function placeNames(
  kernel: Kernel,
  program: number,
  names: readonly (string | null)[],
  columns: ReadonlyMap<string, number>,
  ignored: number,
): void {
  const wanted = names.map((name, index) => {
    const isFirst = name !== null && names.indexOf(name) === index;
    return (isFirst ? columns.get(name) : undefined) ?? null;
  });
  const last = wanted.findLastIndex((column) => column !== null);
  const absent = [...columns].flatMap(([name, column]) => (names.includes(name) ? [] : [column]));
  const columnList = placeWords(
    kernel,
    wanted.slice(0, last + 1).map((column) => column ?? ignored),
  );
  const absentList = placeWords(kernel, absent);
  const memory = kernel.u32;
  const set = (at: number, value: number): void => {
    memory[(program + at) >>> 2] = value;
  };
  set(layout.delimitedFieldCount, last + 1);
  set(layout.delimitedColumns, columnList);
  set(layout.delimitedAbsent, absentList);
  set(layout.delimitedAbsentCount, absent.length);
  set(layout.delimitedValuesLeast, names.length);
  set(layout.delimitedValuesMost, names.length);
}

function placeWords(kernel: Kernel, words: readonly number[]): number {
  return kernel.place(new Uint8Array(new Uint32Array(words).buffer));
}
