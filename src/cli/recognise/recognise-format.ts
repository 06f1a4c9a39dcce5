// Which format a file is of, told from its first lines.

import { LogmillError } from "../../shared/base/errors.ts";
import type { AccessLogType } from "../../shared/model/plan.ts";
import { isFieldsDirective } from "../../shared/model/format/preamble.ts";
import { w3cNames } from "../../shared/model/format/w3c.ts";
import { fieldsOf } from "../../shared/model/format-fields.ts";
import { accessLogMisfit, type Misfit } from "./access-log-fit.ts";
import type { Candidate } from "./candidate.ts";
import { guessedCandidates, namedCandidates } from "./candidates.ts";
import { firstLines } from "./file-head.ts";
import { areJson } from "./guess-json.ts";
import { Trial } from "./trial.ts";
import { yearOfFile } from "./year-of-file.ts";

/** A format, and events of the file in it. */
export interface Recognised extends Candidate {
  /** Of the first lines, those that it takes: values by field, as they would be counted. */
  readonly events: readonly ReadonlyMap<string, Uint8Array>[];
}

/**
 * The format of all these files; null where none has a line yet.
 * @param piped the file that holds standard input: when it was written says nothing of its lines
 * @throws LogmillError `usage` where a file is of no known format, or of another than those before it.
 */
export async function recogniseFormat(
  files: readonly string[],
  piped: string | null = null,
): Promise<Recognised | null> {
  let found: { readonly file: string; readonly candidate: Candidate; lines: string[] } | null =
    null;
  let named: readonly TriedCandidate[] | undefined;
  for (const file of files) {
    const lines = (await firstLines(file)).map(({ text }) => text);
    if (lines.length === 0) continue;
    const year = file === piped ? null : await yearOfFile(file, lines);
    const candidate = formatOf(lines, year, (named ??= recognisable().map(tried)));
    if (candidate === null) throw unknownFormat(file, lines);
    if (found === null) found = { file, candidate, lines: [...lines] };
    else expectSame(found, { file, candidate, lines });
  }
  return found === null ? null : withEvents(found.candidate, found.lines);
}

/** Of an envelope the lines themselves tell what is inside, too. */
function recognisable(): readonly Candidate[] {
  return namedCandidates().filter(({ format }) => format.type !== "syslog");
}

/** A candidate, compiled: those with a name are the same for all files. */
interface TriedCandidate {
  readonly candidate: Candidate;
  readonly trial: Trial;
}

function tried(candidate: Candidate): TriedCandidate {
  return { candidate, trial: new Trial(candidate.format) };
}

interface FileFormat {
  readonly file: string;
  readonly candidate: Candidate;
  readonly lines: readonly string[];
}

function expectSame(first: FileFormat, other: FileFormat): void {
  const isSame = first.candidate.name === other.candidate.name;
  // What the lines of the first file told may not hold for the other.
  if (isSame && takesMost(first.candidate, other.lines)) return;
  const how = isSame ? "with its fields elsewhere" : `in ${other.candidate.name}`;
  throw new LogmillError(
    "usage",
    `${first.file} is in the format ${first.candidate.name} and ${other.file} ${how}; ` +
      "summarize them apart, or say with --format how all of them are to be read",
  );
}

/** Lines of which the events are kept. */
const eventsMax = 100;

/** The access logs, the richer before the poorer: of those that fit as far, the last is the nearest. */
const accessLogs = ["vhost_combined", "combined", "vhost_common", "common"] as const;

/** What a format that was asked for makes of the files' first lines. */
export async function readAs(candidate: Candidate, files: readonly string[]): Promise<Recognised> {
  const lines = await Promise.all(files.map((file) => firstLines(file)));
  // Of one file, since headers are those of a file.
  const texts = (lines.find(({ length }) => length > 0) ?? []).map(({ text }) => text);
  return withEvents(candidate, texts.slice(0, eventsMax));
}

function withEvents(candidate: Candidate, lines: readonly string[]): Recognised {
  const trial = new Trial(candidate.format);
  const events = lines.flatMap((line) => {
    const tried = trial.read(line);
    return tried.kind === "event" ? [tried.fields] : [];
  });
  const { name, options, format } = candidate;
  return { name, options, format, events };
}

function takesMost({ format }: Candidate, lines: readonly string[]): boolean {
  return new Trial(format).taken(lines) * 2 >= eventLines(lines);
}

/**
 * Least share of the lines that any format takes, for a richer one to be preferred: some lines may have by chance what
 * only it has.
 */
