// Options of lines of pairs.

import * as z from "zod";
import { limits } from "../../base/limits.ts";
import { filledList, filledNamed, options } from "../mappings.ts";
import { name } from "../option-types.ts";
import { fieldTypes } from "./field-types.ts";

/** As the kernel's `pairs.ts` reads keys; another would never be found. */
const keyPattern = /^[A-Za-z_@$\u0080-\u{10ffff}][\w@$./:#[\]\u0080-\u{10ffff}-]*$/u;

const key = z
  .string({ error: "must be a key; put it in quotes" })
  .regex(keyPattern, {
    error:
      "must begin with a letter, _, @ or $ and go on with these, digits and any of - . / : # [ ]",
  })
  .meta({ title: "key" });

interface UnionIssue {
  readonly input?: unknown;
  readonly errors: readonly (readonly z.core.$ZodIssue[])[];
}

/** What is wrong with the list, or with the mapping: whichever it is. */
function whatIsWrong({ input, errors: [ofList, ofMapping] }: UnionIssue): string {
  if (typeof input !== "object" || input === null) {
    return "must be a list of fields, [level, msg], or keys by field, { level: lvl }";
  }
  const [issue] = (Array.isArray(input) ? ofList : ofMapping) ?? [];
  const message = issue?.code === "invalid_key" ? issue.issues[0]?.message : issue?.message;
  return [...(issue?.path ?? []).map(String), message ?? ""].join(" ");
}

export const pairsFormat = options({
  pairs: z
    .union([filledList(name, limits.fieldsMax), filledNamed(key, limits.fieldsMax)], {
      error: (issue) => whatIsWrong(issue as UnionIssue),
    })
    .describe(
      "The fields: a list of keys that are their names, or the key of each field by the field's name.",
    )
    .meta({ title: "list of name, or mapping" }),
  ...fieldTypes,
})
  .transform(({ pairs, ...others }) => {
    const keys = Array.isArray(pairs)
      ? [...new Set(pairs)].map((field) => ({ field, key: field }))
      : Object.entries(pairs).map(([field, written]) => ({ field, key: written }));
    return { type: "pairs" as const, keys, ...others };
  })
  .describe(
    'Lines of `key=value` pairs, as logfmt has them: `level=info msg="a \\"quoted\\" text" retry`. Escapes in quotes are undone; a key alone is `true`; an empty value is missing.',
  );
