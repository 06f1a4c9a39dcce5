// Values as a configuration must have them so that it is read as them: a dollar sign in the name of a file or of a
// member is no variable.

import { verbatimOptions } from "../../shared/config/variables.ts";

/** The same value, whose texts give what they were when variables are replaced. */
export function asWritten(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(/\$(?=[${])/g, "$$$$");
  if (Array.isArray(value)) return value.map(asWritten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [
      key,
      verbatimOptions.has(key) ? member : asWritten(member),
    ]),
  );
}
