// Lines of servers whose configuration has no words for them, or none that would tell the types: the words of presets.
// `{name}` is a field, `{name:kind}` one of a kind, `{_}` what nobody asks for, `{blanks}` one space or more, and
// `(? …)` what not every line has.

import type { LinePart, Variable } from "./line-parts.ts";

type Kind = Omit<Variable, "names">;

const kinds: Readonly<Record<string, Kind>> = {
  word: {},
  /** A word, whatever follows it. */
  token: { check: "word" },
  /** A name without a colon, so that `module:level` of newer servers is none. */
  level: { check: "host" },
  text: { isFree: true },
  time: { timeForm: "auto" },
  /** A time of three words, and of four. */
  time3: { timeForm: "auto", spaces: 2 },
  time4: { timeForm: "auto", spaces: 3 },
  status: { check: "status" },
  /** Of servers that have a number for no answer, too. */
  any_status: { check: "status", missing: ["-", "-1", "0", "000"] },
  count: { check: "count" },
  bytes: { check: "count", missing: ["-", "-1"] },
  number: { check: "number" },
  /** -1 where there was no answer that could take a time. */
  duration: { check: "number", missing: ["-", "-1"] },
  host: { check: "host" },
  user: { check: "user", isFree: true },
  endpoint: { split: "endpoint" },
  list: { isList: true },
  request: { split: "request", isFree: true, missing: ["-", "- - - ", "- - -"] },
};

const token = /\{(\w+)(?::(\w+))?\}|\(\?|\)|\{|[^{()]+|\(/g;

/** @throws Error on what is none of these words: presets are written by hand. */
export function readNamed(line: string): readonly LinePart[] {
  const open: LinePart[][] = [[]];
  for (const match of line.matchAll(token)) {
    const [written, name, kind = "word"] = match;
    if (written === "(?") {
      open.push([]);
    } else if (written === ")" && open.length > 1) {
      const parts = open.pop()!;
      open.at(-1)!.push({ kind: "optional", parts });
    } else if (name === undefined) {
      open.at(-1)!.push({ kind: "text", text: written });
    } else if (name === "blanks") {
      open.at(-1)!.push({ kind: "blanks" });
    } else {
      const variable = variableOf(name, kind);
      open.at(-1)!.push({ kind: "variable", written, index: match.index, variable });
    }
  }
  if (open.length > 1) throw new Error(`an optional part is not closed: ${line}`);
  return open[0]!;
}

function variableOf(name: string, word: string): Variable {
  const kind = kinds[word];
  if (kind === undefined) throw new Error(`${word} is no kind of a field`);
  return { names: namesOf(name, kind), ...kind };
}

function namesOf(name: string, { split }: Kind): readonly string[] {
  if (split === "request") return ["method", "url", "protocol"];
  if (split === "endpoint") return [name, `${name}_port`];
  return [name === "_" ? "" : name];
}
