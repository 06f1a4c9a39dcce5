// Ranges end where records end: at a line feed, or at the end of what cannot grow. What follows the
// last line feed of a plain file may be half a line that its writer will finish, so it is left where
// it is, as `unfinished`, until it has an end. A compressed content ends with its trailer, and the
// files of a source that says `last_line: count` are complete as they are: there, it is a line.
//
// A line that was counted so and has gone on since (by whoever appended to such a file) cannot be
// counted right any more. It is said, and its rest is no line of its own.

import type { UnfinishedLines } from "../../../shared/process/role-report.ts";
import type { ContentReader } from "./content-reader.ts";
import type { TrackedFile } from "./tracked-file.ts";

const newline = 0x0a;
const carriageReturn = 0x0d;
const pieceBytes = 64 * 1024;
const namedMax = 100;

/** Whether bytes behind the last line feed are a line, where nothing follows them. */
export function isLastLineWhole(file: TrackedFile, reader: ContentReader): boolean {
  return reader.isCompressed || file.source.lastLine === "count";
}

export interface LineStart {
  /** Null if the content ends before. It may lie behind the end of a stretch. */
  readonly at: number | null;
  /** Whether a line that was counted as ending at `from` goes on there. */
  readonly hasGoneOn: boolean;
}

/**
 * Goes to where lines begin that were not counted yet: to `from`, or behind the line around it.
 * @throws LogmillError `source_unreadable`
 */
export async function seekLine(reader: ContentReader, from: number): Promise<LineStart> {
  if (from === 0) return { at: (await reader.seek(0)) ? 0 : null, hasGoneOn: false };
  const before = new Uint8Array(1);
  const isThere = (await reader.seek(from - 1)) && (await reader.read(before)) > 0;
  if (!isThere) return { at: null, hasGoneOn: false };
  const isLineStart = before[0] === newline || before[0] === 0;
  return isLineStart ? { at: from, hasGoneOn: false } : skipRest(reader, from);
}

/** How a line goes on behind what is taken for its end; the position moves. */
export async function lookBehind(reader: ContentReader): Promise<"over" | "line end" | "more"> {
  const bytes = new Uint8Array(2);
  let filled = 0;
  while (filled < bytes.length) {
    const read = await reader.read(bytes.subarray(filled));
    if (read === 0) break;
    filled += read;
  }
  if (filled === 0) return "over";
  return bytes[0] === newline || (bytes[0] === carriageReturn && bytes[1] === newline)
    ? "line end"
    : "more";
}

/** What is said of a line that was counted up to `to`, and goes on behind it. */
export function lineWentOn(path: string, to: number): string {
  return (
    `${path}: the line that was counted as ending at byte ${to} has gone on since; its rest does not ` +
    "count. Leave out `last_line: count` for files that are still written to, and count this one " +
    "anew (logmill store rebuild)"
  );
}

/** What of these files waits for the end of its line. */
export function unfinishedLines(files: Iterable<TrackedFile>): UnfinishedLines {
  const named: UnfinishedLines["named"][number][] = [];
  let count = 0;
  let total = 0;
  for (const { source, path, unfinishedBytes: bytes } of files) {
    if (bytes === 0) continue;
    count += 1;
    total += bytes;
    if (named.length < namedMax) named.push({ source: source.name, path, bytes });
  }
  return { files: count, bytes: total, named };
}

/** What is left of the line around `from` is only its end, or more than was counted of it. */
async function skipRest(reader: ContentReader, from: number): Promise<LineStart> {
  const rest = await lookBehind(reader);
  if (rest === "over") return { at: from, hasGoneOn: false };
  return { at: await seekLineEnd(reader, from), hasGoneOn: rest === "more" };
}

async function seekLineEnd(reader: ContentReader, from: number): Promise<number | null> {
  await reader.seek(from);
  const piece = Buffer.allocUnsafe(pieceBytes);
  for (let at = from; ;) {
    const bytes = await reader.read(piece);
    if (bytes === 0) return null;
    const end = piece.subarray(0, bytes).indexOf(newline);
    at += end < 0 ? bytes : end + 1;
    if (end < 0) continue;
    await reader.seek(at);
    return at;
  }
}
