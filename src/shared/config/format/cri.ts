// Options of the lines that container runtimes write: the format of the lines that are inside of them.

import type * as z from "zod";
import type { Format, Formats } from "../../model/plan.ts";
import { options } from "../mappings.ts";
import { fieldTypes } from "./field-types.ts";
import { innerFormat, takenOutside } from "./inner-format.ts";

/** @param line the formats that lines have */
export function criFormat(line: z.ZodType<Format>) {
  return options({
    cri: innerFormat(line, "cri").describe(
      "The format of the lines that are logged, such as `{ type: combined }` or `{ json: { … } }`. With `{}` the line is the field `message`.",
    ),
    ...fieldTypes,
  })
    .transform(({ cri, ...own }): Formats["cri"] => {
      if (cri === null) return { type: "cri", inner: null, ...own };
      const { inner, outside } = takenOutside(cri);
      return { type: "cri", inner, ...outside, ...own };
    })
    .describe(
      "Logs of Kubernetes' containers as containerd and CRI-O write them (`time stream tag line`), with a line of another format at the end. Fields: those of the line, and, unless it has them, `timestamp` and `stream`. Long lines are cut into parts, which are rejected as `unfinished_record`, also the last one, which looks like a line.",
    );
}
