// Options of the access logs of web servers.

import * as z from "zod";
import { accessLogTypes } from "../../model/format-fields.ts";
import { options } from "../mappings.ts";
import { fieldTypes } from "./field-types.ts";

export const accessLogFormat = options({ type: z.enum(accessLogTypes), ...fieldTypes }).describe(
  "Access logs of web servers. Fields: `ip`, `ident`, `user`, `timestamp`, `method`, `url`, `protocol`, `status`, `bytes`; in `combined` and `vhost_combined` also `referrer`, `user_agent`; in `vhost_common` and `vhost_combined`, whose lines begin with the virtual host, also `vhost`, `port`.",
);
