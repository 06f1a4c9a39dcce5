// The syntax of regular expressions: a text becomes a tree, or is refused with the place and the reason.
//
// It is the part of JavaScript's that can be matched in linear time: characters, `.`, classes, `\d \w \s` and what
// they leave out, groups (also with names), `|`, the repetitions `* + ? {n} {n,} {n,m}`, each also lazy, `^`, `$`,
// and `(?i)` in front. Back-references and look-around are none of it. `\d`, `\w`, `\s` are of ASCII; `.` is any
// character, and `$` stands at the very end.

import { limits } from "../base/limits.ts";
import { complement, union, withOtherCase, type Range } from "./character-ranges.ts";
import { PatternError, type Group, type ParsedPattern, type PatternNode } from "./pattern-tree.ts";

const digits: readonly Range[] = [[0x30, 0x39]];
const word: readonly Range[] = [...digits, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
const space: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
];
const shorthands: Readonly<Record<string, readonly Range[]>> = {
  d: digits,
  w: word,
  s: space,
  D: complement(digits),
  W: complement(word),
  S: complement(space),
};
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

/** @throws PatternError */
export function parsePattern(text: string): ParsedPattern {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #groups: Group[] = [];
  #groupCount = 0;
  #at = 0;
  #depth = 0;
  #ignoresCase = false;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): ParsedPattern {
    const { patternCharactersMax } = limits;
    if (this.#text.length > patternCharactersMax) {
      throw new PatternError(0, `the pattern has more than ${patternCharactersMax} characters`);
    }
    this.#ignoresCase = this.#take("(?i)");
    const tree = this.#choice();
    if (this.#at < this.#text.length)
      this.#fail("this ) closes nothing", "write \\) for the character");
    return { text: this.#text, tree, groups: this.#groups };
  }

  #choice(): PatternNode {
    this.#depth += 1;
    if (this.#depth > limits.patternDepthMax) this.#fail("groups are nested too deeply");
    const items = [this.#sequence()];
    while (this.#take("|")) items.push(this.#sequence());
    this.#depth -= 1;
    return items.length === 1 ? items[0]! : { type: "choice", items };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.#at < this.#text.length && !this.#isNext("|") && !this.#isNext(")")) {
      const from = this.#at;
      items.push(this.#repetition(this.#atom(), from));
    }
    return items.length === 1 ? items[0]! : { type: "sequence", items };
  }

  #repetition(item: PatternNode, from: number): PatternNode {
    const at = this.#at;
    const count = this.#count();
    if (count === null) return item;
    if (/[\^$]/.test(this.#text[from]!)) {
      throw new PatternError(at, "there is nothing to repeat");
    }
    const [min, max] = count;
    const isLazy = this.#take("?");
    const place = { from, to: this.#at };
    if (/[*+?]/.test(this.#text[this.#at] ?? "") || this.#counted() !== null) {
      this.#fail("a repetition cannot be repeated", "put a group around it");
    }
    return { type: "repeat", item, min, max, isLazy, place };
  }

  #count(): readonly [min: number, max: number | null] | null {
    if (this.#take("*")) return [0, null];
    if (this.#take("+")) return [1, null];
    if (this.#take("?")) return [0, 1];
    const counted = this.#counted();
    if (counted === null) return null;
    const [all, least, comma, most] = counted;
    const min = Number(least);
    const max = comma === undefined ? min : most === "" ? null : Number(most);
    const { patternRepeatMax } = limits;
    if (Math.max(min, max ?? 0) > patternRepeatMax) {
      this.#fail(`more than ${patternRepeatMax} repetitions`, "leave the number out, as in {1,}");
    }
    if (max !== null && max < min) this.#fail("the greater number comes second");
    this.#at += all.length;
    return [min, max];
  }

  #counted(): RegExpExecArray | null {
    return /^\{(\d+)(,(\d*))?\}/.exec(this.#text.slice(this.#at, this.#at + 24));
  }

  #atom(): PatternNode {
    const from = this.#at;
    if (this.#take("^")) return { type: "start" };
    if (this.#take("$")) return { type: "end" };
    if (this.#take("(")) return this.#group(from);
    if (this.#take("[")) return this.#set(this.#class(from), from);
    if (this.#take(".")) return this.#set(complement([]), from);
    if (this.#take("\\")) {
      const escaped = this.#escape(from);
      return this.#set(typeof escaped === "number" ? [[escaped, escaped]] : escaped, from);
    }
    if (/[*+?]/.test(this.#text[from]!)) {
      this.#fail("there is nothing to repeat", `write \\${this.#text[from]!} for the character`);
    }
    if (this.#isNext("{")) this.#fail("this { begins no count", "write \\{ for the character");
    const character = this.#character();
    return this.#set([[character, character]], from);
  }

  #set(ranges: readonly Range[], from: number): PatternNode {
    return { type: "set", ranges: this.#folded(ranges, from), place: { from, to: this.#at } };
  }

  /** With the letters of the other case, where case does not count. */
  #folded(ranges: readonly Range[], from: number): readonly Range[] {
    if (!this.#ignoresCase) return union(ranges);
    // What is left out has been folded before it was turned round.
    if (ranges.some(([, high]) => high > 0x7f) && ranges.at(-1)![1] !== 0x10ffff) {
      throw new PatternError(
        from,
        "(?i) is for letters of ASCII",
        "list the letters of both cases",
      );
    }
    return withOtherCase(ranges);
  }

  #group(from: number): PatternNode {
    let index: number | null = null;
    let name: string | null = null;
    if (this.#take("?")) {
      const named = /^P?<([A-Za-z_]\w*)>/.exec(this.#text.slice(this.#at));
      if (named !== null) {
        [, name] = named as unknown as [string, string];
        this.#at += named[0].length;
        index = ++this.#groupCount;
        if (this.#groups.some((group) => group.name === name)) {
          throw new PatternError(from, `there are two groups of the name ${name}`);
        }
      } else if (!this.#take(":")) this.#refuseGroup(from);
    } else index = ++this.#groupCount;
    // Its place is known from here on, so that groups inside come behind it.
    const slot = this.#groups.length;
    const open: Group = {
      ...{ type: "group", index: index ?? 0, name },
      ...{ item: { type: "sequence", items: [] }, place: { from, to: from } },
    };
    if (index !== null) this.#groups.push(open);
    const item = this.#choice();
    if (!this.#take(")"))
      throw new PatternError(from, "this ( is not closed", "write \\( for the character");
    if (index === null) return item;
    const group: Group = { ...open, item, place: { from, to: this.#at } };
    this.#groups[slot] = group;
    return group;
  }

  #refuseGroup(from: number): never {
    const rest = this.#text.slice(this.#at);
    if (/^<?[=!]/.test(rest)) {
      throw new PatternError(
        from,
        "look-around is not supported: it cannot be matched in linear time",
      );
    }
    if (/^P?</.test(rest)) {
      throw new PatternError(from, "the name of a group has letters, digits and _ alone");
    }
    const fix = "write (?:…), (?<name>…), or (?i) in front of everything";
    throw new PatternError(from, `(?${rest.slice(0, 1)} begins no group that is supported`, fix);
  }

  #class(from: number): readonly Range[] {
    const isNegated = this.#take("^");
    if (this.#isNext(":")) {
      throw new PatternError(
        from,
        "[: begins no class of characters here",
        "write \\w, \\d, \\s or [a-z]",
      );
    }
    const ranges: Range[] = [];
    while (!this.#take("]")) {
      if (this.#at >= this.#text.length)
        throw new PatternError(from, "this [ is not closed", "write \\[ for the character");
      if (this.#text.startsWith("[:", this.#at)) {
        this.#fail("classes such as [:alpha:] are not supported", "write \\w, \\d, \\s or [a-z]");
      }
      const at = this.#at;
      const low = this.#member();
      if (typeof low !== "number") {
        ranges.push(...low);
        continue;
      }
      const isRange = this.#isNext("-") && this.#text[this.#at + 1] !== "]";
      if (isRange) this.#at += 1;
      const high = isRange ? this.#member() : low;
      if (typeof high !== "number" || high < low)
        throw new PatternError(at, "this is no range of characters");
      ranges.push([low, high]);
    }
    if (!isNegated) return ranges;
    return complement(this.#folded(ranges, from));
  }

  #member(): number | readonly Range[] {
    const from = this.#at;
    if (this.#at >= this.#text.length) this.#fail("this class is not closed");
    return this.#take("\\") ? this.#escape(from) : this.#character();
  }

  #escape(from: number): number | readonly Range[] {
    const letter = this.#text[this.#at];
    if (letter === undefined)
      throw new PatternError(from, "a \\ stands at the end", "write \\\\ for the character");
    const shorthand = shorthands[letter];
    const control = controls[letter];
    const hex = /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4}))/.exec(this.#text.slice(this.#at));
    if (hex !== null) {
      this.#at += hex[0].length;
      return this.#codePoint(Number.parseInt(hex[1] ?? hex[2]!, 16), from);
    }
    if (/[1-9k]/.test(letter)) {
      throw new PatternError(
        from,
        "back-references are not supported: they cannot be matched in linear time",
      );
    }
    if (letter === "b" || letter === "B") {
      throw new PatternError(
        from,
        `\\${letter} is not supported`,
        "name the characters beside the word, as in [^a-z]",
      );
    }
    if (/[A-Za-z0]/.test(letter) && shorthand === undefined && control === undefined) {
      throw new PatternError(
        from,
        `\\${letter} is not supported`,
        "there are \\d \\w \\s \\t \\n \\r \\f \\v \\xHH \\uHHHH",
      );
    }
    if (shorthand !== undefined || control !== undefined) this.#at += 1;
    return shorthand ?? control ?? this.#character();
  }

  #character(): number {
    const from = this.#at;
    const character = this.#text.codePointAt(from)!;
    this.#at += character > 0xffff ? 2 : 1;
    return this.#codePoint(character, from);
  }

  #codePoint(character: number, from: number): number {
    if (character < 0xd800 || character > 0xdfff) return character;
    throw new PatternError(from, "half of a surrogate pair is no character");
  }

  #isNext(character: string): boolean {
    return this.#text[this.#at] === character;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #fail(problem: string, fix = ""): never {
    throw new PatternError(this.#at, problem, fix);
  }
}
