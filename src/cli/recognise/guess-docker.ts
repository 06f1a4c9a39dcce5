// A format for records of Docker's json-file driver: that of the lines inside, which is recognised like any other.

import { innerTypes } from "../../shared/model/format/inner.ts";
import type { Candidate } from "./candidate.ts";

/** A format that lines tell of. */
export interface Guess {
  /** What people are told. */
  readonly name: string;
  /** As a configuration has it. */
  readonly options: Record<string, unknown>;
}

/** As it is written in a configuration; null where most lines are no such records. */
export function guessDocker(
  lines: readonly string[],
  formatOf: (lines: readonly string[]) => Candidate | null,
): Guess | null {
  const inside = lines.flatMap(insideOf);
  if (inside.length * 2 < lines.length) return null;
  const found = formatOf(inside);
  if (found === null || !innerTypes.some((type) => type === found.format.type)) {
    return { name: "docker", options: { docker: {} } };
  }
  const { fields, timestamp, ...inner } = found.options;
  return {
    name: `docker, with lines of ${found.name}`,
    options: {
      docker: inner,
      ...(fields !== undefined && { fields }),
      ...(timestamp !== undefined && { timestamp }),
    },
  };
}

/** The line of a record, one character a byte; none if it is a part of one. */
function insideOf(record: string): string[] {
  try {
    const text = Buffer.from(record, "latin1").toString();
    const { log, stream, time } = JSON.parse(text) as Record<string, unknown>;
    const isRecord = typeof stream === "string" && typeof time === "string";
    if (!isRecord || typeof log !== "string" || !log.endsWith("\n")) return [];
    return [Buffer.from(log.slice(0, -1)).toString("latin1")];
  } catch {
    return [];
  }
}
