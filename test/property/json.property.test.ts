// Lines of JSON beside JSON.parse, which knows nothing of logmill: what it takes is cut, with the values that
// it has, and what it refuses is rejected.

import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits } from "../../src/shared/base/limits.ts";
import { windowBytes } from "../../src/shared/kernel/assembly/parse-layout.ts";
import type { JsonFormat } from "../../src/shared/model/format/json.ts";
import { bytesOf, referenceJson } from "../reference/json-line.ts";
import { jsonFormat, jsonLines, nearJsonLines } from "../support/json-lines.ts";
import { tokenise } from "../support/tokenise.ts";

const { paths } = jsonFormat;
const fields = paths.map(({ field }) => field);
const maxLineBytes = 1_000_000;

/** A number as written. */
class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
// JSON.parse tells its reviver how a number is written (ECMAScript 2025); Node.js 20 has it behind a flag.
setFlagsFromString("--harmony-json-parse-with-source");
const parse = runInNewContext("JSON.parse") as (text: string, reviver: Reviver) => unknown;

/** The first of the characters that stand for bytes from 0x80 on, which texts of the tests do not have. */
const highBytes = 0x10ff00;

/** A character in UTF-8, or a byte that is part of none. */
const utf8 =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/** A line for JSON.parse: bytes that are no UTF-8 stay themselves, and what nginx writes by hand is text. */
function forParse(line: string): string {
  const asText = line.replaceAll(/\\x([\da-fA-F]{2})|\\[^]/g, (escape, hex) =>
    hex === undefined ? escape : `\\\\x${String(hex)}`,
  );
  return asText.replaceAll(utf8, (bytes) =>
    bytes.length > 1
      ? Buffer.from(bytes, "latin1").toString()
      : String.fromCodePoint(highBytes + bytes.charCodeAt(0)),
  );
}

/** The bytes of a string that JSON.parse made of such a line. */
function fromParse(text: string): string {
  return Array.from(text)
    .map((character) => {
      const code = character.codePointAt(0)!;
      return code > highBytes ? String.fromCharCode(code - highBytes) : bytesOf(character);
    })
    .join("");
}

function parsed(line: string): unknown {
  return parse(forParse(line), (_, value, { source }) =>
    typeof value === "number" ? new Written(source!) : value,
  );
}

function isObject(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === "object" && value !== null && !(value instanceof Written);
}

function valueAt(line: unknown, steps: readonly (string | number)[]): unknown {
  return steps.reduce((value, step) => {
    if (!isObject(value) || Array.isArray(value) !== (typeof step === "number")) return undefined;
    const key = typeof step === "string" ? forParse(bytesOf(step)) : step;
    return Object.hasOwn(value, key) ? value[key] : undefined;
  }, line);
}

/** What a field must hold; an object or array as what it is, since its spelling is not known. */
function expectedValue(value: unknown): unknown {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return fromParse(value);
  if (value instanceof Written) return value.text;
  return isObject(value) ? value : JSON.stringify(value);
}

/** The rows of lines by JSON.parse: null where it refuses one, or it is no object. */
function rowByParse({ paths: asked }: JsonFormat, line: string): readonly unknown[] | null {
  try {
    const value = parsed(line);
    if (!isObject(value) || Array.isArray(value)) return null;
    return asked.map(({ steps }) => expectedValue(valueAt(value, steps)));
  } catch {
    return null;
  }
}

function agreesWithParse(lines: readonly string[], format = jsonFormat): void {
  const expected = lines.map((line) => rowByParse(format, line)).filter((row) => row !== null);
  const asked = format.paths.map(({ field }) => field);
  const { rows } = tokenise(format, asked, lines.join("\n"), { maxLineBytes });
  const actual = rows.map((row, index) =>
    row.map((text, column) => (isObject(expected[index]?.[column]) ? parsed(text!) : text)),
  );
  expect(actual).toEqual(expected);
}

const runs = process.env["LOGMILL_TEST_DEPTH"] === "full" ? 20_000 : 100;

describe("lines of JSON", () => {
  it("have the values that JSON.parse finds in them", () => {
    const lines = fc.array(jsonLines, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lines, (some) => agreesWithParse(some)),
      { numRuns: runs },
    );
  });

  it("are rejected where JSON.parse refuses them", () => {
    const lines = fc.array(nearJsonLines, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lines, (some) => agreesWithParse(some)),
      { numRuns: runs },
    );
  });

  it("are cut as the plain implementation does", () => {
    const lines = fc.array(fc.oneof(jsonLines, nearJsonLines), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lines, (some) => {
        const expected = some.flatMap((line) => {
          const values = referenceJson(jsonFormat, line);
          return values === null ? [] : [fields.map((field) => values.get(field) ?? "")];
        });
        expect(tokenise(jsonFormat, fields, some.join("\n"), { maxLineBytes }).rows).toEqual(
          expected,
        );
      }),
      { numRuns: runs },
    );
  });
});

/** What is asked for is no object and no array as it is written, nor are they written as one. */
const scalarsOnly: JsonFormat = {
  ...jsonFormat,
  paths: paths.filter(({ field }) => !["id_again", "user", "third"].includes(field)),
};

/** Bytes that make something else of a line, one at a time. */
const byte = fc.constantFrom(...Array.from('"\\{}[]:, \t0a1e-.ntu\r\x01\xe9'));

