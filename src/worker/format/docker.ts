// Records of Docker, with a line of another format inside; how they are read is told in the kernel's `docker.ts`.

import { limits } from "../../shared/base/limits.ts";
import { pendingIn } from "../../shared/model/format/parts-scan.ts";
import { containerFields } from "../../shared/model/format-fields.ts";
import type { Formats, InnerFormat } from "../../shared/model/plan.ts";
import { placeWords } from "./field-tree.ts";
import { innerFields, innerPlacer } from "./inner.ts";
import { jsonTokeniser } from "./json.ts";
import { pendingBits } from "./pending.ts";
import type { Tokeniser } from "./tokeniser.ts";

/** The text of a record, as a field that no format has. */
const logField = "";
const keys = { timestamp: "time", stream: "stream" } as const;

/** @param tokeniserOf of the format inside */
export function dockerTokeniser(
  { inner }: Formats["docker"],
  fields: readonly string[],
  tokeniserOf: (format: InnerFormat) => Tokeniser,
): Tokeniser {
  const ofLine = innerFields(inner);
  const ofRecord = containerFields.filter(
    (field) => fields.includes(field) && !ofLine.includes(field),
  );
  const paths = [
    { field: logField, steps: ["log"] },
    ...ofRecord.map((field) => ({ field, steps: [keys[field]] })),
  ];
  const record = jsonTokeniser({ type: "json", paths }, [logField, ...ofRecord]);
  const placeLine = innerPlacer(inner, tokeniserOf);
  return {
    place(kernel, columns, ignored, preamble) {
      const ofPaths = new Map([...columns, [logField, ignored]]);
      const { program: recordProgram } = record.placeInner!(kernel, ofPaths, ignored);
      const placed = placeLine(kernel, columns, ignored);
      const pending = pendingBits(pendingIn(preamble));
      const program = placeWords(kernel, [
        ...[recordProgram, ignored, placed.kind, placed.program],
        ...[pending, limits.partLineBytesMax, limits.lineBeginningBytes],
      ]);
      return (cursor, capacity) => kernel.exports.tokeniseDocker(cursor, program, capacity);
    },
  };
}
