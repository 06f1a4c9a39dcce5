// What reading a file can fail with.

import { LogmillError } from "../../../shared/base/errors.ts";
import type { Content } from "./content-reader.ts";

/** The error for a file that cannot be looked at, opened or read. */
export function unreadable(path: string, cause: unknown): LogmillError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reasons = new Map([
    ["ENOENT", absence(path)],
    ["EACCES", "permission denied; give this user the right to read it"],
    ["EPERM", "permission denied; give this user the right to read it"],
    ["ELOOP", "its symbolic links go in circles"],
  ]);
  const reason = reasons.get(code ?? "") ?? message;
  return new LogmillError("source_unreadable", `cannot read ${path}: ${reason}`, {
    cause,
    fields: { path, ...(code === undefined ? {} : { errno: code }) },
  });
}

function absence(path: string): string {
  // Names are read as UTF-8; of others nothing is left to open them by.
  if (path.includes("\ufffd")) return "its name is not UTF-8; rename it";
  return "it does not exist any more, or is a link that leads nowhere";
}

/** The error for a file that is another one than when it was found; the next look tells which. */
export function replaced(path: string): LogmillError {
  return new LogmillError(
    "source_unreadable",
    `${path} was replaced while it was looked at; run again to count what it holds now`,
    { fields: { path, errno: "ENOENT" } },
  );
}

/** The error for a file that was cut short after it was opened. */
export function shrank(
  { path, diskBytes }: Pick<Content, "path" | "diskBytes">,
  bytesNow: number,
): LogmillError {
  return new LogmillError(
    "source_unreadable",
    `${path} shrank from ${diskBytes} to ${bytesNow} bytes while it was read; ` +
      "what was read before counts",
    { fields: { path } },
  );
}

/** The error for a file whose bytes before `to` are not those any more that were seen there. */
export function writtenOver(path: string, to: number): LogmillError {
  return new LogmillError(
    "source_unreadable",
    `${path} was written over before byte ${to} while it was read; what was read before counts`,
    { fields: { path } },
  );
}

export function notAFile(path: string, isDirectory: boolean): LogmillError {
  const what = isDirectory ? "a directory" : "no regular file";
  return new LogmillError(
    "source_unreadable",
    `cannot read ${path}: it is ${what}; exclude it, or narrow the pattern that matches it`,
    { fields: { path, isDirectory: String(isDirectory) } },
  );
}
