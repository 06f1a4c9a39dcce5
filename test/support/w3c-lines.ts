// Logs with directives and files with a header: lines that name values, lines of so many values, and lines that are
// nearly such.

import fc from "fast-check";
import type { ColumnsFormat } from "../../src/shared/model/format/columns.ts";
import type { W3cFormat } from "../../src/shared/model/format/w3c.ts";

export const w3cFormat: W3cFormat = { type: "w3c", more: ["x-extra"] };

export const headerFormat: ColumnsFormat = {
  type: "columns",
  columns: ["timestamp", "user", "status"],
  header: true,
  delimiter: ",",
  quote: "double",
  missing: ["-"],
};

const two = (max: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, "0"));

const directive = fc.oneof(
  fc.constantFrom(
    "#Fields: date time c-ip sc-status cs(User-Agent)",
    "#Fields:   time date   cs-uri-stem sc-status x-extra",
    "#fields: date time sc-bytes sc-status",
    "#Fields: date-local time-local sc-status",
    "#Fields:",
    "#Fields: date time date sc-status sc-status",
  ),
  fc.constantFrom(
    "#Version: 1.0",
    "#Software: IIS",
    "#Date: 2014-01-01 00:00:00",
    "#",
    "# Fields: x",
  ),
);
const w3cValue = fc.oneof(
  fc.constantFrom("-", "200", "404", '"a b"', '""', '"say ""x"" y"', "a+b", 'in"side', "#x"),
  fc.constantFrom("192.0.2.1", "/a?b=#c", "p".repeat(70), '"open', '"a"b', "caf\xe9"),
);
const day = two(28).map((text) => `2014-05-${text === "00" ? "01" : text}`);
const w3cRow = fc
  .tuple(
    day,
    two(23),
    two(59),
    fc.array(w3cValue, { minLength: 1, maxLength: 6 }),
    fc.constantFrom(" ", " ", "\t", "  "),
    fc.constantFrom("", "", "", " "),
  )
  .map(
    ([date, hour, minute, values, gap, end]) =>
      [date, `${hour}:${minute}:00`, ...values].join(gap) + end,
  );
const odd = fc.constantFrom("", " ", "\t", "\0#Fields: date", "\0\0", "x", "\0\0a b c d e", "\r");

/** Lines of a log with directives here and there, the first of them mostly at its beginning. */
export const w3cLog: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.constantFrom("", "\xef\xbb\xbf", "\0\0"),
    fc.array(
      fc.oneof(
        { weight: 6, arbitrary: w3cRow },
        { weight: 2, arbitrary: directive },
        { weight: 1, arbitrary: odd },
      ),
      { maxLength: 30 },
    ),
    fc.boolean(),
  )
  .map(([mark, lines, isHeaded]) => {
    const all = isHeaded ? ["#Fields: date time c-ip sc-status", ...lines] : lines;
    return all.length === 0 ? [] : [mark + all[0]!, ...all.slice(1)];
  });

/** A line of the format, behind its directive. */
export const w3cLines: fc.Arbitrary<string> = fc
  .tuple(day, two(23), fc.constantFrom("date time c-ip sc-status", "time date s-ip"))
  .map(([date, hour, names]) => `#Fields: ${names}\n${date} ${hour}:00:07 192.0.2.7 200`);

const headerLine = fc.constantFrom(
  "timestamp,user,status",
  "status,more,user,timestamp",
  'x,"user",timestamp, status ',
  "timestamp,user,user,status",
);
const csvValue = fc.constantFrom("200", "-", "", '"a,b"', '"say ""x"""', "u1", 'in"side', '"open');
const csvRow = fc
  .tuple(day, two(23), fc.array(csvValue, { minLength: 2, maxLength: 3 }), fc.nat(3))
  .map(([date, hour, values, at]) =>
    [...values.slice(0, at), `${date}T${hour}:00:00Z`, ...values.slice(at)].join(","),
  );

/** Lines of a file with a header, which blank lines and holes may precede. */
export const headerLog: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.constantFrom("", "\xef\xbb\xbf", "\0\0"),
    fc.array(fc.constantFrom("", " ", "\0\0\0"), { maxLength: 2 }),
    headerLine,
    fc.array(fc.oneof({ weight: 6, arbitrary: csvRow }, { weight: 1, arbitrary: odd }), {
      maxLength: 30,
    }),
  )
  .map(([mark, before, header, lines]) => {
    const all = [...before, header, ...lines];
    return [mark + all[0]!, ...all.slice(1)];
  });
