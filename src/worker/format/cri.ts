// Lines of container runtimes, with a line of another format inside; how they are read is told in the kernel's `cri.ts`.

import { pendingIn } from "../../shared/model/format/parts-scan.ts";
import type { Formats, InnerFormat } from "../../shared/model/plan.ts";
import { placeWords } from "./field-tree.ts";
import { innerFields, innerPlacer } from "./inner.ts";
import { pendingBits } from "./pending.ts";
import type { Tokeniser } from "./tokeniser.ts";

/** @param tokeniserOf of the format inside */
export function criTokeniser(
  { inner }: Formats["cri"],
  tokeniserOf: (format: InnerFormat) => Tokeniser,
): Tokeniser {
  const ofLine = innerFields(inner);
  const placeLine = innerPlacer(inner, tokeniserOf);
  return {
    place(kernel, columns, ignored, preamble) {
      const columnOf = (field: string): number =>
        ofLine.includes(field) ? 0 : (columns.get(field) ?? 0);
      const placed = placeLine(kernel, columns, ignored);
      const program = placeWords(kernel, [
        ...[columnOf("timestamp"), columnOf("stream"), placed.kind, placed.program],
        pendingBits(pendingIn(preamble)),
      ]);
      return (cursor, capacity) => kernel.exports.tokeniseCri(cursor, program, capacity);
    },
  };
}
