// THE list of formats with a name that are cut by delimiters.

import type { Preset } from "./preset.ts";
import { awsPresets } from "./presets/aws.ts";
import { nginxPresets } from "./presets/nginx.ts";

export const presets: readonly Preset[] = [...nginxPresets, ...awsPresets];

/** By every name. */
export const presetsByName: ReadonlyMap<string, Preset> = new Map(
  presets.flatMap((preset) => preset.names.map((name) => [name, preset] as const)),
);
