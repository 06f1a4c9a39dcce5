// Options of JSON lines.

import * as z from "zod";
import { limits } from "../../base/limits.ts";
import type { JsonPath } from "../../model/format/json.ts";
import { filledNamed, options } from "../mappings.ts";
import { fieldTypes } from "./field-types.ts";
import { parseJsonPath } from "./json-path.ts";

const path = z
  .string({ error: "must be a path; put it in quotes" })
  .transform((written, context): Omit<JsonPath, "field"> => {
    const parsed = parseJsonPath(written);
    if (!("problem" in parsed)) return parsed;
    const { index, problem: message, fix } = parsed;
    context.addIssue({ code: "custom", message, params: { index, fix } });
    return z.NEVER;
  })
  .meta({ title: "path" });

export const jsonFormat = options({
  json: filledNamed(path, limits.fieldsMax).describe(
    'Where each field is, by its name: keys behind points, `[0]` for an element, `["a key"]` for a key with one of `. [ ] "` in it; `[*]` at the end for all elements, which a summary explodes.',
  ),
  ...fieldTypes,
})
  .transform(({ json, ...others }) => {
    const paths = Object.entries(json).map(([field, found]) => ({ field, ...found }));
    return { type: "json" as const, paths, ...others };
  })
  .describe(
    "JSON Lines: every line is an object. A field is a string without its quotes and escapes, a number, `true` or `false` as written, or an object or array as written; `null` is missing, as is what is not there.",
  );
