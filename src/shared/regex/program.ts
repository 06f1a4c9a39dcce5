// A pattern as a machine over bytes: nodes that take a byte, choose between two ways, note a place, or ask whether
// the text begins or ends here. Automata are made of it.
//
// Characters are those of UTF-8. Where a class has every character that is not of ASCII, as `.`, `[^"]` and `\S`
// have, and is repeated without an upper bound, it takes byte by byte: in UTF-8 that makes no difference, and values
// with other bytes in them still match. Elsewhere a byte that is of no character matches nothing.

import { limits } from "../base/limits.ts";
import {
  byteSequences,
  isWide,
  wideBytes,
  type ByteSequence,
  type Range,
} from "./character-ranges.ts";
import {
  PatternError,
  type Group,
  type ParsedPattern,
  type PatternNode,
  type Place,
} from "./pattern-tree.ts";

type ProgramNode =
  | {
      readonly op: "bytes";
      readonly low: number;
      readonly high: number;
      readonly next: number;
      /** Of the atom in the pattern. */
      readonly place: Place;
    }
  /** The first way is tried first. */
  | { readonly op: "either"; readonly first: number; readonly second: number }
  | { readonly op: "note"; readonly slot: number; readonly next: number }
  | { readonly op: "start" | "end"; readonly next: number }
  | { readonly op: "match" };

export interface Program {
  readonly text: string;
  readonly nodes: readonly ProgramNode[];
  readonly first: number;
}

/**
 * @param captured whose places are noted: the beginning of the first in slot 0, its end in slot 1, and so on
 * @throws PatternError
 */
export function compileProgram(
  { text, tree }: Pick<ParsedPattern, "text" | "tree">,
  captured: readonly Group[],
): Program {
  const compiler = new Compiler(captured);
  const match = compiler.add({ op: "match" });
  const first = compiler.compile(tree, match);
  return { text, nodes: compiler.nodes, first };
}

class Compiler {
  readonly nodes: ProgramNode[] = [];
  readonly #captured: readonly Group[];
  #repetitions = 0;

  constructor(captured: readonly Group[]) {
    this.#captured = captured;
  }

  add(node: ProgramNode): number {
    const { patternNodesMax } = limits;
    if (this.nodes.length >= patternNodesMax) {
      const problem = `the pattern is too large: repetitions written out, it has more than ${patternNodesMax} parts`;
      throw new PatternError(0, problem, "repeat less, or without a number");
    }
    return this.nodes.push(node) - 1;
  }

  /** The node where a text begins that is of `tree`, and goes on at `next`. */
  compile(tree: PatternNode, next: number): number {
    switch (tree.type) {
      case "set":
        return this.#set(byteSequences(tree.ranges), tree.place, next);
      case "sequence":
        return tree.items.reduceRight((behind, item) => this.compile(item, behind), next);
      case "choice":
        return tree.items
          .map((item) => this.compile(item, next))
          .reduceRight((second, first) => this.add({ op: "either", first, second }));
      case "repeat":
        return this.#repeat(tree, next);
      case "group":
        return this.#group(tree, next);
      case "start":
      case "end":
        return this.add({ op: tree.type, next });
    }
  }

  #group(group: Group, next: number): number {
    const position = this.#captured.findIndex(({ index }) => index === group.index);
    if (position < 0) return this.compile(group.item, next);
    if (this.#repetitions > 0) {
      const what = group.name === null ? "a group" : `the group ${group.name}`;
      throw new PatternError(
        group.place.from,
        `${what} is repeated, so that it would have several values`,
        "put the repetition into the group",
      );
    }
    const end = this.add({ op: "note", slot: position * 2 + 1, next });
    return this.add({ op: "note", slot: position * 2, next: this.compile(group.item, end) });
  }

  #repeat(repeat: Extract<PatternNode, { type: "repeat" }>, next: number): number {
    const { item, min, max } = repeat;
    const once = this.#once(repeat);
    if (max === 1 && min === 0) return this.#choice(repeat, once(next), next);
    this.#repetitions += 1;
    let at = next;
    if (max === null) at = this.#loop(repeat, once, next);
    else {
      for (let count = min; count < max; count += 1) at = this.#choice(repeat, once(at), next);
    }
    // A loop whose item has a byte at least has been gone through once.
    const written = max === null && min > 0 && !canBeEmpty(item) ? min - 1 : min;
    for (let count = 0; count < written; count += 1) at = once(at);
    this.#repetitions -= 1;
    return at;
  }

  /** Any number of times, or once at least where the item cannot be empty and must be there. */
  #loop(
    repeat: Extract<PatternNode, { type: "repeat" }>,
    once: (next: number) => number,
    next: number,
  ): number {
    const again = this.#choice(repeat, next, next);
    const first = once(again);
    this.nodes[again] = { op: "either", ...this.#ways(repeat, first, next) };
    return repeat.min > 0 && !canBeEmpty(repeat.item) ? first : again;
  }

  #once({ item, min, max }: Extract<PatternNode, { type: "repeat" }>): (next: number) => number {
    if (item.type === "set" && max === null && min <= 1 && isWide(item.ranges)) {
      const single = wideBytes(item.ranges).map((range): ByteSequence => [range]);
      return (next) => this.#set(single, item.place, next);
    }
    return (next) => this.compile(item, next);
  }

  #choice(repeat: { readonly isLazy: boolean }, more: number, next: number): number {
    return this.add({ op: "either", ...this.#ways(repeat, more, next) });
  }

  #ways({ isLazy }: { readonly isLazy: boolean }, more: number, next: number) {
    return isLazy ? { first: next, second: more } : { first: more, second: next };
  }

  /** Sequences that begin alike share what they begin with, so that a byte leads one way. */
  #set(sequences: readonly ByteSequence[], place: Place, next: number): number {
    const heads = new Map<string, { range: Range; rests: ByteSequence[] }>();
    for (const [range, ...rest] of sequences) {
      const key = range!.join();
      const head = heads.get(key) ?? { range: range!, rests: [] };
      heads.set(key, head);
      if (rest.length > 0) head.rests.push(rest);
    }
    const ways = [...heads.values()].map(({ range: [low, high], rests }) => {
      const behind = rests.length > 0 ? this.#set(rests, place, next) : next;
      return this.add({ op: "bytes", low, high, next: behind, place });
    });
    if (ways.length === 0) return this.add({ op: "bytes", low: 1, high: 0, next, place });
    return ways.reduceRight((second, first) => this.add({ op: "either", first, second }));
  }
}

function canBeEmpty(tree: PatternNode): boolean {
  switch (tree.type) {
    case "set":
      return false;
    case "sequence":
      return tree.items.every(canBeEmpty);
    case "choice":
      return tree.items.some(canBeEmpty);
    case "repeat":
      return tree.min === 0 || canBeEmpty(tree.item);
    case "group":
      return canBeEmpty(tree.item);
    case "start":
    case "end":
      return true;
  }
}
