// Mutants of the kernel's memory: what it keeps from one block, window, vector or line to the next.

/** @typedef {import("./catalog.mjs").Mutant} Mutant */

const borders = ["test/property/kernel-borders.property.test.ts"];
const summaries = ["test/property/summarise.property.test.ts"];

/** @type {readonly Mutant[]} */
export const inKernel = [
  {
    name: "quotes of a line that begins in the window before are not seen",
    file: "src/shared/kernel/assembly/newlines.ts",
    text: "store<u32>(cursor, quotes | load<u32>(cursor, cursorQuotesAhead), cursorQuotes);",
    replacement: "store<u32>(cursor, quotes, cursorQuotes);",
    tests: borders,
    isKernel: true,
  },
  {
    name: "fields with doubled quotes are unescaped to one place",
    file: "src/shared/kernel/assembly/csv.ts",
    text: "  store<u32>(cursor, write, cursorSpare);\n",
    replacement: "",
    tests: [...borders, ...summaries],
    isKernel: true,
  },
  {
    name: "a line's end is looked for in one window only",
    file: "src/shared/kernel/assembly/newlines.ts",
    text: "while (at < end && entry == buffer);",
    replacement: "while (at < end && entry != entry);",
    tests: borders,
    isKernel: true,
  },
  {
    name: "a timestamp is taken for the one before, whatever its offset is",
    file: "src/shared/kernel/assembly/timestamp.ts",
    text: "(load<u64>(ptr + timeAt + 8) & restMask) == rest",
    replacement: "length == bytes",
    tests: [...borders, ...summaries],
    isKernel: true,
  },
  {
    name: "values that differ in NULs at their end are one",
    file: "src/shared/kernel/assembly/dictionary.ts",
    text: "if (load<u32>(place, 16) != bytes || v128.any_true(difference)) {",
    replacement: "if (load<u32>(place, 16) == u32.MAX_VALUE || v128.any_true(difference)) {",
    tests: [...borders, "test/property/dictionary.property.test.ts"],
    isKernel: true,
  },
  {
    name: "what is known of a dictionary's entries is not asked anew when entries come",
    file: "src/worker/core/dictionary-column.ts",
    text: "if (size === this.#known) return;",
    replacement: "if (size === this.#known || this.#known > 3) return;",
    tests: [...borders, ...summaries],
  },
];
