// Lines of values between delimiters, and lines that are nearly such.

import fc from "fast-check";
import type { ColumnsFormat } from "../../src/shared/model/format/columns.ts";

export const columnsFormat: ColumnsFormat = {
  type: "columns",
  columns: ["timestamp", "event", "", "user", "_", "amount"],
  delimiter: "~",
  quote: "double",
  comments: "#",
  missing: ["-", "n/a"],
};

const two = (max: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, "0"));
const plain = fc.oneof(
  fc.constantFrom("view", "a b", "", "-", "n/a", "n/", "--", "caf\xe9", "\xc3\xa9", "1.5", "#"),
  fc.string({ unit: fc.constantFrom(..."ab -#,;'\\\0".split("")), maxLength: 90 }),
);
/** Whole values as RFC 4180 quotes them. */
const quoted = fc
  .string({ unit: fc.constantFrom("a", " ", ",", ";", "~", "\t", '""', "#", "\\"), maxLength: 90 })
  .map((text) => `"${text}"`);
const value = fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: quoted });

/** Lines of so many values. */
function delimitedLines(columns: number, delimiter: string): fc.Arbitrary<string> {
  const values = fc.array(value, { minLength: columns, maxLength: columns });
  return values.map((list) =>
    list
      .map((text) => (text.startsWith('"') ? text : text.replaceAll(delimiter, "x")))
      .join(delimiter),
  );
}

export const columnLines: fc.Arbitrary<string> = fc
  .tuple(two(23), two(59), delimitedLines(5, "~"))
  .map(([hour, minute, rest]) => `2023-10-14T${hour}:${minute}:00Z~${rest}`);

const odd = fc.constantFrom(
  '"',
  '""',
  '"""',
  '"a"b',
  'a"b',
  '"open',
  '"x" ',
  "\t",
  "\r",
  " \t ",
  "#c\td",
);

/** Lines of almost so many values, some with wrong quotes, comments and blanks. */
export function nearDelimitedLines(columns: number, delimiter: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: delimitedLines(columns, delimiter) },
    fc
      .tuple(
        fc.array(fc.oneof(value, odd), { maxLength: columns + 2 }),
        fc.constantFrom("", "#", " "),
      )
      .map(([values, front]) => front + values.join(delimiter)),
    fc.tuple(odd, odd).map(([a, b]) => a + b),
  );
}
