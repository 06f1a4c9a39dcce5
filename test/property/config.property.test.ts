// Whatever a configuration file holds, logmill says what is wrong with it and never fails itself.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Scalar, parseDocument, stringify } from "yaml";
import { ConfigError } from "../../src/shared/config/diagnostics.ts";
import { parseArithmetic, parseCondition } from "../../src/shared/config/expression.ts";
import { parseConfig } from "../../src/shared/config/load.ts";
import { scalarOrigins } from "../../src/shared/config/scalar-origins.ts";

const example = readFileSync(
  fileURLToPath(new URL("../../examples/ads/logmill.yaml", import.meta.url)),
  "utf8",
);

function check(text: string): void {
  const lines = text.split("\n");
  try {
    parseConfig(text, "logmill.yaml", {});
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.faults.length).toBeGreaterThan(0);
    for (const { line, column, problem } of error.faults) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
      expect(problem).not.toBe("");
    }
  }
}

test("a good file with some bytes changed is good or has faults inside the file", () => {
  const edit = fc.record({
    at: fc.nat({ max: example.length }),
    remove: fc.nat({ max: 12 }),
    insert: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom(
        ": ",
        "- ",
        "{",
        "}",
        "[",
        "*a",
        "&a ",
        "<<: ",
        "${X}",
        "$",
        "\n",
        '"',
        "!x ",
      ),
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      let text = example;
      for (const { at, remove, insert } of edits) {
        text = text.slice(0, at) + insert + text.slice(at + remove);
      }
      check(text);
    }),
    { numRuns: 150 },
  );
});

test("values of any kind anywhere are reported", () => {
  const anything = fc.jsonValue({ maxDepth: 2 });
  const option = fc.constantFrom("data_dir", "timezone", "cluster", "sources", "summaries", "http");
  fc.assert(
    fc.property(fc.array(fc.tuple(option, anything), { maxLength: 6 }), (options) => {
      check(stringify(Object.fromEntries(options)));
    }),
    { numRuns: 150 },
  );
});

test("expressions of any text are parsed or refused", () => {
  const token = fc.constantFrom(
    ...'event url == != < <= and or not in ( ) [ ] , "a" 5 -1 . ! && || starts_with field + ; 1e3'.split(
      " ",
    ),
  );
  const text = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(" ")),
  );
  const scope = {
    check: (name: string) =>
      name === "event" || name === "url" ? null : { problem: "no", fix: "" },
  };
  fc.assert(
    fc.property(text, (expression) => {
      for (const parse of [parseCondition, parseArithmetic]) {
        const result = parse(expression, scope);
        expect(result.expression === null).toBe(result.faults.length > 0);
        for (const { index } of result.faults) {
          expect(index).toBeGreaterThanOrEqual(0);
          expect(index).toBeLessThanOrEqual(expression.length);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("every character of a text is found where the file has it", () => {
  const unit = fc.constantFrom("a", "b", "Z", "0", " ", "'", '"', "\\", "=", "é", "\n", "(");
  const kinds = fc.constantFrom(
    Scalar.PLAIN,
    Scalar.QUOTE_SINGLE,
    Scalar.QUOTE_DOUBLE,
    Scalar.BLOCK_LITERAL,
    Scalar.BLOCK_FOLDED,
  );
  fc.assert(
    fc.property(
      fc.string({ unit, maxLength: 60 }),
      kinds,
      fc.integer({ min: 20, max: 80 }),
      (value, type, lineWidth) => {
        const scalar = new Scalar(value);
        scalar.type = type;
        const text = stringify({ key: { where: scalar } }, { lineWidth });
        const found = parseDocument(text).getIn(["key", "where"], true) as Scalar;
        // Not every text can be written in every form.
        fc.pre(found.value === value);
        const origins = scalarOrigins(text, found.range![0], found.type ?? "PLAIN", value);
        expect(origins).toHaveLength(value.length);
        for (let index = 0; index < value.length; index += 1) {
          if (!/[\s"'\\]/.test(value[index]!)) expect(text[origins[index]!]).toBe(value[index]);
        }
      },
    ),
    { numRuns: 300 },
  );
});
