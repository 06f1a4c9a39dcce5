// A format for Zeek's logs, which say themselves what their values are.

import {
  isZeekFields,
  withDirective,
  zeekFields,
  zeekNames,
} from "../../shared/model/format/zeek.ts";

/** As it is written in a configuration; null where no directive names the values. */
export function guessZeek(lines: readonly string[]): Record<string, unknown> | null {
  const directives = lines.filter(isZeekFields);
  if (directives.length === 0) return null;
  const known = new Set(zeekFields);
  const names = new Set(directives.flatMap((line) => zeekNames(withDirective("", line))));
  const more = [...names].filter((name) => !known.has(name) && /^[A-Za-z_][\w-]*$/.test(name));
  return { zeek: more.length > 0 ? { more } : {} };
}
