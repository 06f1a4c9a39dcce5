// THE list of formats with a name that are cut by delimiters.

import type { Preset } from "./preset.ts";
import { apachePresets } from "./presets/apache.ts";
import { awsPresets } from "./presets/aws.ts";
import { errorPresets } from "./presets/errors.ts";
import { nginxPresets } from "./presets/nginx.ts";
import { proxyPresets } from "./presets/proxies.ts";
import { uwsgiPresets } from "./presets/uwsgi.ts";

export const presets: readonly Preset[] = [
  ...nginxPresets,
  ...apachePresets,
  ...uwsgiPresets,
  ...proxyPresets,
  ...awsPresets,
  ...errorPresets,
];

/** By every name. */
export const presetsByName: ReadonlyMap<string, Preset> = new Map(
  presets.flatMap((preset) => preset.names.map((name) => [name, preset] as const)),
);
