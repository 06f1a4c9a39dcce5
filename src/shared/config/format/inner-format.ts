// The format of the lines inside of an envelope, as an option.

import * as z from "zod";
import { innerTypes } from "../../model/format/inner.ts";
import type { FieldTypes } from "../../model/format/field-types.ts";
import type { Format, InnerFormat } from "../../model/plan.ts";

/** Options of the line's format that are those of the whole. */
const outside = ["fields", "timestamp"];

function isInner(format: Format): format is InnerFormat {
  return innerTypes.some((type) => type === format.type);
}

/**
 * A format, or `{}` for lines that are of none, which is null.
 * @param line the formats that lines have
 * @param beside what the types of fields and the time are written beside
 */
export function innerFormat(line: z.ZodType<Format>, beside: string) {
  return z
    .unknown()
    .transform((value, context): InnerFormat | null => {
      const isMapping = typeof value === "object" && value !== null;
      if (isMapping && Object.keys(value).length === 0) return null;
      const parsed = line.safeParse(value);
      for (const issue of parsed.error?.issues ?? []) context.addIssue({ ...issue });
      if (!parsed.success) return z.NEVER;
      for (const key of outside.filter((option) => Object.hasOwn(value as object, option))) {
        const params = { isOfKey: true, fix: `write it beside ${beside}` };
        context.addIssue({ code: "custom", path: [key], message: "is no option here", params });
      }
      const format = parsed.data;
      const hasHeader = format.type === "columns" && format.header === true;
      if (isInner(format) && !hasHeader) return format;
      const which = hasHeader ? "columns with a header" : format.type;
      const message = `lines of ${which} cannot be inside; there may be ${innerTypes.join(", ")}`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .meta({ title: "format" });
}

/** What formats that are known by a name say of their fields is said outside. */
export function takenOutside(inner: InnerFormat): {
  readonly inner: InnerFormat;
  readonly outside: FieldTypes;
} {
  const { fields, timestamp, ...rest } = inner;
  return {
    inner: rest,
    outside: {
      ...(fields !== undefined && { fields }),
      ...(timestamp !== undefined && { timestamp }),
    },
  };
}
