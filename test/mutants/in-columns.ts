// Mutants of lines that are values between delimiters.

import type { TestedMutant } from "./catalog.ts";

const laws = ["test/property/columns.property.test.ts"];
const ranges = ["test/property/preamble.property.test.ts"];
const reading = ["test/property/ventilator/preambles.property.test.ts"];
const kernel = "src/shared/kernel/assembly/delimited.ts";

export const inColumns: readonly TestedMutant[] = [
  {
    name: "a line with more values than columns is a row",
    file: kernel,
    in: "cutValues",
    text: "field <= load<u32>(program, delimitedValuesMost)",
    instead: "field <= u32.MAX_VALUE",
    tests: laws,
  },
  {
    name: "a line with fewer values than columns is a row",
    file: kernel,
    in: "cutValues",
    text: "field >= load<u32>(program, delimitedValuesLeast)",
    instead: "field >= 1",
    tests: laws,
  },
  {
    name: "what follows a quoted value is part of it",
    file: kernel,
    in: "cutValues",
    text: "if (behind != delimiter) return BAD_CSV + 1;",
    instead: "if (behind == 0xff) return BAD_CSV + 1;",
    tests: laws,
  },
  {
    name: "a quote within a value is a character of it",
    file: kernel,
    in: "cutValues",
    text: "if (valueEnd < to && load<u8>(valueEnd) == QUOTE) return BAD_CSV + 1;",
    instead: "if (valueEnd < to && load<u8>(valueEnd) == 0xff) return BAD_CSV + 1;",
    tests: laws,
  },
  {
    name: "a value that begins as a mark of a missing one is missing",
    file: kernel,
    in: "isMark",
    text: "bytes == u32(span >> 32) &&",
    instead: "bytes <= u32(span >> 32) &&",
    tests: laws,
  },
  {
    name: "quoted values are copied to one place",
    file: kernel,
    in: "quotedValue",
    text: "  store<u32>(cursor, write, cursorSpare);\n",
    instead: "",
    tests: laws,
  },
  {
    name: "a line of blanks is a row of empty values",
    file: kernel,
    in: "cutLine",
    text: "load<u8>(from) <= SPACE && isBlank(from, to)",
    instead: "load<u8>(from) > SPACE && isBlank(from, to)",
    tests: laws,
  },
  {
    name: "a line before any header has the values of nothing",
    file: kernel,
    in: "cutLine",
    text: "if (!load<u32>(program, delimitedNamed)) return NO_HEADER + 1;",
    instead: "if (!program) return NO_HEADER + 1;",
    tests: ranges,
  },
  {
    name: "a directive in the middle of a range is a comment and nothing else",
    file: "src/worker/format/w3c.ts",
    in: "w3cTokeniser",
    text: "lines.onReport = read;",
    instead: "",
    tests: ranges,
  },
  {
    name: "a field that the present directive has not keeps what the one before said",
    file: "src/worker/format/delimited.ts",
    in: "Delimited.name",
    text: "this.#set(layout.delimitedAbsentCount, absent.length);",
    instead: "this.#set(layout.delimitedAbsentCount, 0);",
    tests: ranges,
  },
  {
    name: "a directive behind a hole is none",
    file: "src/shared/model/format/preamble.ts",
    in: "PreambleScan.#textOf",
    text: "line[from] === nul",
    instead: "line[from] === hash",
    tests: ranges,
  },
  {
    name: "of a directive that is read in two pieces only the second counts",
    file: "src/shared/model/format/preamble.ts",
    in: "PreambleScan.#keep",
    text: "this.#pending = Buffer.from(rest);",
    instead: "this.#pending = noBytes;",
    tests: ranges,
  },
  {
    name: "a range goes out with the directive that stands in it",
    file: "src/ventilator/source/file/preambles.ts",
    in: "KnownPreamble.of",
    text: "{ ...cut, preamble }",
    instead: "{ ...cut, preamble: this.#scan.preamble }",
    tests: reading,
  },
  {
    name: "a file that has grown is read without what stands before",
    file: "src/ventilator/source/file/preambles.ts",
    in: "KnownPreamble.goTo",
    text: "if (this.#at === offset || this.#isKnown()) {",
    instead: "if (this.#at <= offset || this.#isKnown()) {",
    tests: reading,
  },
  {
    name: "a file whose header lacks a column is read",
    file: "src/ventilator/source/file/preambles.ts",
    in: "KnownPreamble.#checkColumns",
    text: "if (missing.length === 0) return;",
    instead: "if (missing.length >= 0) return;",
    tests: reading,
  },
  {
    name: "times of W3C's logs are local",
    file: "src/shared/model/format-fields.ts",
    in: "timeReadingOf",
    text: 'from: ["date", "time"], isUtc: true',
    instead: 'from: ["date", "time"]',
    tests: ["test/unit/worker/format/w3c.test.ts"],
  },
];
