// How the options of what container runtimes write are changed between two runs, see `changed-options.test.ts`.

import type { Change } from "./changed-syslog.ts";
import { typed } from "./changed-syslog.ts";
import type { ConfigValue } from "./store-runs.ts";

const pod =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.sources.pod.format, options);

export const containerChanges: Readonly<Record<string, readonly Change[]>> = {
  "sources.NAME<file>.format<cri>.cri": [
    pod({ cri: { pairs: { user: "c" } } }),
    pod({ cri: { pairs: ["user"] } }),
  ],
  "sources.NAME<file>.format<cri>.fields.NAME<ip>.type": [pod(typed("user"))],
};
