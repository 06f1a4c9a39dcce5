// Lines of pairs: what an encoder of logfmt writes is read as it was, and every line as the plain implementation
// reads it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { windowBytes } from "../../src/shared/kernel/assembly/parse-layout.ts";
import { bytesOf } from "../reference/json-line.ts";
import { referencePairs } from "../reference/pairs-line.ts";
import { nearPairsLines, pairsFormat, pairsLines } from "../support/pairs-lines.ts";
import { tokenise } from "../support/tokenise.ts";

const fields = pairsFormat.keys.map(({ field }) => field);
const maxLineBytes = 1_000_000;
const runs = process.env["LOGMILL_TEST_DEPTH"] === "full" ? 20_000 : 200;

function agreesWithReference(lines: readonly string[]): void {
  const expected = lines.flatMap((line) => {
    const values = referencePairs(pairsFormat, line.endsWith("\r") ? line.slice(0, -1) : line);
    return values === null ? [] : [fields.map((field) => values.get(field) ?? "")];
  });
  expect(tokenise(pairsFormat, fields, lines.join("\n"), { maxLineBytes }).rows).toEqual(expected);
}

/** As Go's `strconv.Quote` and the encoders of logfmt, which use it. */
function quoted(text: string): string {
  const shorts: Readonly<Record<string, string>> = {
    '"': '\\"',
    "\\": "\\\\",
    "\x07": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
  };
  const parts = Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    if (shorts[character] !== undefined) return shorts[character];
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
    if (code === 0xa0 || code === 0x2028) return `\\u${code.toString(16).padStart(4, "0")}`;
    if (code >= 0xe0000) return `\\U${code.toString(16).padStart(8, "0")}`;
    return bytesOf(character);
  });
  return `"${parts.join("")}"`;
}

function encoded(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .map(([key, value]) => {
      // eslint-disable-next-line no-control-regex -- which an encoder quotes
      const isPlain = /^[^\x00-\x20"=\\\x7f]+$/.test(value);
      return `${key}=${isPlain ? bytesOf(value) : quoted(value)}`;
    })
    .join(" ");
}

describe("lines of pairs", () => {
  it("have the values that an encoder of logfmt has written", () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom("a", " ", "=", '"', "\\", "\n", "\t", "\x07", "\v", "\0", "\x7f", "é"),
        fc.constantFrom("€", "\u2028", "😀", "\u{10fffd}", "\u{a0}", "'", "/", "x", "u"),
      ),
      maxLength: 80,
    });
    const pairs = fc.uniqueArray(fc.tuple(fc.constantFrom("level", "msg", "dur", "x"), text), {
      selector: ([key]) => key,
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.array(pairs, { minLength: 1, maxLength: 20 }), (lines) => {
        const asked = ["level", "msg", "dur"];
        const { rows } = tokenise(pairsFormat, asked, lines.map(encoded).join("\n"));
        const expected = lines.map((line) => {
          const values = new Map<string, string>(line);
          return asked.map((key) => bytesOf(values.get(key) ?? ""));
        });
        expect(rows).toEqual(expected);
      }),
      { numRuns: runs },
    );
  });

  it("are cut as the plain implementation does, and others are rejected", () => {
    const lines = fc.array(fc.oneof(pairsLines, nearPairsLines), { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(lines, agreesWithReference), { numRuns: runs });
  });

  it.each([64, 4096, windowBytes, 4 * windowBytes])(
    "are seen wherever they stand around byte %i",
    (border) => {
      const features = fc.constantFrom(
        'level="a \\"quoted\\" caf\\u00e9" msg=b',
        'level=a msg="\\xc3\\xa9\\U0001f600" dur',
        "level=a level= msg=b",
        'msg="open level=a',
        'msg="a"b level=a',
      );
      fc.assert(
        fc.property(features, fc.nat(50), (feature, shift) => {
          const plain = `level=info msg="plain" dur=${"1".repeat(60)}`;
          const before = border < 100 ? [] : Array<string>(Math.floor(border / 88) - 1).fill(plain);
          const rest = border - shift - before.length * (plain.length + 1);
          const lead = rest > 12 ? `msg=${"y".repeat(rest - 5)}` : "a=1";
          agreesWithReference([...before, lead, feature, plain]);
        }),
        { numRuns: border > 5000 ? 20 : 100 },
      );
    },
  );
});
