// Values between delimiters: the kernel beside the plain implementation, for delimiters and quotes of every kind,
// and with what is rare in a line on the borders of the kernel's blocks and windows.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldsOf } from "../../src/shared/model/format-fields.ts";
import type { ColumnsFormat } from "../../src/shared/model/format/columns.ts";
import { referenceColumns } from "../reference/delimited-line.ts";
import { columnsFormat, nearDelimitedLines } from "../support/column-lines.ts";
import { tokenise } from "../support/tokenise.ts";

const maxLineBytes = 100_000;

function expectAsPlain(format: ColumnsFormat, lines: readonly string[]): void {
  const fields = fieldsOf(format);
  const cut = lines.map((line) => referenceColumns(format, line.replace(/\r$/, "")));
  const rejected: Record<string, number> = {};
  for (const result of cut) {
    if (typeof result === "string") rejected[result] = (rejected[result] ?? 0) + 1;
  }
  const actual = tokenise(format, fields, `${lines.join("\n")}\n`, { maxLineBytes });
  expect(actual.rows).toEqual(
    cut.flatMap((result) =>
      typeof result === "string" ? [] : [fields.map((field) => result.get(field)!)],
    ),
  );
  expect(actual.rejected).toEqual(rejected);
  expect(actual.lines).toBe(lines.length);
}

const formats: readonly ColumnsFormat[] = [
  columnsFormat,
  { ...columnsFormat, delimiter: "\t" },
  { ...columnsFormat, delimiter: ",", quote: "none", missing: [] },
  { ...columnsFormat, delimiter: ";", columns: ["a", "b", "a"] },
  { ...columnsFormat, delimiter: "|", columns: ["only"], missing: ["", "\xe9"].slice(1) },
  { type: "columns", columns: ["a", "_", "b"], delimiter: " ", quote: "double", missing: ["-"] },
];

describe.each(formats)("columns $columns between $delimiter, quotes: $quote", (format) => {
  const { columns, delimiter } = format;
  const line = nearDelimitedLines(columns.length, delimiter);

  it("are cut as the plain implementation does", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (lines) =>
        expectAsPlain(format, lines),
      ),
      { numRuns: 300 },
    );
  });

  it("are cut so wherever a line lies in the windows of the text", () => {
    const lengths = fc.constantFrom(
      0,
      1,
      14,
      15,
      16,
      62,
      63,
      64,
      4095,
      16_383,
      16_384,
      33_000,
      65_536,
    );
    const padded = fc
      .tuple(line, lengths, line)
      .map(([first, bytes, last]) => [first, "p".repeat(bytes) + delimiter + first, last]);
    fc.assert(
      fc.property(fc.array(padded, { minLength: 1, maxLength: 4 }), (groups) =>
        expectAsPlain(format, groups.flat()),
      ),
      { numRuns: 40 },
    );
  });
});
