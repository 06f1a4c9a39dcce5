// A format for logs of W3C, which say themselves what their values are.

import { isFieldsDirective } from "../../shared/model/format/preamble.ts";
import { w3cFields, w3cNames } from "../../shared/model/format/w3c.ts";

/** As it is written in a configuration; null where no directive names the values. */
export function guessW3c(lines: readonly string[]): Record<string, unknown> | null {
  const directives = lines.filter(isFieldsDirective);
  if (directives.length === 0) return null;
  const known = new Set(w3cFields);
  const names = new Set(directives.flatMap(w3cNames));
  const more = [...names].filter((name) => !known.has(name) && /^[A-Za-z_][\w-]*$/.test(name));
  // Where a server writes its local time alone, that is the time.
  const isLocal = !names.has("date") && names.has("date-local") && names.has("time-local");
  return {
    w3c: more.length > 0 ? { more } : {},
    ...(isLocal && { timestamp: { from: ["date-local", "time-local"] } }),
  };
}
