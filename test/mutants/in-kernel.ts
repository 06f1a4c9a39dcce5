// Mutants of the kernel's memory: what it keeps from one block, window, vector or line to the next.

import type { TestedMutant } from "./catalog.ts";

const borders = ["test/property/kernel-borders.property.test.ts"];
const summaries = ["test/property/summarise.property.test.ts"];

const formats = [
  "test/unit/worker/format/access-log.test.ts",
  "test/unit/worker/format/rsyslog.test.ts",
  "test/property/formats.property.test.ts",
];

export const inKernel: readonly TestedMutant[] = [
  {
    name: "quotes of a line that begins in the window before are not seen",
    file: "src/shared/kernel/assembly/newlines.ts",
    in: "nextWindow",
    text: "store<u32>(cursor, quotes | load<u32>(cursor, cursorQuotesAhead), cursorQuotes);",
    instead: "store<u32>(cursor, quotes, cursorQuotes);",
    tests: borders,
  },
  {
    name: "fields with doubled quotes are unescaped to one place",
    file: "src/shared/kernel/assembly/csv.ts",
    in: "quotedField",
    text: "  store<u32>(cursor, write, cursorSpare);\n",
    instead: "",
    tests: [...borders, ...summaries],
  },
  {
    name: "a line's end is looked for in one window only",
    file: "src/shared/kernel/assembly/newlines.ts",
    in: "nextWindow",
    text: "while (at < end && entry == buffer);",
    instead: "while (at < end && entry != entry);",
    tests: borders,
  },
  {
    name: "a timestamp is taken for the one before, whatever its offset is",
    file: "src/shared/kernel/assembly/timestamp.ts",
    in: "decodeTimestamps",
    text: "(load<u64>(ptr + timeAt + 8) & restMask) == rest",
    instead: "length == bytes",
    tests: [...borders, ...summaries],
  },
  {
    name: "values that differ in NULs at their end are one",
    file: "src/shared/kernel/assembly/dictionary.ts",
    in: "dictEncode",
    text: "if (load<u32>(place, 16) != bytes || v128.any_true(difference)) {",
    instead: "if (load<u32>(place, 16) == u32.MAX_VALUE || v128.any_true(difference)) {",
    tests: [...borders, "test/property/dictionary.property.test.ts"],
  },
  {
    name: "a line that one summary cannot count is counted by none",
    file: "src/worker/core/summary-verdict.ts",
    in: "SummaryVerdict.judge",
    text: "exports.maskFill(status, 0, n);",
    instead: "if (this.#parsed === n) exports.maskFill(status, 0, n);",
    tests: [...summaries, "test/property/summary-independence.property.test.ts"],
  },
  {
    name: "a metric's field is needed where its condition does not hold",
    file: "src/worker/core/summary-verdict.ts",
    in: "SummaryVerdict.#apply",
    text: "const ofMetric = this.#columns.masks.mask(compiled.where);",
    instead: "const ofMetric = this.#columns.masks.mask(null);",
    tests: [...summaries, "test/property/summary-independence.property.test.ts"],
  },
  {
    name: "a line that is filtered is rejected for what it lacks",
    file: "src/worker/core/summary-verdict.ts",
    in: "SummaryVerdict.#apply",
    text: "let lines = where === 0 ? ofMetric : where;",
    instead: "let lines = ofMetric;",
    tests: summaries,
  },
  {
    name: "a field that the line ends before is an empty one",
    file: "src/shared/kernel/assembly/missing.ts",
    in: "flagMissing",
    text: "isMissing ? u8(MISSING_FIELD + 1) : 0",
    instead: "0",
    tests: summaries,
  },
  {
    name: "what is known of a dictionary's entries is not asked anew when entries come",
    file: "src/worker/core/dictionary-column.ts",
    in: "EntryFlags.update",
    text: "if (size === this.#known) return;",
    instead: "if (size === this.#known || this.#known > 3) return;",
    tests: [...borders, ...summaries],
  },
  {
    name: "a virtual host in front is taken for the client",
    file: "src/shared/kernel/assembly/access-types.ts",
    in: "areNames",
    text: "if (identEnd - ipEnd != 2 && isAddress(ipEnd + 1, identEnd)) return false;",
    instead: "",
    tests: formats,
  },
  {
    name: "a client may have a port, or be a list",
    file: "src/shared/kernel/assembly/access-types.ts",
    in: "areNames",
    text: "if (!isHost(from, ipEnd)) return false;",
    instead: "",
    tests: formats,
  },
  {
    name: "any text is a status",
    file: "src/shared/kernel/assembly/access-types.ts",
    in: "isStatus",
    text: "return hundreds <= 4 && tens <= 9 && ones <= 9;",
    instead: "return hundreds + tens + ones > 0;",
    tests: formats,
  },
  {
    name: "a size of -1 is a size",
    file: "src/shared/kernel/assembly/access-log.ts",
    in: "cutLine",
    text: "write(program, accessSize, offset, size, hasSize ? sizeEnd : size);",
    instead: "write(program, accessSize, offset, size, sizeEnd);",
    tests: formats,
  },
  {
    name: "a tag is no program",
    file: "src/shared/kernel/assembly/rsyslog.ts",
    in: "tokeniseRsyslog",
    text: "if (!payload && hostEnd < to) {",
    instead: "if (!payload && hostEnd > to) {",
    tests: formats,
  },
  {
    name: "digits below the scale are cut from a number with an exponent",
    file: "src/shared/kernel/assembly/decimal.ts",
    in: "parseDecimal",
    text: "      if (digit != 0) return false;\n",
    instead: "",
    tests: ["test/property/kernel-parse.property.test.ts"],
  },
];
