// Mutants of what people read: metrics, queries and outputs.

import type { TestedMutant } from "./catalog.ts";

const averages = ["test/property/average.property.test.ts"];

export const inResults: readonly TestedMutant[] = [
  {
    name: "an average is divided by the lines, values or not",
    file: "src/shared/metric/avg.ts",
    in: "avg",
    text: '{ layout: { type: "count" }, input: decimalInput(options) },',
    instead: '{ layout: { type: "count" }, input: { kind: "line" } },',
    tests: averages,
  },
  {
    name: "every metric is taken to have one column",
    file: "src/shared/metric/kinds.ts",
    in: "firstColumns",
    text: "next += columnsOf(metric).length;",
    instead: "next += 1 + columnsOf(metric).length * 0;",
    tests: averages,
  },
  {
    name: "the paths of outputs are compared as they are written",
    file: "src/shared/config/output-references.ts",
    in: "checkOutputs",
    text: "const place = placeOf(path);",
    instead: "const place = path;",
    tests: ["test/unit/shared/config/file-place.test.ts"],
  },
  {
    name: "a run waits without end for an output whose disk is full",
    file: "src/sink/publish-and-flush.ts",
    in: "Upkeep.#publish",
    text: "if (performance.now() - startMs >= this.#parts.spaceWaitMs) throw error;",
    instead: "if (performance.now() < startMs) throw error;",
    tests: ["test/integration/sink-disk-full.test.ts"],
  },
];
