// What a regular expression is once it has been read: a tree, with the places of its parts in the text.

import type { Range } from "./character-ranges.ts";

export interface PatternFault {
  /** Index in the pattern. */
  readonly index: number;
  readonly problem: string;
  readonly fix: string;
}

/** What a pattern cannot be taken for. */
export class PatternError extends Error {
  readonly fault: PatternFault;

  constructor(index: number, problem: string, fix = "") {
    super(problem);
    this.fault = { index, problem, fix };
  }
}

/** A place in the pattern: indexes of its first character and of that behind. */
interface Place {
  readonly from: number;
  readonly to: number;
}

export type PatternNode =
  /** One character of these. */
  | { readonly type: "set"; readonly ranges: readonly Range[]; readonly place: Place }
  | { readonly type: "sequence" | "choice"; readonly items: readonly PatternNode[] }
  | {
      readonly type: "repeat";
      readonly item: PatternNode;
      readonly min: number;
      /** Null: any number. */
      readonly max: number | null;
      readonly isLazy: boolean;
      readonly place: Place;
    }
  /** Numbered from 1, in the order of their brackets. */
  | {
      readonly type: "group";
      readonly item: PatternNode;
      readonly index: number;
      readonly name: string | null;
      readonly place: Place;
    }
  | { readonly type: "start" | "end" };

export type Group = Extract<PatternNode, { type: "group" }>;

export interface ParsedPattern {
  readonly text: string;
  readonly tree: PatternNode;
  readonly groups: readonly Group[];
}
