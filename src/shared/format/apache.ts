// Apache's `LogFormat` and `CustomLog`: the format alone, or the whole directive.

import { apacheVariable } from "./apache-variables.ts";
import type { LineFault, LinePart, ReadLine } from "./line-parts.ts";
import { asWritten, quotedPieces, unescaped, type Unquoted } from "./quoted-pieces.ts";

/** `%`, for which statuses, the first or the last request, `{word}` and the directive. */
const directive =
  /%(?:%|((?:!?\d{3}(?:,\d{3})*)?[<>]?)(?:\{([^}]*)\})?(\^?[A-Za-z]{1,2}?)?)|[^%]+/g;

export function readApache(written: string): ReadLine {
  const faults: LineFault[] = [];
  const { text, origins } = lineIn(written, faults);
  const parts: LinePart[] = [];
  for (const match of text.matchAll(directive)) {
    const [whole, , word = null, letter] = match;
    if (whole === "%%" || !whole.startsWith("%")) {
      parts.push({ kind: "text", text: whole === "%%" ? "%" : whole });
      continue;
    }
    const index = origins[match.index]!;
    const variables = letter === undefined ? null : apacheVariable(word, letter);
    if (variables === null) {
      const problem = `${whole} is none of Apache's directives that can be read`;
      const fix = "see the list in docs/formats.md; the server need not write it";
      faults.push({ index, problem, fix });
    }
    for (const part of variables ?? []) {
      parts.push(
        "kind" in part ? part : { kind: "variable", written: whole, index, variable: part },
      );
    }
  }
  return { parts, faults };
}

/** The format without its quotes; in them, or without any, a backslash is before quotes and stands for tabs. */
function lineIn(written: string, faults: LineFault[]): Unquoted {
  const start = /^\s*(?:LogFormat\s+|CustomLog\s+(?:"[^"]*"|\S+)\s+)/i.exec(written)?.[0].length;
  if (start === undefined) return unescaped(asWritten(written), '"\\tn');
  return quotedPieces(written, start, /^(?:\s+[^"'\s]\S*)?\s*$/, faults);
}
