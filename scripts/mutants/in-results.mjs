// Mutants of what people read: metrics, queries and outputs.

/** @typedef {import("./catalog.mjs").Mutant} Mutant */

const averages = ["test/property/average.property.test.ts"];

/** @type {readonly Mutant[]} */
export const inResults = [
  {
    name: "an average is divided by the lines, values or not",
    file: "src/shared/metric/avg.ts",
    text: '{ layout: { type: "count" }, input: decimalInput(options) },',
    replacement: '{ layout: { type: "count" }, input: { kind: "line" } },',
    tests: averages,
  },
  {
    name: "every metric is taken to have one column",
    file: "src/shared/metric/kinds.ts",
    text: "next += columnsOf(metric).length;",
    replacement: "next += 1 + columnsOf(metric).length * 0;",
    tests: averages,
  },
  {
    name: "the paths of outputs are compared as they are written",
    file: "src/shared/config/output-references.ts",
    text: "const place = placeOf(path);",
    replacement: "const place = path;",
    tests: ["test/unit/shared/config/file-place.test.ts"],
  },
  {
    name: "a run waits without end for an output whose disk is full",
    file: "src/sink/publish-and-flush.ts",
    text: "if (performance.now() - startMs >= this.#parts.outputSpaceWaitMs) throw error;",
    replacement: "if (performance.now() < startMs) throw error;",
    tests: ["test/integration/sink-disk-full.test.ts"],
  },
];
