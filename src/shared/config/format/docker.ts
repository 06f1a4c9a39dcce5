// Options of Docker's records: the format of the lines that are inside of them.

import type * as z from "zod";
import type { Format, Formats } from "../../model/plan.ts";
import { options } from "../mappings.ts";
import { fieldTypes } from "./field-types.ts";
import { innerFormat, takenOutside } from "./inner-format.ts";

/** @param line the formats that lines have */
export function dockerFormat(line: z.ZodType<Format>) {
  return options({
    docker: innerFormat(line, "docker").describe(
      "The format of the lines that are logged, such as `{ type: combined }` or `{ json: { … } }`. With `{}` the line is the field `message`.",
    ),
    ...fieldTypes,
  })
    .transform(({ docker, ...own }): Formats["docker"] => {
      if (docker === null) return { type: "docker", inner: null, ...own };
      const { inner, outside } = takenOutside(docker);
      return { type: "docker", inner, ...outside, ...own };
    })
    .describe(
      "Records of Docker's `json-file` driver, with a line of another format in `log`. Fields: those of the line, and, unless it has them, `timestamp` (the record's `time`) and `stream`. Docker cuts lines after 16 KiB: the parts are rejected as `unfinished_record`, also the last one, which looks like a line.",
    );
}
