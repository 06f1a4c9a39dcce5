// Lines of JSON, by paths; what is read of them is told in the kernel's `json.ts`.

import { limits } from "../../shared/base/limits.ts";
import * as layout from "../../shared/kernel/assembly/json-layout.ts";
import type { JsonFormat } from "../../shared/model/format/json.ts";
import { fieldTree, placeTree, placeWords } from "./field-tree.ts";
import type { Tokeniser } from "./tokeniser.ts";

export function jsonTokeniser({ paths }: JsonFormat, fields: readonly string[]): Tokeniser {
  const tree = fieldTree(paths.filter(({ field }) => fields.includes(field)));
  return {
    place(kernel, columns) {
      const frameBytes = (limits.jsonDepthMax + 1) * layout.frameBytes;
      const frames = kernel.place(new Uint8Array(frameBytes));
      const lastFrame = frames + limits.jsonDepthMax * layout.frameBytes;
      const root = placeTree(kernel, tree, columns);
      const program = placeWords(kernel, [root, frames, lastFrame]);
      return (cursor, capacity) => kernel.exports.tokeniseJson(cursor, program, capacity);
    },
  };
}
