// Mutants of how bytes become lines: where ranges end, and what is no text.

/** @typedef {import("./catalog.mjs").Mutant} Mutant */

const cutAnywhere = ["test/property/ventilator/cut-anywhere.property.test.ts"];

/** @type {readonly Mutant[]} */
export const inReading = [
  {
    name: "half a line at the end of a plain file counts as a line",
    file: "src/ventilator/source/file/last-line.ts",
    text: 'return reader.isCompressed || file.source.lastLine === "count";',
    replacement: "return reader.position >= 0 || file.isCompressed;",
    tests: cutAnywhere,
  },
  {
    name: "a line that was counted and goes on has its rest counted as another",
    file: "src/ventilator/source/file/last-line.ts",
    text: 'return { at: await seekLineEnd(reader, from), hasGoneOn: rest === "more" };',
    replacement:
      'return { at: (await reader.seek(from)) ? from : null, hasGoneOn: rest === "more" };',
    tests: cutAnywhere,
  },
  {
    name: "a line that was counted and goes on is not said",
    file: "src/ventilator/source/file/reader.ts",
    text: "if (hasGoneOn) this.#problems.add(lineWentOn(file.path, from));",
    replacement: "",
    tests: cutAnywhere,
  },
];
