// Turns the guards of a program into ways of their own, so that whoever runs it need not look ahead: a node behind a
// guard is made once more, without the bytes that the guard forbids.

import { assert } from "../base/assert.ts";
import type { Range } from "./character-ranges.ts";
import { NodeList, type Guard, type GuardedNode, type ProgramNode } from "./program-nodes.ts";

interface Unguarded {
  readonly nodes: readonly ProgramNode[];
  readonly first: number;
}

/** @throws PatternError when it becomes too large. */
export function unguarded(from: readonly GuardedNode[], first: number): Unguarded {
  return new Unguarding(from).run(first);
}

/** A node that is still to be made. */
interface Due {
  /** Its number. */
  readonly at: number;
  /** That of what it is made of. */
  readonly index: number;
  readonly guard: Guard;
}

class Unguarding {
  readonly #from: readonly GuardedNode[];
  readonly #nodes = new NodeList<ProgramNode>();
  readonly #known = new Map<string, number>();
  readonly #due: Due[] = [];

  constructor(from: readonly GuardedNode[]) {
    this.#from = from;
  }

  run(first: number): Unguarded {
    const begin = this.#behind(first, []);
    for (let due = this.#due.pop(); due !== undefined; due = this.#due.pop()) {
      this.#nodes.all[due.at] = this.#made(due);
    }
    return { nodes: this.#nodes.all, first: begin };
  }

  /** The node that is `index` where a guard holds. */
  #behind(index: number, guard: Guard): number {
    const node = this.#from[index]!;
    if (node.op === "guard") return this.#behind(node.next, [...guard, ...node.guard]);
    const key = `${index}:${JSON.stringify(guard)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const at = this.#nodes.add({ op: "match" });
    this.#known.set(key, at);
    this.#due.push({ at, index, guard });
    return at;
  }

  #made({ index, guard }: Due): ProgramNode {
    const node = this.#from[index]!;
    switch (node.op) {
      case "bytes":
        return this.#bytes([node.low, node.high], node.next, guard);
      case "either":
        return {
          op: "either",
          first: this.#behind(node.first, guard),
          second: this.#behind(node.second, guard),
        };
      case "note":
      case "start":
        return { ...node, next: this.#behind(node.next, guard) };
      case "end":
        // Nothing follows there.
        return { ...node, next: this.#behind(node.next, []) };
      case "match":
        return guard.length === 0 ? node : this.#matchBehind(index, guard);
      case "guard":
        assert(false, "what is behind a guard is made, and no guard");
    }
  }

  /** A match, unless what the guard forbids follows. */
  #matchBehind(index: number, guard: Guard): ProgramNode {
    const first = this.#nodes.add({ op: "end", next: this.#behind(index, []) });
    const second = this.#nodes.add(this.#bytes([0, 0xff], index, guard));
    return { op: "either", first, second };
  }

  /** A byte of the range that the guard allows, and what it forbids behind that. */
  #bytes(range: Range, next: number, guard: Guard): ProgramNode {
    const ways = allowed(range, guard).map(({ range: [low, high], rest }): ProgramNode => {
      return { op: "bytes", low, high, next: this.#behind(next, rest) };
    });
    const last = ways.pop() ?? { op: "bytes", low: 1, high: 0, next: 0 };
    return ways.reduceRight<ProgramNode>((others, way) => {
      return { op: "either", first: this.#nodes.add(way), second: this.#nodes.add(others) };
    }, last);
  }
}

interface Allowed {
  readonly range: Range;
  /** What must not follow a byte of it. */
  readonly rest: Guard;
}

/** The parts of a range of bytes that a guard tells from each other, without those that it forbids. */
function allowed([low, high]: Range, guard: Guard): readonly Allowed[] {
  const begins = guard.flatMap(([[from, to] = [0, 0]]) => [from, to + 1]);
  const cuts = [...new Set([low, ...begins.filter((at) => low < at && at <= high)])].sort(
    (a, b) => a - b,
  );
  return cuts.flatMap((from, index): Allowed[] => {
    const begun = guard.filter(([first]) => first![0] <= from && from <= first![1]);
    if (begun.some(({ length }) => length === 1)) return [];
    const range: Range = [from, (cuts[index + 1] ?? high + 1) - 1];
    return [{ range, rest: begun.map(([, ...rest]) => rest) }];
  });
}
