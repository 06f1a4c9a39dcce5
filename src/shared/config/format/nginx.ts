// Options of lines that nginx's `log_format` describes.

import * as z from "zod";
import { nginxEscapes, readNginx } from "../../format/nginx.ts";
import { options } from "../mappings.ts";
import { text } from "../option-types.ts";
import { fieldTypes } from "./field-types.ts";
import { patternOf } from "./pattern-of.ts";

export const nginxFormat = options({
  nginx: text.describe(
    "The line of nginx's `log_format` as it stands, or the whole directive. `${NAME}` is a variable of nginx here, none of the environment.",
  ),
  escape: z
    .enum(nginxEscapes)
    .exactOptional()
    .describe("The `escape` of the `log_format`; `default` where nginx is told none."),
  ...fieldTypes,
})
  .describe(
    "Lines that nginx writes, by its own configuration. `$remote_addr` is the field `ip`, `$remote_user` `user`, `$time_local` or `$time_iso8601` `timestamp`, `$request` `method`, `url` and `protocol`, `$body_bytes_sent` `bytes`, `$http_referer` `referrer`, `$http_user_agent` `user_agent`, `$host` `vhost`; others keep their names.",
  )
  .transform(({ nginx, escape, ...others }, context) =>
    patternOf("nginx", readNginx(nginx, escape ?? null), others, context),
  );
