// The first place in a text where a pattern matches, and where a group of it lies there. All ways of reading the
// text are followed at once, in the order in which they are preferred, so that a byte costs as much as the
// pattern is long at most: as JavaScript finds it, without trying anything twice. (But for repetitions of what may be
// empty: JavaScript takes an empty one back and looks for a longer one.)

import { compileProgram, type Program } from "./program.ts";
import type { Group, ParsedPattern } from "./pattern-tree.ts";

/** One way of reading: the node that takes the next byte, and the ends of what is looked for; -1 is none yet. */
interface Way {
  readonly node: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Looks for a pattern in texts, one character a byte; gives what the group has there, null where the pattern is
 * nowhere, or the group no part of it.
 * @throws PatternError
 */
export function textFinder(
  pattern: ParsedPattern,
  group: Group | null,
): (text: string) => string | null {
  const whole: Group = {
    ...{ type: "group", index: 0, name: null, item: pattern.tree },
    place: { from: 0, to: pattern.text.length },
  };
  const tree = group === null ? whole : pattern.tree;
  const program = compileProgram({ text: pattern.text, tree }, [group ?? whole]);
  return (text) => {
    const found = new Search(program, text).run();
    return found === null || found.to < 0 ? null : text.slice(found.from, found.to);
  };
}

class Search {
  readonly #program: Program;
  readonly #text: string;
  /** The place at which a node was last reached. */
  readonly #reached: Int32Array;
  #found: Way | null = null;

  constructor(program: Program, text: string) {
    this.#program = program;
    this.#text = text;
    this.#reached = new Int32Array(program.nodes.length).fill(-1);
  }

  run(): Way | null {
    const text = this.#text;
    let ways: Way[] = [];
    for (let at = 0; ; at += 1) {
      // A way that begins later counts for less, and for nothing once there is a match.
      const begin = at === 0 ? this.#program.first : this.#program.again;
      if (this.#found === null && begin !== null) {
        this.#follow({ node: begin, from: -1, to: -1 }, at, ways);
      }
      if (at === text.length || ways.length === 0) {
        if (at === text.length || this.#found !== null) return this.#found;
        continue;
      }
      const byte = text.charCodeAt(at);
      const next: Way[] = [];
      for (const way of ways) {
        const node = this.#program.nodes[way.node]!;
        if (node.op !== "bytes" || byte < node.low || byte > node.high) continue;
        if (this.#follow({ ...way, node: node.next }, at + 1, next)) break;
      }
      ways = next;
    }
  }

  /** Adds the ways that go on from a node without a byte; true if the text matches there, which ends the list. */
  #follow(from: Way, at: number, ways: Way[]): boolean {
    const open = [from];
    for (let way = open.pop(); way !== undefined; way = open.pop()) {
      if (this.#reached[way.node] === at) continue;
      this.#reached[way.node] = at;
      const node = this.#program.nodes[way.node]!;
      if (node.op === "bytes") ways.push(way);
      else if (node.op === "either") {
        open.push({ ...way, node: node.second }, { ...way, node: node.first });
      } else if (node.op === "note") {
        const isFrom = node.slot === 0;
        open.push({ node: node.next, from: isFrom ? at : way.from, to: isFrom ? way.to : at });
      } else if (node.op === "match") {
        this.#found = way;
        return true;
      } else if (node.op === "start" ? at === 0 : at === this.#text.length) {
        open.push({ ...way, node: node.next });
      }
    }
    return false;
  }
}
