// What programs are made of.

import { limits } from "../base/limits.ts";
import type { ByteSequence } from "./character-ranges.ts";
import { PatternError } from "./pattern-tree.ts";

export type ProgramNode =
  | { readonly op: "bytes"; readonly low: number; readonly high: number; readonly next: number }
  /** The first way is tried first. */
  | { readonly op: "either"; readonly first: number; readonly second: number }
  | { readonly op: "note"; readonly slot: number; readonly next: number }
  | { readonly op: "start" | "end"; readonly next: number }
  | { readonly op: "match" };

/** None of these sequences of bytes may follow. */
export type Guard = readonly ByteSequence[];

/** A node of a program that is being made. */
export type GuardedNode =
  ProgramNode | { readonly op: "guard"; readonly guard: Guard; readonly next: number };

/** The nodes of a program, by number. */
export class NodeList<Node extends GuardedNode> {
  readonly all: Node[] = [];

  /** @throws PatternError when there would be too many. */
  add(node: Node): number {
    const { patternNodesMax } = limits;
    if (this.all.length >= patternNodesMax) {
      const problem = `the pattern is too large: repetitions written out, it has more than ${patternNodesMax} parts`;
      throw new PatternError(0, problem, "repeat less, or without a number");
    }
    return this.all.push(node) - 1;
  }
}
