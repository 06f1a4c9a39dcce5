// Options of lines that Apache's `LogFormat` describes.

import { readApache } from "../../format/apache.ts";
import { options } from "../mappings.ts";
import { text } from "../option-types.ts";
import { fieldTypes } from "./field-types.ts";
import { patternOf } from "./pattern-of.ts";

export const apacheFormat = options({
  apache: text.describe(
    "The format of Apache's `LogFormat` or `CustomLog` as it stands, or the whole directive.",
  ),
  ...fieldTypes,
})
  .describe(
    "Lines that Apache writes, by its own configuration. `%h` is the field `ip`, `%l` `ident`, `%u` `user`, `%t` `timestamp`, `%r` `method`, `url` and `protocol`, `%s` `status`, `%b` or `%O` `bytes`, `%{Referer}i` `referrer`, `%{User-Agent}i` `user_agent`, `%v` `vhost`, `%p` `port`, `%D` `duration_us`; other headers have their names in small letters.",
  )
  .transform(({ apache, ...others }, context) =>
    patternOf("apache", { ...readApache(apache), escape: "backslash" }, others, context),
  );
