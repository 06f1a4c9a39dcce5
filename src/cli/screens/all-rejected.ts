// Sources none of whose lines was ever understood, and summaries that could not count a single line,
// although there are some: a run that ends with 0 would not say so.

import {
  emptySourceSheet,
  emptySummarySheet,
  rejectedLines,
  type RejectCounts,
  type Sheets,
} from "../../shared/model/sheet.ts";
import { formatCount } from "../../shared/text/number-format.ts";

/** A sentence for each of which lines were read now, and all of them always were rejected. */
export function allRejected(before: Sheets, after: Sheets): string[] {
  const bySource = Object.entries(after.sources).flatMap(([source, sheet]) => {
    const { blank = 0, ...others } = sheet.rejected;
    const rejected = rejectedLines(others) + blank;
    const { lines } = before.sources[source] ?? emptySourceSheet;
    if (sheet.lines === lines || rejectedLines(others) === 0 || rejected < sheet.lines) return [];
    const format = "its format is not that of its files";
    return [`source ${source}: ${rejectedText(rejected, others)}; ${format}`];
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
