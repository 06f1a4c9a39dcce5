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
  {
    name: "arrays of a table may double beyond the budget",
    file: "src/shared/kernel/assembly/growth.ts",
    in: "doublings",
    text: "bytes += blockBytes(count * elementBytes);",
    instead: "bytes += blockBytes(elementBytes);",
    tests: ["test/property/table.property.test.ts"],
  },
  {
    name: "the next group is not measured before it is taken",
    file: "src/sink/store/embedded/log/group-commit.ts",
    in: "Committer.#loop",
    text: "await this.#steps.measure([...this.#inMerge, ...this.#queue.slice(0, count)]);",
    instead: "await this.#steps.measure([]);",
    tests: ["test/unit/sink/store/flushing.test.ts"],
  },
  {
    name: "a table is sorted at one go",
    file: "src/shared/kernel/assembly/sort.ts",
    in: "RUN_ROWS",
    text: "8192",
    instead: "80000000",
    tests: ["test/unit/shared/table/sort-runs.test.ts"],
  },
  {
    name: "runs of a table are not merged",
    file: "src/shared/kernel/assembly/sort.ts",
    in: "sink",
    text: "if (!precedes(view, least, at)) return;",
    instead: "if (least) return;",
    tests: ["test/unit/shared/table/sort-runs.test.ts"],
  },
];
