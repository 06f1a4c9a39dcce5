// Options of Zeek's logs.

import { limits } from "../../base/limits.ts";
import { list, options } from "../mappings.ts";
import { name } from "../option-types.ts";
import { fieldTypes } from "./field-types.ts";

export const zeekFormat = options({
  zeek: options({
    more: list(name, limits.fieldsMax)
      .default([])
      .describe(
        "Names of further fields that `#fields` has and summaries ask for; a character that a name cannot have is `_`, as in `cert_chain_fps`.",
      ),
  }).describe("What the directives do not say."),
  ...fieldTypes,
})
  .transform(({ zeek, ...others }) => ({ type: "zeek" as const, ...zeek, ...others }))
  .describe(
    "Zeek's logs with tabs, as it writes them by default: the directive `#fields` names the values, wherever in the file it is. Fields: `timestamp` (of `ts`), `ip` (`id.orig_h`), `user`, `method`, `url` (`uri`), `vhost` (`host`), `status` (`status_code`), `bytes` (`response_body_len`), `user_agent`; others keep their names, with `_` for a point, as in `id_resp_h`.",
  );
