// Options of W3C's extended log format.

import { limits } from "../../base/limits.ts";
import { list, options } from "../mappings.ts";
import { name } from "../option-types.ts";
import { fieldTypes } from "./field-types.ts";

export const w3cFormat = options({
  w3c: options({
    more: list(name, limits.fieldsMax)
      .default([])
      .describe(
        "Names of further fields that `#Fields:` has and summaries ask for; a character that a name cannot have is `_`, as in `cs_X-Trace`.",
      ),
  }).describe("What the directives do not say."),
  ...fieldTypes,
})
  .transform(({ w3c, ...others }) => ({ type: "w3c" as const, ...w3c, ...others }))
  .describe(
    "W3C's extended log format, as IIS and CloudFront write it: the directive `#Fields:` names the values, wherever in the file it is. Fields: `timestamp` (of `date` and `time`, UTC), `ip`, `user`, `method`, `url`, `query`, `protocol`, `vhost`, `status`, `bytes`, `referrer`, `user_agent`, `cookie`; others keep their names.",
  );
