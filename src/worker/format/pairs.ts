// Lines of pairs, by keys; what is read of them is told in the kernel's `pairs.ts`.

import { innerPairs } from "../../shared/kernel/assembly/inner-layout.ts";
import type { PairsFormat } from "../../shared/model/format/pairs.ts";
import { fieldTree, placeTree } from "./field-tree.ts";
import type { Tokeniser } from "./tokeniser.ts";

export function pairsTokeniser({ keys }: PairsFormat, fields: readonly string[]): Tokeniser {
  const asked = keys.filter(({ field }) => fields.includes(field));
  const tree = fieldTree(asked.map(({ field, key }) => ({ field, steps: [key] })));
  return {
    place(kernel, columns) {
      const root = placeTree(kernel, tree, columns);
      return (cursor, capacity) => kernel.exports.tokenisePairs(cursor, root, capacity);
    },
    placeInner: (kernel, columns) => ({
      kind: innerPairs,
      program: placeTree(kernel, tree, columns),
    }),
  };
}
