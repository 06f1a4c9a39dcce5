// The formats that a file may be recognised as: those with a name, and those that its lines themselves tell of.

import { LogmillError } from "../../shared/base/errors.ts";
import { namedFormats } from "../../shared/config/format/formats.ts";
import { fieldsOf } from "../../shared/model/format-fields.ts";
import { nearest } from "../../shared/text/nearest-word.ts";
import { candidateOf, type Candidate } from "./candidate.ts";
import { guessColumns } from "./guess-columns.ts";
import { guessContainer } from "./guess-container.ts";
import { guessJson } from "./guess-json.ts";
import { guessPairs } from "./guess-pairs.ts";
import { guessSyslog } from "./guess-syslog.ts";
import { guessW3c } from "./guess-w3c.ts";
import { guessZeek } from "./guess-zeek.ts";

/** Those that need no options. The richer before the poorer, since its lines are often of both. */
export function namedCandidates(): readonly Candidate[] {
  const types = namedFormats.flatMap((named) => [...named.types]);
  return types
    .flatMap((type) => candidateOf(type, { type }) ?? [])
    .filter(({ format }) => fieldsOf(format).includes("timestamp"))
    .sort((a, b) => fieldsOf(b.format).length - fieldsOf(a.format).length);
}

/**
 * Those that the lines themselves tell of.
 * @param year of times that have none
 * @param formatOf recognises the lines inside of records
 */
export function guessedCandidates(
  lines: readonly string[],
  year: number | null,
  formatOf: (lines: readonly string[]) => Candidate | null,
): readonly Candidate[] {
  const docker = guessContainer("docker", lines, formatOf);
  const cri = guessContainer("cri", lines, formatOf);
  const syslog = guessSyslog(lines, year, formatOf);
  const guesses = [
    // Before syslog, which takes `stdout F app[7]:` for a host and a program.
    [cri?.name ?? "cri", cri?.options ?? null],
    [syslog?.name ?? "syslog", syslog?.options ?? null],
    [docker?.name ?? "docker", docker?.options ?? null],
    ["W3C", guessW3c(lines)],
    ["Zeek", guessZeek(lines)],
    ["columns with a header", guessColumns(lines)],
    ["JSON", guessJson(lines)],
    ["pairs", guessPairs(lines)],
  ] as const;
  return guesses.flatMap(([name, options]) =>
    options === null ? [] : (candidateOf(name, options) ?? []),
  );
}

/**
 * The format that is asked for by its name.
 * @throws LogmillError `usage`
 */
export function candidateNamed(name: string): Candidate {
  const candidates = namedCandidates();
  const found = candidates.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  const names = candidates.map((candidate) => candidate.name);
  const meant = nearest(name, names);
  const fix = meant === null ? `known are ${names.join(", ")}` : `did you mean ${meant}?`;
  throw new LogmillError("usage", `--format: there is no format ${JSON.stringify(name)}; ${fix}`);
}
