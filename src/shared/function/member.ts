// What a function of field values is: what it takes, what it says for, and how it is computed.
//
// Texts are "binary strings" here, one character a byte, since values are bytes: they need not be UTF-8. A value
// that is missing or empty gives the same, without the function being asked; a function that has no answer gives
// the empty text. Neither rejects a line.

import type { Kernel } from "../kernel/kernel.ts";

export interface Parameter {
  readonly name: string;
  /**
   * `value`: a field, a constant, or what another function gives. `text`, `number` and `pattern`, a regular
   * expression, are constants. `time`: the
   * name of a field with a time. `table`: the name of a table of the configuration, or the path of its file; in a
   * plan, and to whoever computes, it is the name by which the table is known there.
   */
  readonly kind: "value" | "text" | "number" | "time" | "table" | "pattern";
  /** Any number of them, as the last parameter. */
  readonly isRepeated?: true;
  /** It may be left out, as the last parameter. */
  readonly isOptional?: true;
}

/** The tables of a plan, by the names that it knows them by. */
export interface PlanTables {
  /** Its bytes. */
  bytes(name: string): Uint8Array;
  /** Where it lies in the memory of the kernel. */
  placed(name: string): number;
}

/** Columns of spans in kernel memory: those of the values, and the one that is written. */
type ColumnFunction = (values: readonly number[], n: number, out: number) => void;

/** @param constants those of the call, in order: numbers as written, texts as bytes */
type Computing =
  /** Called once for every different value, or combination of values, of a batch. */
  | {
      readonly way: "text";
      readonly make: (
        constants: readonly string[],
        tables: PlanTables,
      ) => (...values: string[]) => string;
      /** Whether it is asked for empty values, too. */
      readonly takesEmpty?: boolean;
    }
  /** Of the time in a field; asked once for every hour on the clock. */
  | {
      readonly way: "time";
      /** @param localSec the hour's first second as the clock shows it, counted as if it were UTC */
      readonly ofHour: (localSec: number) => string;
    }
  /** A call of the kernel for every vector of lines. */
  | {
      readonly way: "kernel";
      readonly place: (
        kernel: Kernel,
        constants: readonly string[],
        tables: PlanTables,
      ) => ColumnFunction;
    };

export interface FunctionMember {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly description: string;
  /** Shown in the documentation, and tested: fields by name, a call with them, and what it gives. */
  readonly examples: readonly FunctionExample[];
  readonly computing: Computing;
  /** What is wrong with the constants of a call; null where nothing is. */
  readonly check?: (constants: readonly string[]) => string | null;
  /** What its answers depend on beside its arguments. */
  readonly rules?: string;
  /** Which tables it looks values up in; of a function with a parameter of kind `table`. */
  readonly tables?: "addresses" | "rows";
}

interface FunctionExample {
  readonly call: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly gives: string;
  /** What the table has that it looks the value up in: from the key, or the first address of a range, to the text. */
  readonly table?: Readonly<Record<string, string>>;
}
