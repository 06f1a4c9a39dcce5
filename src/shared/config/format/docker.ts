// Options of Docker's records: the format of the lines that are inside of them.

import * as z from "zod";
import { innerTypes } from "../../model/format/docker.ts";
import type { Format, Formats, InnerFormat } from "../../model/plan.ts";
import { options } from "../mappings.ts";
import { fieldTypes } from "./field-types.ts";

/** Options of the line's format that are those of the whole. */
const outside = ["fields", "timestamp"];

function isInner(format: Format): format is InnerFormat {
  return innerTypes.some((type) => type === format.type);
}

/** @param line the formats that lines have */
export function dockerFormat(line: z.ZodType<Format>) {
  const inside = z
    .unknown()
    .transform((value, context): InnerFormat | null => {
      const isMapping = typeof value === "object" && value !== null;
      if (isMapping && Object.keys(value).length === 0) return null;
      const parsed = line.safeParse(value);
      for (const issue of parsed.error?.issues ?? []) context.addIssue({ ...issue });
      if (!parsed.success) return z.NEVER;
      for (const key of outside.filter((option) => Object.hasOwn(value as object, option))) {
        const params = { isOfKey: true, fix: "write it beside docker" };
        context.addIssue({ code: "custom", path: [key], message: "is no option here", params });
      }
      if (isInner(parsed.data)) return parsed.data;
      const message = `lines of ${parsed.data.type} cannot be inside; there may be ${innerTypes.join(", ")}`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .meta({ title: "format" });
  return options({
    docker: inside.describe(
      "The format of the lines that are logged, such as `{ type: combined }` or `{ json: { … } }`. With `{}` the line is the field `message`.",
    ),
    ...fieldTypes,
  })
    .transform(({ docker, ...own }): Formats["docker"] => {
      if (docker === null) return { type: "docker", inner: null, ...own };
      const { fields, timestamp, ...inner } = docker;
      return {
        ...{ type: "docker", inner: inner },
        // Of a format that is known by a name.
        ...(fields !== undefined && { fields }),
        ...(timestamp !== undefined && { timestamp }),
        ...own,
      };
    })
    .describe(
      "Records of Docker's `json-file` driver, with a line of another format in `log`. Fields: those of the line, and, unless it has them, `timestamp` (the record's `time`) and `stream`. A record whose `log` does not end in a line feed is a part of a longer line, and is rejected as `unfinished_record`.",
    );
}
