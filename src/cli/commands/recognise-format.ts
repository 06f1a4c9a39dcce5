// Which of the access log formats a file is of, told from its first lines.

import { LogmillError } from "../../shared/base/errors.ts";
import type { AccessLogType } from "../../shared/model/plan.ts";
import { openContent } from "../../ventilator/source/file/content.ts";
import { markBytes } from "../../ventilator/source/file/recognise.ts";
import { accessLogMisfit, type Misfit } from "./access-log-fit.ts";

/** Bytes of a file's content that its first lines are looked for in. */
const headBytes = 65_536;
const linesMax = 100;
/** The richer before the poorer, since its lines are of both. */
const candidates = ["vhost_combined", "combined", "vhost_common", "common"] as const;

/**
 * The format of all these files; null where none has a line yet.
 * @throws LogmillError `usage` where a file is of no known format, or of another than those before it.
 */
export async function recogniseFormat(files: readonly string[]): Promise<AccessLogType | null> {
  let found: { readonly file: string; readonly format: AccessLogType } | null = null;
  for (const file of files) {
    const lines = await firstLines(file);
    if (lines.length === 0) continue;
    const format = formatOf(lines);
    if (format === null) throw unknownFormat(file, lines);
    if (found !== null && found.format !== format) {
      throw new LogmillError(
        "usage",
        `${found.file} is in the format ${found.format} and ${file} in ${format}; ` +
          "summarize them apart, or say with --format how all of them are to be read",
      );
    }
    found ??= { file, format };
  }
  return found?.format ?? null;
}

/**
 * The first lines of a file that are not blank, one character a byte. None where it cannot be read: the
 * pipeline says so in its own words.
 */
async function firstLines(file: string): Promise<readonly string[]> {
  try {
    return linesIn(await headOf(file));
  } catch {
    return [];
  }
}

interface Head {
  readonly bytes: Buffer;
  /** Whether that is all of the file. */
  readonly isWhole: boolean;
}

async function headOf(file: string): Promise<Head> {
  const head = Buffer.alloc(headBytes);
  const content = await openContent(file);
  try {
    let filled = 0;
    for (let read = -1; read !== 0 && filled < headBytes; filled += read) {
      read = await content.reader.read(head.subarray(filled));
    }
    const bytes = head.subarray(markBytes(head), filled);
    return { bytes, isWhole: filled < headBytes };
  } finally {
    await content.close();
  }
}

function linesIn({ bytes, isWhole }: Head): readonly string[] {
  const lines = bytes.toString("latin1").split("\n");
  // The last one is cut, unless it is all there is.
  if (lines.length > 1 && !isWhole) lines.pop();
  const texts = lines.map((line) => line.replace(/^\0+|\r$/g, ""));
  return texts.filter((line) => line.trim() !== "").slice(0, linesMax);
}

/** The richest format that takes about as many lines as any, and at least half of them. */
function formatOf(lines: readonly string[]): AccessLogType | null {
  const fitting = candidates.map((format) => ({
    format,
    lines: lines.filter((line) => accessLogMisfit(format, line) === null).length,
  }));
  const most = Math.max(...fitting.map((candidate) => candidate.lines));
  if (most * 2 < lines.length) return null;
  return fitting.find((candidate) => candidate.lines * 2 >= most)!.format;
}

function unknownFormat(file: string, lines: readonly string[]): LogmillError {
  const misfitsOf = (line: string): (Misfit & { readonly format: AccessLogType })[] =>
    candidates.flatMap((format) => {
      const misfit = accessLogMisfit(format, line);
      return misfit === null ? [] : [{ format, ...misfit }];
    });
  const misfits = lines.map(misfitsOf).find(({ length }) => length === candidates.length) ?? [];
  const nearest = misfits.reduce<(Misfit & { format: AccessLogType }) | null>(
    (best, misfit) => (best === null || misfit.parts >= best.parts ? misfit : best),
    null,
  );
  const why = nearest === null ? "" : `: the nearest is ${nearest.format}, but ${nearest.fault}`;
  return new LogmillError(
    "usage",
    `most of the first lines of ${file} are of no access log format that is known (${candidates.join(", ")})${why}; ` +
      "if it is one of them nevertheless, name it with --format; other logs need a configuration and logmill run",
  );
}
