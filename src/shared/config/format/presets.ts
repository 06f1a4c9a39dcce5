// Options of formats that have a name and are cut by delimiters.

import * as z from "zod";
import { patternOfPreset } from "../../format/preset.ts";
import { presetsByName } from "../../format/presets.ts";
import type { PatternFormat } from "../../model/format/pattern.ts";
import { options } from "../mappings.ts";
import { fieldTypes } from "./field-types.ts";

export const presetNames: readonly string[] = [...presetsByName.keys()];

export const presetFormat = options({ type: z.enum(presetNames), ...fieldTypes })
  .describe(
    "Lines of servers that are known by name; [formats.md](formats.md#names) has a line of each.",
  )
  .transform(({ type, ...own }): PatternFormat => ({
    ...patternOfPreset(presetsByName.get(type)!),
    ...own,
  }));
