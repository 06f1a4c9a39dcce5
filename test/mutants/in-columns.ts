// Mutants of lines that are values between delimiters.

import type { TestedMutant } from "./catalog.ts";

const laws = ["test/property/columns.property.test.ts"];
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
];
