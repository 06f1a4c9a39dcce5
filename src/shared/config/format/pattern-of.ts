// From a line that a configuration has pasted to the format of the plan, with what is wrong at the character
// at which it is.

import * as z from "zod";
import type { FieldTypes } from "../../model/format/field-types.ts";
import type { PatternFormat } from "../../model/format/pattern.ts";
import type { Escape, ReadLine } from "../../format/line-parts.ts";
import { patternOfLine } from "../../format/pattern-of-line.ts";

/**
 * @param key the option that has the line
 * @param own what the configuration says of fields and times itself, which counts
 */
export function patternOf(
  key: string,
  { parts, faults, escape }: ReadLine & { readonly escape: Escape },
  own: FieldTypes,
  context: z.RefinementCtx,
): PatternFormat {
  const pattern = patternOfLine(parts, { escape });
  // Of what could not be read at all there is nothing else to say.
  const all = parts.length > 0 || faults.length === 0 ? [...faults, ...pattern.faults] : faults;
  for (const { index, problem: message, fix } of all) {
    context.addIssue({ code: "custom", path: [key], message, params: { index, fix } });
  }
  if (all.length > 0) return z.NEVER;
  const { steps, timestamp } = pattern;
  return { type: "pattern", steps, ...(timestamp !== undefined && { timestamp }), ...own };
}
