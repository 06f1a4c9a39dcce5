// Sources none of whose lines was ever understood, and summaries that could not count a single line,
// although there are some: a run that ends with 0 would not say so. The same of single files, as long as they
// are there: whether this run has read such a file or an earlier one, it is not counted.

import {
  emptySourceSheet,
  emptySummarySheet,
  rejectedEvents,
  rejectedLines,
  type RejectCounts,
  type Sheets,
  type UncountedFile,
} from "../../shared/model/sheet.ts";
import { limits } from "../../shared/base/limits.ts";
import { formatCount } from "../../shared/text/number-format.ts";

/** A sentence for each of which lines were read now, and all of them always were rejected. */
export function allRejected(before: Sheets, after: Sheets): string[] {
  const bySource = Object.entries(after.sources).flatMap(([source, sheet]) => {
    const rejected = rejectedLines(sheet.rejected);
    const events = rejectedEvents(sheet.rejected);
    const { lines } = before.sources[source] ?? emptySourceSheet;
    if (sheet.lines === lines || rejectedLines(events) === 0 || rejected < sheet.lines) return [];
    const format = "its format is not that of its files";
    return [`source ${source}: ${rejectedText(rejected, events)}; ${format}`];
  });
  const bySummary = Object.entries(after.summaries).flatMap(([summary, ofSummary]) =>
    Object.entries(ofSummary).flatMap(([source, { parsed, rejected, bytesBefore }]) => {
      const known = before.summaries[summary]?.[source] ?? emptySummarySheet;
      const count = rejectedLines(rejected);
      if (parsed === known.parsed || count < parsed || bytesBefore > 0) return [];
      const needs = "they lack what it needs";
      return [`summary ${summary}, source ${source}: ${rejectedText(count, rejected)}; ${needs}`];
    }),
  );
  return [...bySource, ...bySummary];
}

function rejectedText(lines: number, rejected: RejectCounts): string {
  const named = Object.entries(rejected)
    .map(([reason, count]) => `${formatCount(count)} ${reason}`)
    .join(", ");
  const every = lines === 1 ? "the only line" : `every one of ${formatCount(lines)} lines`;
  return `${every} was rejected (${named})`;
}

/** A sentence for each file of which no line counts; of many of a source or summary the first are named. */
export function uncountedFiles(files: readonly UncountedFile[]): string[] {
  const groups = new Map<string, UncountedFile[]>();
  for (const file of files) {
    const group = JSON.stringify([file.source, file.summary]);
    groups.set(group, [...(groups.get(group) ?? []), file]);
  }
  return [...groups.values()].flatMap((group) => {
    const named = [...group].sort((a, b) => (a.path < b.path ? -1 : 1));
    const sentences = named.slice(0, limits.uncountedNamedMax).map(sentenceOf);
    const more = group.length - sentences.length;
    return more === 0 ? sentences : [...sentences, moreText(group[0]!, more)];
  });
}

function sentenceOf({ path, source, summary, rejected, example }: UncountedFile): string {
  const by = summary === null ? `source ${source}` : `summary ${summary}`;
  const what = `${path}: ${rejectedText(rejectedLines(rejected), rejected)} by ${by}`;
  if (example === null) return what;
  const { offset, line, problem, fix } = example;
  const why = [problem, fix].filter((text) => text !== undefined).join("; ");
  return `${what}, such as byte ${offset}: ${cutLine(line)}${why === "" ? "" : ` (${why})`}`;
}

function moreText({ source, summary }: UncountedFile, more: number): string {
  const by = summary === null ? `source ${source}` : `summary ${summary}`;
  const files = more === 1 ? "1 more file" : `${formatCount(more)} more files`;
  return `${by}: ${files} of which every line was rejected`;
}

/** Characters of a line that a sentence shows. */
const shownMax = 80;

function cutLine(line: string): string {
  return JSON.stringify(line.length > shownMax ? `${line.slice(0, shownMax)}…` : line);
}
