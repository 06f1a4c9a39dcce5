// Patterns of any steps: the kernel cuts their lines, and lines that are nearly such, as the plain
// implementation does, wherever they lie in the text.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patternFields, type PatternFormat } from "../../src/shared/model/format/pattern.ts";
import { referenceLines } from "../reference/line-format.ts";
import { patternLine } from "../reference/pattern.ts";
import { nearlyOf, patternLine as lineOf, patterns } from "../support/pattern-lines.ts";
import { tokenise } from "../support/tokenise.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";

/** The fields of the lines that are of the pattern, by the plain implementation. */
function expectedRows(format: PatternFormat, text: string): readonly (readonly string[])[] {
  const names = patternFields(format);
  return referenceLines(text).flatMap(({ text: line }) => {
    const fields = patternLine(format, line);
    return typeof fields === "string" ? [] : [names.map((name) => fields.get(name) ?? "")];
  });
}

const textOf = (format: PatternFormat): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(lineOf(format.steps), nearlyOf(format)), { minLength: 1, maxLength: 12 })
    .map((lines) => lines.join("\n"));

const cases = patterns.chain((format) => fc.tuple(fc.constant(format), textOf(format)));

describe("a pattern", () => {
  it("cuts every line as the plain implementation does", () => {
    let [taken, rejected] = [0, 0];
    fc.assert(
      fc.property(cases, ([format, text]) => {
        const expected = expectedRows(format, text);
        const { rows, lines } = tokenise(format, patternFields(format), text);
        taken += rows.length;
        rejected += lines - rows.length;
        expect(rows).toEqual(expected);
      }),
      { numRuns: isFull ? 20_000 : 700 },
    );
    // Both kinds are there in numbers.
    expect(Math.min(taken, rejected)).toBeGreaterThan(300);
  });

  it("cuts a line alike at every border of a window and of a block", () => {
    const borders = fc.tuple(cases, fc.constantFrom(64, 4096, 16_384, 65_536), fc.nat(90));
    fc.assert(
      fc.property(borders, ([[format, text], border, before]) => {
        const bytes = Math.max(0, border - before);
        const filler = `${"x".repeat(63)}\n`.repeat(bytes / 64) + "y".repeat(bytes % 64);
        const whole = `${filler}\n${text}`;
        const { rows } = tokenise(format, patternFields(format), whole);
        expect(rows).toEqual(expectedRows(format, whole));
      }),
      { numRuns: isFull ? 2000 : 60 },
    );
  });

  it("takes the same lines whichever of its fields are asked for", () => {
    fc.assert(
      fc.property(cases, fc.nat(), ([format, text], some) => {
        const names = patternFields(format);
        const asked = names.filter((_, index) => ((some >> index) & 1) === 1);
        const all = tokenise(format, names, text).rows;
        const few = tokenise(format, asked, text).rows;
        expect(few).toEqual(all.map((row) => asked.map((name) => row[names.indexOf(name)])));
      }),
      { numRuns: isFull ? 2000 : 100 },
    );
  });
});
