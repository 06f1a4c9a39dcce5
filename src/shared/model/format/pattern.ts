// A line that is cut by delimiters, as plain data: what the dialects of servers (`shared/format`) become, and what
// the kernel runs. Steps go strictly from left to right, each begins where the one before has ended, and none is
// tried twice. The steps are the meaning of the lines, so they are part of definition keys.

import type { FieldTypes } from "./field-types.ts";

/** Where a field ends; what stands there is left to the next step. */
export type FieldEnd =
  /** At the first of these bytes, which must be there. */
  | { readonly at: "text"; readonly text: string }
  /** There, or at the end of the line. */
  | { readonly at: "text_or_line"; readonly text: string }
  /** At the first quote that no backslash escapes. */
  | { readonly at: "quote" }
  /** At the first space that does not belong to `, ` or ` : `, as nginx separates the servers it has tried. */
  | { readonly at: "list" }
  /** So many bytes before the end of the line as this has. */
  | { readonly at: "last"; readonly text: string }
  | { readonly at: "line" };

/** What a value must be, unless it is one of the marks for a missing one. */
export type FieldCheck =
  /** Three digits from 100 to 599. */
  | "status"
  /** Digits. */
  | "count"
  /** A decimal number. */
  | "number"
  /** An address or a name, without a port. */
  | "host"
  /** Anything but an address: what stands where another format has the client. */
  | "user"
  /** No spaces, and at least one byte. */
  | "word"
  /** A letter or a digit, and no bracket or quote behind it. Whether there is such a time is asked by who needs it. */
  | "time";

/** What becomes of a value: fields, by the names that the step gives them. */
export type FieldSplit =
  /** Method, URL and protocol of a request line. */
  | "request"
  /** Host and port; brackets around an IPv6 address are no part of it. */
  | "endpoint"
  /** The first of a list that is separated by commas or spaces; it alone is checked. */
  | "first";

interface LiteralStep {
  readonly op: "literal";
  readonly text: string;
}

/** One space or more. */
interface BlanksStep {
  readonly op: "blanks";
}

export interface FieldStep {
  readonly op: "field";
  /** One name, or as many as the split makes; "" is what nobody asks for. */
  readonly names: readonly string[];
  readonly end: FieldEnd;
  /** Spaces that are a part of the value, before its end is looked for. */
  readonly spaces?: number;
  readonly check?: FieldCheck;
  readonly split?: FieldSplit;
  /** Values that say that there is none. */
  readonly missing: readonly string[];
}

/** Steps that are taken where the literal stands that they begin with; otherwise their fields are missing. */
interface OptionalStep {
  readonly op: "optional";
  readonly steps: readonly [LiteralStep, ...PatternStep[]];
}

export type PatternStep = LiteralStep | BlanksStep | FieldStep | OptionalStep;

export interface PatternFormat extends FieldTypes {
  readonly type: "pattern";
  readonly steps: readonly PatternStep[];
  /** What follows the last step behind a space is ignored, since servers are made to append fields. */
  readonly appended?: true;
}

/** All field steps in the order of the line. */
export function fieldSteps(steps: readonly PatternStep[]): readonly FieldStep[] {
  return steps.flatMap((step) => {
    if (step.op === "optional") return fieldSteps(step.steps);
    return step.op === "field" ? [step] : [];
  });
}

export function patternFields({ steps }: PatternFormat): string[] {
  return fieldSteps(steps).flatMap(({ names }) => names.filter((name) => name !== ""));
}
