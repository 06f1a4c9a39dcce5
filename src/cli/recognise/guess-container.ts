// A format for what is logged of containers, by Docker's json-file driver or for the kubelet: that of the lines inside,
// which is recognised like any other.

import { innerTypes } from "../../shared/model/format/inner.ts";
import type { Candidate } from "./candidate.ts";

/** A format that lines tell of. */
export interface Guess {
  /** What people are told. */
  readonly name: string;
  /** As a configuration has it. */
  readonly options: Record<string, unknown>;
}

/** What is inside of a record, one character a byte. */
interface Inside {
  /** Null: a part of a line. */
  readonly line: string | null;
}

const readers = { docker: insideOfDocker, cri: insideOfCri } as const;

/** As it is written in a configuration; null where most lines are no such records. */
export function guessContainer(
  shape: keyof typeof readers,
  lines: readonly string[],
  formatOf: (lines: readonly string[]) => Candidate | null,
): Guess | null {
  const records = lines.flatMap((line) => readers[shape](line) ?? []);
  if (records.length * 2 < lines.length) return null;
  const found = formatOf(records.flatMap(({ line }) => line ?? []));
  if (found === null || !innerTypes.some((type) => type === found.format.type)) {
    return { name: shape, options: { [shape]: {} } };
  }
  const { fields, timestamp, ...inner } = found.options;
  return {
    name: `${shape}, with lines of ${found.name}`,
    options: {
      [shape]: inner,
      ...(fields !== undefined && { fields }),
      ...(timestamp !== undefined && { timestamp }),
    },
  };
}

function insideOfDocker(record: string): Inside | null {
  try {
    const text = Buffer.from(record, "latin1").toString();
    const { log, stream, time } = JSON.parse(text) as Record<string, unknown>;
    const isRecord = typeof stream === "string" && typeof time === "string";
    if (!isRecord || typeof log !== "string") return null;
    return {
      line: log.endsWith("\n") ? Buffer.from(log.slice(0, -1)).toString("latin1") : null,
    };
  } catch {
    return null;
  }
}

const criLine = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^ ]* (?:stdout|stderr) ([FP])(?::[^ ]*)? ([^]*)$/;

function insideOfCri(record: string): Inside | null {
  const match = criLine.exec(record);
  return match === null ? null : { line: match[1] === "F" ? match[2]! : null };
}
