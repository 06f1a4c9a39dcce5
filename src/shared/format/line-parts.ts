// The line of a server's configuration, taken apart: texts, and variables that the server puts values in for.
// Each dialect has a reader that makes these parts, and knows what its variables are.

import type { FieldCheck, FieldSplit } from "../model/format/pattern.ts";

/** What a dialect knows of a variable. */
export interface Variable {
  /** Its name in the dialect, as a field is called; several where the value is split. "": nobody asks for it. */
  readonly names: readonly string[];
  /** The field that it is if no other variable of the line is it rather: the one of the least rank, or the first. */
  readonly field?: { readonly name: string; readonly rank: number };
  readonly check?: FieldCheck;
  readonly split?: FieldSplit;
  /** How a time is written, as the option `timestamp` of formats says it. */
  readonly timeForm?: string;
  /** Spaces that every value has. */
  readonly spaces?: number;
  /** Values separated by `, ` or ` : `. */
  readonly isList?: true;
  /** Whether a value may have whatever a client has sent, spaces too; `always` where most have spaces. */
  readonly isFree?: true | "always";
  /** Values for none; `-` where this is left out. */
  readonly missing?: readonly string[];
}

export interface VariablePart {
  readonly kind: "variable";
  /** As the line has it, for people. */
  readonly written: string;
  /** Where in the line of the configuration it stands. */
  readonly index: number;
  readonly variable: Variable;
}

export type LinePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "blanks" }
  | VariablePart
  /** Parts that older servers, or some of them, do not write. */
  | { readonly kind: "optional"; readonly parts: readonly LinePart[] };

/** What is wrong with a line, and where in it. */
export interface LineFault {
  readonly index: number;
  readonly problem: string;
  readonly fix: string;
}

/** What a reader makes of a line: its parts, as far as it could be read, and all that is wrong with it. */
export interface ReadLine {
  readonly parts: readonly LinePart[];
  readonly faults: readonly LineFault[];
}

/** How a value in quotes is written. */
export type Escape =
  /** A backslash before a quote that is part of it. */
  | "backslash"
  /** Quotes never are part of it. */
  | "hex"
  /** As it is: it ends at a quote and what follows it. */
  | "none";
