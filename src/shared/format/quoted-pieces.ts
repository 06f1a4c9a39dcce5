// Texts in quotes, as configurations of servers have them: what is inside, and where each character of it
// was written.

import type { LineFault } from "./line-parts.ts";

export interface Unquoted {
  readonly text: string;
  /** For each UTF-16 unit of the text, its index in what was written. */
  readonly origins: readonly number[];
}

/** A line as it stands, but for line ends behind it. */
export function asWritten(written: string): Unquoted {
  const text = written.replace(/[\r\n]+$/, "");
  return { text, origins: Array.from(text, (_, index) => index) };
}

const escapes: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r" };

/** Undoes backslashes before quotes, backslashes and letters that stand for a control character. */
export function unescaped({ text, origins }: Unquoted, escaped: string): Unquoted {
  let result = "";
  const places: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    places.push(origins[index]!);
    const next = text[index + 1];
    const isEscape = text[index] === "\\" && next !== undefined && escaped.includes(next);
    if (isEscape) index += 1;
    result += isEscape ? (escapes[next] ?? next) : text[index]!;
  }
  return { text: result, origins: places };
}

/**
 * What the pieces in quotes from `start` on are together. Between them are blanks; a semicolon, or what `end`
 * matches, may follow.
 */
export function quotedPieces(
  written: string,
  start: number,
  end: RegExp,
  faults: LineFault[],
): Unquoted {
  const piece = /\s*(?:"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)')/y;
  let text = "";
  const origins: number[] = [];
  let at = start;
  for (;;) {
    piece.lastIndex = at;
    const match = piece.exec(written);
    if (match === null) break;
    const inside = match[1] ?? match[2]!;
    const from = piece.lastIndex - 1 - inside.length;
    const places = Array.from({ length: inside.length }, (_, index) => from + index);
    const undone = unescaped({ text: inside, origins: places }, "\"'\\tnr");
    text += undone.text;
    origins.push(...undone.origins);
    at = piece.lastIndex;
  }
  if (text === "" || !end.test(written.slice(at))) {
    const fix = "paste the whole directive, or only what is inside of its quotes";
    faults.push({ index: at, problem: "this is no text in quotes", fix });
  }
  return { text, origins };
}