/** A line as it is, or one byte of it another, one more or one less. */
function nearly(line: string): fc.Arbitrary<string> {
  const change = fc
    .tuple(fc.nat(line.length), fc.nat(1), byte, fc.boolean())
    .map(
      ([at, removed, one, adds]) =>
        line.slice(0, at) + (adds ? one : "") + line.slice(at + removed),
    );
  return fc.oneof({ weight: 1, arbitrary: fc.constant(line) }, { weight: 1, arbitrary: change });
}

/** Lines that are alike: a few, each as it is and nearly so, in any order. */
const alikeLines = fc
  .array(jsonLines, { minLength: 1, maxLength: 6 })
  .chain((lines) => fc.array(fc.oneof(...lines.map(nearly)), { minLength: 2, maxLength: 60 }));

/** Events as one place of a program writes them, with other values each time; some say a thing twice. */
const events = fc
  .record({
    id: fc.nat(),
    text: fc.constantFrom("'", '\\"', "\\u0041", "é"),
    value: fc.constantFrom("1", "null", "{}", '"x"'),
    again: fc.constantFrom("", "", ',"user":{"tags":[]}', ',"user":null', ',"user":{"name":"b"}'),
  })
  .map(({ id, text, value, again }) => {
    const user = `{"name":"${text}","tags":[0,{"name":${value}}]}`;
    return `{"id":${id},"user":${user}${again},"response":200,"tags":["${text}",${id}]}`;
  })
  .map(bytesOf);

describe("lines of JSON that are alike", () => {
  it.each([
    ["and of which values are asked for", scalarsOnly],
    ["and of which objects are asked for, too", jsonFormat],
  ])(
    "%s have the values that JSON.parse finds in them, or are rejected as it refuses them",
    (_, format) => {
      const lines = fc.oneof(
        alikeLines,
        fc.array(events.chain(nearly), { minLength: 2, maxLength: 60 }),
      );
      fc.assert(
        fc.property(lines, (some) =>
          agreesWithParse(
            some.filter((line) => !line.includes("\n")),
            format,
          ),
        ),
        { numRuns: 2 * runs },
      );
    },
  );
});

it("lines of JSON that are alike have their strings as written where lists are asked for", () => {
  const format: JsonFormat = {
    type: "json",
    paths: [{ field: "tags", steps: ["tags"], isList: true }],
  };
  const lines = ['{"tags":"a"}', '{"tags":"b\\""}', '{"tags":7}', '{"tags":[8]}'];
  const rows = ['"a"', '"b\\""', "7", "[8]"].map((tags) => [tags]);
  const text = [...lines, ...lines].join("\n");
  expect(tokenise(format, ["tags"], text, { maxLineBytes }).rows).toEqual([...rows, ...rows]);
});

/** A line of exactly so many bytes. */
function plainLine(bytes: number): string {
  const line = '{"id":"1","pad":""}';
  return line.replace('"pad":"', `"pad":"${"p".repeat(bytes - line.length)}`);
}

describe("a feature that is rare", () => {
  const features = [
    '{"id":"\\u00e9\\ud83d\\ude00\\"\\\\"}',
    '{"\\u0069d":"caf\xc3\xa9","user":{"name":"\\/"}}',
    '{"user":{"tags":[1,{"name":-1.5e3}]},"id":null}',
    '{"id":"\\x22","tags":["a\\n",true,{}]}',
    '{"id":"\\ud83d","id":[1,"]"]}',
    '{"id":"\\u12"}',
    '{"id":"a\tb"}',
  ];

  it.each([64, 4096, windowBytes, 4 * windowBytes])(
    "is seen wherever it stands around byte %i",
    (border) => {
      fc.assert(
        fc.property(fc.constantFrom(...features), fc.nat(80), (feature, shift) => {
          const before = border < 100 ? "" : `${plainLine(90)}\n`.repeat((border - 91) / 91);
          const rest = border - shift - before.length;
          const lead = rest > 30 ? `${plainLine(rest - 1)}\n` : " ".repeat(Math.max(0, rest));
          agreesWithParse([...`${before}${lead}${feature}`.split("\n"), plainLine(90)]);
        }),
        { numRuns: border > 5000 ? 20 : 100 },
      );
    },
  );
});

describe("a line of JSON that is nested", () => {
  const nested = (open: string, close: string, depth: number): string =>
    `{"id":1,"x":${open.repeat(depth)}1${close.repeat(depth)},"user":2}`;

  it.each([
    { open: "[", close: "]" },
    { open: '{"x":', close: "}" },
  ])("in $open is read to the limit, and rejected beyond it", ({ open, close }) => {
    const within = nested(open, close, limits.jsonDepthMax - 1);
    const beyond = nested(open, close, limits.jsonDepthMax);
    const { rows, rejected } = tokenise(
      jsonFormat,
      ["id", "user"],
      [within, beyond, within].join("\n"),
      { maxLineBytes },
    );
    expect(rows).toEqual([
      ["1", "2"],
      ["1", "2"],
    ]);
    expect(rejected).toEqual({ bad_json: 1 });
  });

  it("100,000 times is rejected, closed or not", () => {
    const lines = ["[", '{"id":'].flatMap((open) => [
      nested(open, open === "[" ? "]" : "}", 100_000),
      open.repeat(100_000),
    ]);
    const text = [...lines, '{"id":7}'].join("\n");
    const { rows, rejected } = tokenise(jsonFormat, ["id"], text, { maxLineBytes });
    expect(rows).toEqual([["7"]]);
    expect(rejected).toEqual({ bad_json: 4 });
  });
});
