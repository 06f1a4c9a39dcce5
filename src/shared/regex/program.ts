// A pattern as a machine over bytes: nodes that take a byte, choose between two ways, note a place, or ask whether
// the text begins or ends here. Automata are made of it.
//
// Characters are those of UTF-8; a byte that belongs to none is one of its own, which `.`, `[^"]` and `\S` take.

import { byteSequences, hasLoneBytes, type ByteSequence, type Range } from "./character-ranges.ts";
import { loneBytes } from "./lone-bytes.ts";
import { NodeList, type GuardedNode, type ProgramNode } from "./program-nodes.ts";
import { PatternError, type Group, type ParsedPattern, type PatternNode } from "./pattern-tree.ts";
import { unguarded } from "./unguarded.ts";

export interface Program {
  readonly text: string;
  readonly nodes: readonly ProgramNode[];
  /** Where the pattern begins at the beginning of a text. */
  readonly first: number;
  /** Where it begins at every later byte; null where that is left to `first`, or it can only begin with the text. */
  readonly again: number | null;
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
  const pattern = compiler.compile(tree, match);
  const { all } = compiler.nodes;
  if (!all.some(({ op }) => op === "guard"))
    return { text, nodes: all as ProgramNode[], first: pattern, again: pattern };
  // Behind a byte may be the middle of a character, where nothing begins.
  const first = canBeginLater(all, pattern) ? compiler.behindAnything(pattern) : pattern;
  return { text, ...unguarded(all, first), again: null };
}

class Compiler {
  readonly nodes = new NodeList<GuardedNode>();
  readonly #captured: readonly Group[];
  #repetitions = 0;

  constructor(captured: readonly Group[]) {
    this.#captured = captured;
  }

  add(node: GuardedNode): number {
    return this.nodes.add(node);
  }

  /** A node where `next` begins behind as few characters as possible. */
  behindAnything(next: number): number {
    const loop = this.add({ op: "either", first: next, second: next });
    const second = this.#set([[0, 0x10ffff]], loop);
    this.nodes.all[loop] = { op: "either", first: next, second };
    return loop;
  }

  /** The node where a text begins that is of `tree`, and goes on at `next`. */
  compile(tree: PatternNode, next: number): number {
    switch (tree.type) {
      case "set":
        return this.#set(tree.ranges, next);
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
    const once = (behind: number): number => this.compile(item, behind);
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
    this.nodes.all[again] = { op: "either", ...this.#ways(repeat, first, next) };
    return repeat.min > 0 && !canBeEmpty(repeat.item) ? first : again;
  }

  #choice(repeat: { readonly isLazy: boolean }, more: number, next: number): number {
    return this.add({ op: "either", ...this.#ways(repeat, more, next) });
  }

  #ways({ isLazy }: { readonly isLazy: boolean }, more: number, next: number) {
    return isLazy ? { first: next, second: more } : { first: more, second: next };
  }

  /** One character. */
  #set(ranges: readonly Range[], next: number): number {
    const ways = this.#sequences(byteSequences(ranges), next);
    if (hasLoneBytes(ranges)) ways.push(...this.#loneBytes(next));
    if (ways.length === 0) return this.add({ op: "bytes", low: 1, high: 0, next });
    return ways.reduceRight((second, first) => this.add({ op: "either", first, second }));
  }

  #loneBytes(next: number): number[] {
    return loneBytes.map(({ range: [low, high], guard }) => {
      const behind = guard.length === 0 ? next : this.add({ op: "guard", guard, next });
      return this.add({ op: "bytes", low, high, next: behind });
    });
  }

  /** Sequences that begin alike share what they begin with, so that a byte leads one way. */
  #sequences(sequences: readonly ByteSequence[], next: number): number[] {
    const heads = new Map<string, { range: Range; rests: ByteSequence[] }>();
    for (const [range, ...rest] of sequences) {
      const key = range!.join();
      const head = heads.get(key) ?? { range: range!, rests: [] };
      heads.set(key, head);
      if (rest.length > 0) head.rests.push(rest);
    }
    return [...heads.values()].map(({ range: [low, high], rests }) => {
      const behind =
        rests.length === 0
          ? next
          : this.#sequences(rests, next).reduceRight((second, first) =>
              this.add({ op: "either", first, second }),
            );
      return this.add({ op: "bytes", low, high, next: behind });
    });
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

/** Whether a pattern matches anything that is not at the beginning of the text. */
function canBeginLater(nodes: readonly GuardedNode[], pattern: number): boolean {
  const reached = new Set<number>();
  const open = [pattern];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    const node = nodes[index]!;
    if (node.op === "either") open.push(node.first, node.second);
    else if (node.op === "note") open.push(node.next);
    else if (node.op !== "start") return true;
  }
  return false;
}
