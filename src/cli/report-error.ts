// How the program ends when it fails: an expected failure as one clear message and its exit code, a
// fault of logmill itself with its stack and 70 (EX_SOFTWARE of sysexits), so that it can be reported.

import { errorTable, LogmillError } from "../shared/base/errors.ts";
import { visibleText } from "../shared/text/terminal-table.ts";

/** Writes what went wrong and returns the exit code. @param write to standard error. */
export function reportError(error: unknown, write: (text: string) => void): number {
  if (error instanceof LogmillError) {
    // Messages quote names and values that others chose; lines of a list stay lines.
    const lines = error.message.split("\n").map(visibleText);
    write(`logmill: ${lines.join("\n")}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  write(
    `logmill: this is a fault of logmill itself; please report it with these lines.\n${text}\n`,
  );
  return errorTable.internal.exitCode;
}
