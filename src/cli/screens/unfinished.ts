// What is said of lines that are not in the numbers: those that have not ended, with how many bytes wait
// in which files, and those that a summary can never have.

import {
  lostLinesSentence,
  type LostLines,
  type UnfinishedLines,
} from "../../shared/process/role-report.ts";
import { formatBytes, formatCount } from "../../shared/text/number-format.ts";
import { visibleText } from "../../shared/text/terminal-table.ts";

/** Files named before the rest is only counted. */
const namesShown = 5;

/** The same for programs. */
export function unfinishedJson({ files, bytes, named }: UnfinishedLines): Record<string, unknown> {
  return { bytes, files, named };
}

/** One paragraph, or nothing where every line has ended. */
export function renderUnfinished({ files, bytes, named }: UnfinishedLines): string {
  if (files === 0) return "";
  const shown = named.slice(0, namesShown);
  const names = shown.map((file) => `  ${visibleText(file.path)}: ${formatBytes(file.bytes)}\n`);
  if (files > shown.length) names.push(`  … and ${formatCount(files - shown.length)} more\n`);
  const begin = files === 1 ? "1 file ends" : `${formatCount(files)} files end`;
  return (
    `unfinished: ${begin} in the middle of a line; ${formatBytes(bytes)} count when it ends ` +
    `(or with last_line: count)\n${names.join("")}`
  );
}

/** A line for each summary and source, or nothing. */
export function renderLostLines(lost: readonly LostLines[]): string {
  return lost.map((each) => `missing: ${visibleText(lostLinesSentence(each))}\n`).join("");
}
