// Lines of JSON, by paths; what is read of them is told in the kernel's `json.ts`.

import { limits } from "../../shared/base/limits.ts";
import { innerJson } from "../../shared/kernel/assembly/inner-layout.ts";
import * as layout from "../../shared/kernel/assembly/json-layout.ts";
import * as shapes from "../../shared/kernel/assembly/json-shape-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { JsonFormat } from "../../shared/model/format/json.ts";
import { fieldTree, placeTree, placeWords } from "./field-tree.ts";
import type { Tokeniser } from "./tokeniser.ts";

/** What learning the first shapes of a batch may cost. */
const creditAtFirst = 64;

export function jsonTokeniser({ paths }: JsonFormat, fields: readonly string[]): Tokeniser {
  const tree = fieldTree(paths.filter(({ field }) => fields.includes(field)));
  const placeProgram = (kernel: Kernel, columns: ReadonlyMap<string, number>): number => {
    const frameBytes = (limits.jsonDepthMax + 1) * layout.frameBytes;
    const frames = kernel.place(new Uint8Array(frameBytes));
    const lastFrame = frames + limits.jsonDepthMax * layout.frameBytes;
    const known = kernel.place(new Uint8Array(shapes.shapesBytes));
    kernel.u32[(known + shapes.shapesCredit) >>> 2] = creditAtFirst;
    return placeWords(kernel, [placeTree(kernel, tree, columns), frames, lastFrame, known]);
  };
  return {
    place(kernel, columns) {
      const program = placeProgram(kernel, columns);
      return (cursor, capacity) => kernel.exports.tokeniseJson(cursor, program, capacity);
    },
    placeInner: (kernel, columns) => ({ kind: innerJson, program: placeProgram(kernel, columns) }),
  };
}
