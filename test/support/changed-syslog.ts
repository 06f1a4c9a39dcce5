// How the options of syslog are changed between two runs, see `changed-options.test.ts`.

import type { Base } from "./every-option.ts";
import type { ConfigValue } from "./store-runs.ts";

export type Change = (config: Base) => unknown;

export const typed = (field: string): ConfigValue => ({ fields: { [field]: { type: "ip" } } });

const sys =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.sources.sys.format, options);

export const syslogChanges: Readonly<Record<string, readonly Change[]>> = {
  "sources.NAME<file>.format<syslog>.type": [
    (config) =>
      Object.assign(config.sources.jobs, { format: { type: "syslog", sd: { user: "o@1.u" } } }),
  ],
  "sources.NAME<file>.format<syslog>.rfc": [sys({ rfc: 3164 }), sys({ rfc: 5424 })],
  "sources.NAME<file>.format<syslog>.sd.NAME": [
    sys({ sd: { user: "o@1.v" } }),
    sys({ sd: { user: "o@1.u", other: "o@1.v" } }),
  ],
  "sources.NAME<file>.format<syslog>.payloads.NAME": [
    sys({ payloads: { app: { pairs: { code: "more" } } } }),
    sys({ payloads: { app: { pairs: ["code"] }, other: { pairs: ["code"] } } }),
  ],
  "sources.NAME<file>.format<syslog>.format": [
    (config) => Object.assign(config.sources.chat.format, { format: { pairs: { user: "code" } } }),
  ],
  "sources.NAME<file>.format<syslog>.fields.NAME<ip>.type": [sys(typed("user"))],
};
