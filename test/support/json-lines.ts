// Lines of JSON in every spelling that there is, and lines that are nearly such. Texts are "binary" strings, one
// character a byte.

import fc from "fast-check";
import { bytesOf } from "../reference/json-line.ts";
import type { JsonFormat } from "../../src/shared/model/format/json.ts";

/** A path of each kind, with values that lie within each other, and keys of 1 to 20 bytes. */
export const jsonFormat: JsonFormat = {
  type: "json",
  paths: [
    { field: "id", steps: ["id"] },
    { field: "id_again", steps: ["id"] },
    { field: "user", steps: ["user"] },
    { field: "user_name", steps: ["user", "name"] },
    { field: "first", steps: ["tags", 0] },
    { field: "third", steps: ["tags", 2] },
    { field: "deep", steps: ["user", "tags", 1, "name"] },
    { field: "proto", steps: ["__proto__"] },
    { field: "accent", steps: ["é"] },
    { field: "empty", steps: [""] },
    { field: "eight", steps: ["response"] },
    { field: "nine", steps: ["responses"] },
    { field: "long", steps: ["a key of 20 letters."] },
  ],
};

const keys = ["id", "user", "name", "tags", "__proto__", "é", "", "response", "responses"];
const otherKeys = ["i", "idx", "nam", "responsed", "Response", "a key of 20 letters", "toString"];
const key = fc.constantFrom(...keys, ...keys, ...otherKeys, "a key of 20 letters.");

const blank = fc.oneof(
  { weight: 8, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.constantFrom(" ", "\t", "\r", "  ", " ".repeat(70)) },
);

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function longEscape(unit: string, isUpper: boolean): string {
  const digits = unit.charCodeAt(0).toString(16).padStart(4, "0");
  return `\\u${isUpper ? digits.toUpperCase() : digits}`;
}

/** A code unit in one of its spellings: as it is where it may be, by `\u`, or by a letter. */
function spelled(characters: string, choices: readonly number[]): string {
  const parts = Array.from(characters, (character, index) => {
    const choice = choices[index % choices.length] ?? 0;
    const mustEscape = character < " " || character === '"' || character === "\\";
    const isLone = /[\ud800-\udfff]/.test(character) && character.length === 1;
    if (choice === 1 || isLone || (mustEscape && shortEscapes[character] === undefined)) {
      return character.replaceAll(/[^]/g, (unit) => longEscape(unit, choice % 2 === 1));
    }
    if (choice === 2 || mustEscape) return shortEscapes[character] ?? bytesOf(character);
    return bytesOf(character);
  });
  return `"${parts.join("")}"`;
}

const choices = fc.oneof(
  { weight: 3, arbitrary: fc.constant([0]) },
  { weight: 2, arbitrary: fc.array(fc.nat(2), { minLength: 1, maxLength: 5 }) },
);

const characters = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("GET", "u1", "200", "-", "Mozilla/5.0 (X11)", "") },
  fc.string({
    unit: fc.constantFrom(
      ...Array.from('aé"\\/{}[]:,\b\f\n\r\t\0\x1f\x7f€😀 '),
      "\ud800",
      "\udc00",
      "\u2028",
    ),
    maxLength: 20,
  }),
  fc.tuple(fc.constantFrom("a", "x"), fc.nat(90)).map(([unit, length]) => unit.repeat(length)),
);

const string = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(characters, choices).map(([text, how]) => spelled(text, how)) },
  fc.constantFrom(
    '"\\x22caf\\xC3\\xA9"',
    '"\\\\x"',
    '"caf\xe9"',
    '"\xed\xa0\x80"',
    '"\\xe9\\u00e9"',
  ),
);

const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => String(value)),
  fc.constantFrom(
    "-0",
    "0.10",
    "1E5",
    "1e+05",
    "12345678901234567890.12345678901234567890",
    "1e-400",
  ),
);

const literal = fc.constantFrom("true", "false", "null", "null");

function joined(parts: readonly string[], blanks: string): string {
  return parts.join(`,${blanks}`);
}

const { value } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    string,
    number,
    literal,
    tie("object"),
    tie("array"),
  ),
  object: fc
    .tuple(
      fc.array(fc.tuple(key, choices, blank, tie("value")), { maxLength: 6 }),
      fc.tuple(blank, blank),
    )
    .map(([members, [before, after]]) => {
      const written = members.map(
        ([name, how, blanks, held]) => `${spelled(name, how)}${blanks}:${before}${held}`,
      );
      return `{${before}${joined(written, after)}${after}}`;
    }),
  array: fc
    .tuple(fc.array(tie("value"), { maxLength: 4 }), blank)
    .map(([elements, blanks]) => `[${blanks}${joined(elements, blanks)}]`),
}));

const member = fc
  .tuple(key, choices, blank, value)
  .map(([name, how, blanks, held]) => `${spelled(name, how)}:${blanks}${held}`);

/** Lines that are objects of JSON. */
export const jsonLines: fc.Arbitrary<string> = fc
  .tuple(fc.array(member, { maxLength: 10 }), blank, blank)
  .map(([members, before, after]) => `${before}{${joined(members, after)}${after}}${before}`);

const bits = fc.constantFrom(
  ...['"', "\\", "{", "}", "[", "]", ":", ",", " ", "0", "1", "-", ".", "e", "a", "\0", "\x1f"],
  ...[
    "\\u",
    "\\u12g4",
    "\\x4",
    "\\xgg",
    "\\a",
    "nul",
    "true",
    "null",
    "\ud83d".slice(1),
    "{}",
    "[]",
  ],
  ...[
    '"":1,',
    "\xff",
    "\xa0",
    "/**/",
    "'a'",
    "NaN",
    "Infinity",
    "+1",
    "01",
    "1.",
    ".5",
    "1e",
    "--1",
  ],
);

/** Lines of JSON with something added, taken out or put in the place of something. */
const mutated = fc
  .tuple(jsonLines, fc.array(fc.tuple(fc.nat(), fc.nat(3), bits), { minLength: 1, maxLength: 2 }))
  .map(([line, changes]) =>
    changes.reduce((text, [place, removed, added]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + (removed % 2 === 0 ? added : "") + text.slice(at + removed);
    }, line),
  );

/** Lines that are no object of JSON, or only nearly one. */
export const nearJsonLines: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: mutated },
  { weight: 1, arbitrary: value },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...[
        "{}{}",
        "{} {}",
        "{},",
        '{"id":1}x',
        '{"id":1',
        '"id":1}',
        "{]",
        "[}",
        "{",
        "}",
        "[1]",
        "1",
      ],
      ...['{"id":01}', '{"id":1}}', '{"id":tru}', '{"id":nulll}', '{"id" 1}', "{id:1}", "{'id':1}"],
      ...['{"id":"a\tb"}', '{"id":"\\"}', '{"id":"\\\\"}', '{"id":"\\ud800"}', '{"id":"\\u00e"}'],
      ...['{"id":[1}}', '{"id":{"a":1]}', '{"id":1]', '{"x":[{"id":[1]]}}'],
      ...['{"id":1,}', '{,"id":1}', '{"id":[1,]}', '{"id":[,1]}', '{"id":1 2}', '{"id":"a""b"}'],
      ...['{"id":1,"id":null}', '{"user":{"name":1},"user":2}', '{"user":{"name":1},"user":{}}'],
    ),
  },
);
