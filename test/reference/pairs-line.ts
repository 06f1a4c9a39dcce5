// Reading a line of pairs by keys, slowly and plainly, by regular expressions. Texts are "binary" strings, one
// character a byte.

import type { PairsFormat } from "../../src/shared/model/format/pairs.ts";
import { bytesOf } from "./json-line.ts";

const escapes = String.raw`\\(?:["\\/'abfnrtv]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U00(?:0[\da-fA-F]|10)[\da-fA-F]{4})`;
const key = String.raw`[A-Za-z_@$\x80-\xff][\w@$./:#[\]\x80-\xff-]*`;
const quoted = String.raw`"((?:[^"\\\x00-\x1f]|${escapes})*)"`;
const pair = new RegExp(
  String.raw`(${key})(?:(=)(?:${quoted}|([^\x00-\x20"]*)))?(?:[ \t]+|$)`,
  "y",
);

/** The fields that a line has, or null if it is none of pairs. A field that is absent is missing. */
export function referencePairs(
  { keys }: PairsFormat,
  line: string,
): ReadonlyMap<string, string> | null {
  const values = new Map<string, string>();
  let hasValue = false;
  pair.lastIndex = /^[ \t]*/.exec(line)![0].length;
  let end = pair.lastIndex;
  while (end < line.length) {
    const match = pair.exec(line);
    if (match === null) return null;
    const [, name, equals, text, bare] = match;
    hasValue ||= equals !== undefined;
    values.set(name!, text === undefined ? (bare ?? "true") : withoutEscapes(text));
    end = pair.lastIndex;
  }
  if (!hasValue) return null;
  const fields = keys.map(({ field, key }) => [field, values.get(bytesOf(key)) ?? ""] as const);
  return new Map(fields.filter(([, value]) => value !== ""));
}

const letters: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Code units side by side are one character, if they can be. */
function withoutEscapes(text: string): string {
  return text.replaceAll(/(?:\\u[\da-fA-F]{4})+|\\U.{8}|\\x..|\\./g, (escape) => {
    const letter = escape[1]!;
    const number = parseInt(escape.slice(2), 16);
    if (letter === "x") return String.fromCharCode(number);
    if (letter === "U") return bytesOf(String.fromCodePoint(number));
    if (letter === "u") return bytesOf(JSON.parse(`"${escape}"`) as string);
    return letters[letter] ?? letter;
  });
}
