// Whether a text matches a pattern, anywhere in it: a deterministic automaton, so that a byte costs one look into
// a table, whatever the pattern. How the table lies in memory is drawn in the kernel's `regex-layout.ts`.

import { limits } from "../base/limits.ts";
import * as layout from "../kernel/assembly/regex-layout.ts";
import { byteClasses, type ByteClasses } from "./byte-classes.ts";
import { compileProgram, type Program } from "./program.ts";
import { PatternError } from "./pattern-tree.ts";
import { parsePattern } from "./syntax.ts";

/** The table of a pattern's automaton. @throws PatternError */
export function matcherTable(pattern: string): Uint8Array {
  const program = compileProgram(parsePattern(pattern), []);
  return new Determiniser(program).table();
}

/** What the automaton may be at, all at once. */
interface State {
  /** Nodes that take a byte, in order. */
  readonly nodes: readonly number[];
  readonly isMatch: boolean;
  readonly isMatchAtEnd: boolean;
}

class Determiniser {
  readonly #program: Program;
  readonly #classes: ByteClasses;
  /** States in the order of their rows. */
  readonly #states: State[] = [];
  readonly #rows = new Map<string, number>();
  #work = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#classes = byteClasses(program);
  }

  table(): Uint8Array {
    const { count, ofByte, firsts } = this.#classes;
    // The rows of the kernel's words come first: what matches no more, and what has matched.
    this.#rowOf({ nodes: [], isMatch: false, isMatchAtEnd: false });
    this.#rowOf({ nodes: [], isMatch: true, isMatchAtEnd: true });
    const first = this.#rowOf(this.#closure([this.#program.first], true));
    const { again: later } = this.#program;
    const again = this.#closure(later === null ? [] : [later], false);
    const cells: number[] = [];
    for (let row = 0; row < this.#states.length; row += 1) {
      const state = this.#states[row]!;
      cells.push(state.isMatchAtEnd ? 1 : 0);
      const isDecided = row < 2;
      for (const byte of firsts) {
        cells.push(isDecided ? row : this.#rowOf(this.#step(state, byte, again)));
      }
    }
    const rowBytes = 4 * (count + 1);
    const words = cells.map((cell, index) =>
      index % (count + 1) === 0 ? cell : layout.matcherRows + cell * rowBytes,
    );
    const table = new Uint8Array(layout.matcherRows + words.length * 4);
    table.set(ofByte, layout.byteClass);
    const view = new DataView(table.buffer);
    const row = (index: number): number => layout.matcherRows + index * rowBytes;
    view.setUint32(layout.matcherFirst, row(first), true);
    view.setUint32(layout.matcherDecided, row(2), true);
    words.forEach((word, index) => {
      view.setUint32(layout.matcherRows + index * 4, word, true);
    });
    return table;
  }

  #step({ nodes }: State, byte: number, again: State): State {
    const next: number[] = [];
    for (const index of nodes) {
      const node = this.#program.nodes[index]!;
      if (node.op === "bytes" && node.low <= byte && byte <= node.high) next.push(node.next);
    }
    const reached = this.#closure(next, false);
    return {
      nodes: [...new Set([...reached.nodes, ...again.nodes])].sort((a, b) => a - b),
      isMatch: reached.isMatch || again.isMatch,
      isMatchAtEnd: reached.isMatchAtEnd || again.isMatchAtEnd,
    };
  }

  /** What is reached without a byte. */
  #closure(from: readonly number[], isStart: boolean): State {
    const inText = this.#reached(from, isStart, false);
    const atEnd = this.#reached(from, isStart, true);
    const { nodes } = this.#program;
    const isMatch = (reached: ReadonlySet<number>): boolean =>
      [...reached].some((index) => nodes[index]!.op === "match");
    return {
      nodes: [...inText].filter((index) => nodes[index]!.op === "bytes").sort((a, b) => a - b),
      isMatch: isMatch(inText),
      isMatchAtEnd: isMatch(atEnd),
    };
  }

  #reached(from: readonly number[], isStart: boolean, isEnd: boolean): ReadonlySet<number> {
    const reached = new Set<number>();
    const open = [...from];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (reached.has(index)) continue;
      reached.add(index);
      const node = this.#program.nodes[index]!;
      if (node.op === "either") open.push(node.first, node.second);
      else if (node.op === "note") open.push(node.next);
      else if (node.op === "start" && isStart) open.push(node.next);
      else if (node.op === "end" && isEnd) open.push(node.next);
    }
    this.#work += reached.size;
    if (this.#work > limits.patternWorkMax) this.#refuse();
    return reached;
  }

  #rowOf(state: State): number {
    if (state.isMatch && this.#states.length > 1) return 1;
    const key = `${state.isMatchAtEnd ? "$" : ""}${state.isMatch ? "!" : ""}${state.nodes.join()}`;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (this.#states.length >= limits.patternStatesMax) this.#refuse();
    this.#rows.set(key, this.#states.length);
    return this.#states.push(state) - 1;
  }

  #refuse(): never {
    const problem = `the pattern needs more than ${limits.patternStatesMax} states`;
    throw new PatternError(0, problem, "use lesser counts, or anchor it by ^");
  }
}
