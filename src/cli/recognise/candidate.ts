// A format that a file may be of.

import { formatSchema } from "../../shared/config/format/format-schema.ts";
import type { Format } from "../../shared/model/plan.ts";

export interface Candidate {
  /** What people are told. */
  readonly name: string;
  /** As a configuration has it. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly format: Format;
}

/** A format as a configuration has it; null if it is none. */
export function candidateOf(
  name: string,
  options: Readonly<Record<string, unknown>>,
): Candidate | null {
  const parsed = formatSchema.safeParse(options);
  return parsed.success ? { name, options, format: parsed.data } : null;
}
