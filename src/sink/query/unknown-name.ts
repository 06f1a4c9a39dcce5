// The sentence for a name that does not exist: what is known, and which of it was probably meant.

import { nearest } from "../../shared/text/nearest-word.ts";

/** `unknown metric "clciks" (did you mean clicks?); known: clicks, impressions`. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const hint = meant === null ? "" : ` (did you mean ${meant}?)`;
  const list = known.length === 0 ? "there is none" : `known: ${known.join(", ")}`;
  return `unknown ${what} "${name}"${hint}; ${list}`;
}
