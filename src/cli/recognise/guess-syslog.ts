// A format for logs of syslog: the envelope, and what is inside of it, which is recognised like any other.

import { innerTypes } from "../../shared/model/format/inner.ts";
import type { Candidate } from "./candidate.ts";
import type { Guess } from "./guess-container.ts";

const iso = String.raw`\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d[^ ]*`;
const short = String.raw`[A-Z][a-z][a-z] [ 0-3]\d \d\d:\d\d:\d\d`;
const old = new RegExp(
  `^(?:<\\d{1,3}>)?(?:(${short})|${iso}) [^ ]+ (?:[^ :]+(?:\\[[^ ]+\\])?|[^ \\[\\]:][^\\[\\]:]{0,31}\\[\\d+\\]): ?([^]*)$`,
);
const current = new RegExp(
  `^<\\d{1,3}>1 (?:-|${iso}) [^ ]+ [^ ]+ [^ ]+ [^ ]+ (?:-|(?:\\[(?:[^\\]\\\\"]|"(?:[^"\\\\]|\\\\[^])*")*\\])+)(?: (?:\xef\xbb\xbf)?([^]*))?$`,
);

/**
 * As it is written in a configuration; null where most lines are no such envelopes.
 * @param year of times that have none; null where it is not known
 */
export function guessSyslog(
  lines: readonly string[],
  year: number | null,
  formatOf: (lines: readonly string[]) => Candidate | null,
): Guess | null {
  const bodies = lines.flatMap((line) => {
    const body = current.exec(line)?.[1] ?? old.exec(line)?.[2];
    return body === undefined ? [] : [body];
  });
  if (bodies.length * 2 < lines.length) return null;
  const hasYears = !lines.some((line) => shortTimeOf(line) !== null);
  const found = formatOf(bodies);
  const isInner = found !== null && innerTypes.some((type) => type === found.format.type);
  const { fields, timestamp, ...inner } = isInner ? found.options : {};
  const isOwnTime = timestamp !== undefined;
  const ofYear = hasYears || year === null ? {} : { timestamp: { year } };
  const inside = isInner ? `, with lines of ${found.name}` : "";
  return {
    name: `syslog${inside}${hasYears || year === null ? "" : `, of the year ${year}`}`,
    options: {
      type: "syslog",
      ...(isInner && { format: inner }),
      ...(fields !== undefined && { fields }),
      ...(isOwnTime ? { timestamp } : ofYear),
    },
  };
}

/** The time without a year of a line of RFC 3164; null where it has none. */
export function shortTimeOf(line: string): string | null {
  return old.exec(line)?.[1] ?? null;
}
