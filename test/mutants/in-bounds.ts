// Mutants of what bounds memory and the stretches of work between two turns of the event loop.

import type { TestedMutant } from "./catalog.ts";

export const inBounds: readonly TestedMutant[] = [
  {
    name: "a batch is summarised at one go",
    file: "src/worker/batch-runner.ts",
    in: "BatchRunner.#summarised",
    text: "await inSlices(summarise.steps(header, payload, watch))",
    instead: "summarise(header, payload, watch)",
    tests: ["test/unit/worker/batch-runner.test.ts"],
  },
  {
    name: "all tables of a batch are one step",
    file: "src/worker/core/summarise.ts",
    in: "linesPartial",
    text: "tables.push(encoded); yield;",
    instead: "tables.push(encoded);",
    tests: ["test/unit/worker/core/summarise.test.ts"],
  },
];
