// Formats beside the plain implementation, and beside each other: what is of one format must not be
// taken for a line of another, with its fields in the wrong places.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutFieldsOf } from "../../src/shared/model/format-fields.ts";
import type { Format } from "../../src/shared/model/plan.ts";
import { referenceLines, referenceReader } from "../reference/line-format.ts";
import { formatCases, nearLines, takenBy } from "../support/format-lines.ts";
import { tokenise } from "../support/tokenise.ts";

/** Lines of JSON are long. */
const maxLineBytes = 100_000;

/** Fields that every line of the format has, if only an empty one. */
function askedOf(format: Format): readonly string[] {
  const rsyslog = ["timestamp", "host", "program", "event"];
  return format.type === "rsyslog" ? rsyslog : cutFieldsOf(format);
}

/** The fields of every line that the format takes, by the plain implementation. */
function expectedRows(
  format: Format,
  lines: readonly string[],
): readonly (readonly (string | null)[])[] {
  const fields = askedOf(format);
  const read = referenceReader(format);
  return referenceLines(lines.join("\n")).flatMap(({ text }) => {
    const values = read(text);
    return typeof values === "string"
      ? []
      : [fields.map((field) => values.get(field) ?? (values.has(field) ? null : ""))];
  });
}

describe.each(formatCases)("the format $name", ({ name, format }) => {
  it("cuts lines that are of it, or almost, as the plain implementation does", () => {
    const texts = fc.array(nearLines, { minLength: 1, maxLength: 40, size: "max" });
    fc.assert(
      fc.property(texts, (lines) => {
        const { rows } = tokenise(format, askedOf(format), lines.join("\n"), { maxLineBytes });
        expect(rows).toEqual(expectedRows(format, lines));
      }),
      { numRuns: 100 },
    );
  });

  it("takes its own lines, and those of no other format", () => {
    for (const other of formatCases) {
      const isTaken =
        other.name === name ||
        takenBy.some(([longer, shorter]) => longer === other.name && shorter === name);
      fc.assert(
        fc.property(fc.array(other.lines, { minLength: 1, maxLength: 30 }), (lines) => {
          const { rows } = tokenise(format, askedOf(format), lines.join("\n"), { maxLineBytes });
          expect(rows).toHaveLength(isTaken ? lines.length : 0);
        }),
        { numRuns: 30 },
      );
    }
  });
});