const takenShareMin = 0.9;

/**
 * The richest format that takes about as many lines as any, and at least half of them. One whose lines tell their year
 * goes before one that takes more of them but has its year from elsewhere, which may be the wrong one.
 */
function formatOf(
  lines: readonly string[],
  year: number | null,
  named: readonly TriedCandidate[],
): Candidate | null {
  const guessed = guessedCandidates(lines, year, (inside) => formatOf(inside, year, named));
  const candidates = [...named, ...guessed.map(tried)].map(({ candidate, trial }) => ({
    candidate,
    taken: trial.taken(lines),
  }));
  const least = eventLines(lines) / 2;
  const ofOwnYear = candidates.filter(({ candidate }) => !isOfFilesYear(candidate));
  const eligible = mostTaken(ofOwnYear) >= least ? ofOwnYear : candidates;
  const most = mostTaken(eligible);
  if (most === 0 || most < least) return null;
  const fitting = eligible.filter(({ taken }) => taken >= most * takenShareMin);
  const bySight = fitting.find(({ candidate }) => !findsByName(candidate));
  return bySight?.candidate ?? bestFound(fitting, lines);
}

function mostTaken(candidates: readonly { readonly taken: number }[]): number {
  return Math.max(0, ...candidates.map(({ taken }) => taken));
}

/** Whether the year of its events is that in which the file was written. */
function isOfFilesYear({ format }: Candidate): boolean {
  if (format.type !== "syslog" || format.timestamp?.year === undefined) return false;
  const { inner } = format;
  return inner === undefined || inner === null || !fieldsOf(inner).includes("timestamp");
}

/** Lines that are no directives or comments. */
function eventLines(lines: readonly string[]): number {
  return lines.filter((line) => !line.startsWith("#")).length;
}

/** Formats of lines that name their values take any such line, and find in it what they know. */
function findsByName({ format }: Candidate): boolean {
  return format.type === "json" || format.type === "pairs";
}

/** Least share of a format's fields that lines of it have. */
const foundShareMin = 2 / 3;
const linesLookedAt = 20;

/** The one that finds most, if it finds most of what it knows; the last is what the lines themselves tell. */
function bestFound(
  candidates: readonly { readonly candidate: Candidate }[],
  lines: readonly string[],
): Candidate {
  const guessed = candidates.at(-1)!.candidate;
  let best = { candidate: guessed, found: 0 };
  for (const { candidate } of candidates) {
    if (candidate === guessed) continue;
    const { events } = withEvents(candidate, lines.slice(0, linesLookedAt));
    const values = events.flatMap((event) => [...event.values()]);
    const found = values.filter(({ length }) => length > 0).length;
    const known = fieldsOf(candidate.format).length * events.length;
    if (found >= known * foundShareMin && found > best.found) best = { candidate, found };
  }
  return best.candidate;
}

function unknownFormat(file: string, lines: readonly string[]): LogmillError {
  return new LogmillError(
    "usage",
    `most of the first lines of ${file} are of no format that is known (docs/formats.md has them)${whyNot(lines)}; ` +
      "if it is one of them nevertheless, name it with --format; other logs need a configuration and logmill run",
  );
}

/** Whether they are W3C's, of times alone: a directive's date may be over where a line is written. */
function haveNoDate(lines: readonly string[]): boolean {
  const names = new Set(lines.filter(isFieldsDirective).flatMap(w3cNames));
  return names.has("time") && !names.has("date");
}

/** The nearest format, and why it does not fit. */
function whyNot(lines: readonly string[]): string {
  if (areJson(lines)) {
    return ": they are JSON, but none of their members is a time, in ISO 8601 or since 1970, with a name that says so";
  }
  if (haveNoDate(lines)) {
    return ": they are W3C's, whose `#Fields:` has a time and no date; docs/formats.md says how to give them the date of `#Date:`";
  }
  const misfitsOf = (line: string): (Misfit & { readonly format: AccessLogType })[] =>
    accessLogs.flatMap((format) => {
      const misfit = accessLogMisfit(format, line);
      return misfit === null ? [] : [{ format, ...misfit }];
    });
  const misfits = lines.map(misfitsOf).find(({ length }) => length === accessLogs.length) ?? [];
  const nearest = misfits.reduce<(Misfit & { format: AccessLogType }) | null>(
    (best, misfit) => (best === null || misfit.parts >= best.parts ? misfit : best),
    null,
  );
  return nearest === null ? "" : `: the nearest is ${nearest.format}, but ${nearest.fault}`;
}
