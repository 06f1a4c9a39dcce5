// Options of logs whose JSON is known by a name.

import * as z from "zod";
import { jsonAccessLogs } from "../../format/presets/json-access-logs.ts";
import { jsonLoggers } from "../../format/presets/json-loggers.ts";
import type { JsonPreset } from "../../format/presets/json-preset.ts";
import { options } from "../mappings.ts";
import { fieldTypes } from "./field-types.ts";
import { jsonFormat } from "./json.ts";

const presets = { ...jsonAccessLogs, ...jsonLoggers };
export const jsonPresets: Readonly<Record<string, JsonPreset>> = presets;
export const jsonPresetNames = Object.keys(presets) as readonly (keyof typeof presets)[];

const list = Object.entries(jsonPresets).map(
  ([name, { about, paths }]) => `\`${name}\`: ${about} (${Object.keys(paths).join(", ")})`,
);

export const jsonPresetFormat = options({ type: z.enum(jsonPresetNames), ...fieldTypes })
  .transform(({ type, ...others }) => {
    const { paths, form }: JsonPreset = presets[type];
    const time = form === undefined ? {} : { timestamp: { form } };
    return { ...jsonFormat.parse({ json: paths, ...time }), ...others };
  })
  .describe(
    `JSON whose fields are known, each the same as \`json\` with these paths in it. ${list.join(". ")}.`,
  );
