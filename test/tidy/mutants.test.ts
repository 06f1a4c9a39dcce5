// Mutants are pieces of text of the code, so a change of the code can leave one behind that nobody can
// try out any more.

import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { mutants } from "../../scripts/mutants/catalog.mjs";
import { misfits } from "../../scripts/mutants/misfits.mjs";
import { mutants as simulated } from "../sim/mutants.mjs";

const below = (folder: string): string => fileURLToPath(new URL(folder, import.meta.url));

it("every mutant fits the code", () => {
  expect(misfits(mutants, below("../../"))).toEqual([]);
  expect(misfits(simulated, below("../../src/"))).toEqual([]);
});

it("a mutant whose text is gone, or there twice, is found", () => {
  const [first] = mutants;
  const gone = { name: "gone", file: first!.file, text: "no such text" };
  const common = { name: "common", file: first!.file, text: " " };
  expect(misfits([gone, common, first!], below("../../"))).toHaveLength(2);
});
