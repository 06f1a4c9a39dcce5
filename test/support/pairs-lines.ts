// Lines of pairs in every spelling, and lines that are nearly such. Texts are "binary" strings, one character a
// byte.

import fc from "fast-check";
import type { PairsFormat } from "../../src/shared/model/format/pairs.ts";
import { bytesOf } from "../reference/json-line.ts";

export const pairsFormat: PairsFormat = {
  type: "pairs",
  keys: [
    { field: "level", key: "level" },
    { field: "level_again", key: "level" },
    { field: "msg", key: "msg" },
    { field: "dur", key: "dur" },
    { field: "eight", key: "response" },
    { field: "nine", key: "responses" },
    { field: "long", key: "a/key.of:20-letters#" },
    { field: "accent", key: "é" },
    { field: "index", key: "p[0]" },
    { field: "proto", key: "__proto__" },
  ],
};

const keys = pairsFormat.keys.map(({ key }) => key);
const others = [
  "lvl",
  "m",
  "response_",
  "Response",
  "a/key.of:20-letters",
  "toString",
  "@t",
  "$x",
  "é1",
];
const key = fc.constantFrom(...keys, ...keys, ...others).map(bytesOf);

const bareValue = fc.oneof(
  fc.constantFrom(
    "info",
    "1.5ms",
    "a=b",
    "=",
    "-",
    "{}",
    "[1,2]",
    "\\",
    "\\n",
    "",
    "caf\xe9",
    "\x7f",
  ),
  fc.constantFrom("a", "é").chain((unit) => fc.nat(90).map((n) => bytesOf(unit.repeat(n)))),
  fc.double().map(String),
);

const part = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("text", " ", "=", "a long text, with blanks", "caf\xc3\xa9", "\xff"),
  },
  fc.constantFrom(
    '\\"',
    "\\\\",
    "\\/",
    "\\'",
    "\\a",
    "\\b",
    "\\f",
    "\\n",
    "\\r",
    "\\t",
    "\\v",
    "\\x22",
  ),
  fc.constantFrom("\\xfF", "\\x00", "\\u00e9", "\\u20AC", "\\ud83d\\ude00", "\\ud83d", "\\udc00"),
  fc.constantFrom("\\U0001f600", "\\U0010FFFF", "\\U0000d83d", "\\U00000041"),
  fc.nat(70).map((n) => "y".repeat(n)),
);

const quotedValue = fc.array(part, { maxLength: 5 }).map((parts) => `"${parts.join("")}"`);
/** No tabs here: the lines of a table, which these are not, have them. */
const blank = fc.constantFrom(" ", " ", " ", "  ", " ".repeat(70));

const pair = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(key, bareValue).map((parts) => parts.join("=")) },
  { weight: 3, arbitrary: fc.tuple(key, quotedValue).map((parts) => parts.join("=")) },
  { weight: 1, arbitrary: key },
);

/** Lines of pairs, of which at least one has a value. */
export const pairsLines: fc.Arbitrary<string> = fc
  .tuple(fc.array(pair, { maxLength: 8 }), fc.nat(), blank, fc.constantFrom("", "", " "))
  .map(([pairs, place, blanks, around]) => {
    const all = pairs.toSpliced(place % (pairs.length + 1), 0, "id=1");
    return `${around}${all.join(blanks)}${around}`;
  });

const bits = fc.constantFrom(
  ...[
    '"',
    "\\",
    "=",
    " ",
    "\t",
    "\0",
    "\x1f",
    "\r",
    ",",
    "0",
    "-",
    "|",
    "{",
    "x",
    "\xe9",
    '""',
    '" ',
  ],
  ...[
    "\\x2",
    "\\xgg",
    "\\u12",
    "\\U00110000",
    "\\U0001f60",
    "\\0",
    "\\ ",
    'a="',
    "=x",
    "a==",
    "; ",
  ],
);

/** Lines with something added, taken out or put in the place of something; and sentences. */
export const nearPairsLines: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: pairsLines.map((line) => line.replaceAll(" ", "\t")) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        pairsLines,
        fc.array(fc.tuple(fc.nat(), fc.nat(2), bits), { minLength: 1, maxLength: 2 }),
      )
      .map(([line, changes]) =>
        changes.reduce((text, [place, removed, added]) => {
          const at = place % (text.length + 1);
          return text.slice(0, at) + added + text.slice(at + removed);
        }, line),
      ),
  },
  fc.constantFrom(
    ...["level", "server restarted", 'level=info msg=a"b', 'msg="a"b', 'msg="a""b"', 'msg="a'],
    ...["=info", "1=2", "-a=1", "# a=1", "[info] a=1", "a=1 | b=2", "Jan  3 10:00:00 h a[1]: b=c"],
    ...[
      "level=info\r",
      "level=info\r\r",
      "level=a\rb",
      "level=1 level=",
      "level=1 level",
      "a=1,b=2",
    ],
  ),
);
