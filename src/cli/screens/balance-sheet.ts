// The balance sheets of a run: what the formats made of the lines, what each summary made of the parsed
// ones, and a line of each reason to look at. This run's share stands beside the store's total. Pure:
// sheets in, text or a plain object out.

import { rejectReasons } from "../../shared/model/reasons.ts";
import {
  addSourceSheets,
  addSummarySheets,
  emptySourceSheet,
  emptySummarySheet,
  rejectedLines,
  type RejectCounts,
  type RejectExample,
  type Sheets,
  type SourceSheet,
  type SummarySheet,
} from "../../shared/model/sheet.ts";
import { formatBytes, formatCount } from "../../shared/text/number-format.ts";
import { renderReject } from "./reject-report.ts";
import { paint, renderTerminalTable } from "../../shared/text/terminal-table.ts";
import type { TerminalCell, TerminalStyle } from "../../shared/text/terminal-table.ts";
import { noEvents } from "../../shared/model/reasons.ts";

/** The sum over all sources. */
export function totalBalance({ sources }: Sheets): SourceSheet {
  return Object.values(sources).reduce(
    (sum, sheet) => addSourceSheets(sum, sheet),
    emptySourceSheet,
  );
}

/** What was added between two states of a store; a sheet that was begun anew counts from its beginning. */
export function sheetsSince(before: Sheets, after: Sheets): Sheets {
  const sources = Object.entries(after.sources).map(([source, sheet]) => {
    const known = before.sources[source];
    const isSame = known !== undefined && known.bytes <= sheet.bytes;
    return [source, isSame ? addSourceSheets(sheet, known, -1) : sheet] as const;
  });
  const summaries = Object.entries(after.summaries).map(([summary, bySource]) => {
    const sheets = Object.entries(bySource).map(([source, sheet]) => {
      const known = before.summaries[summary]?.[source];
      const isSame = known !== undefined && known.bytes <= sheet.bytes;
      const share = isSame ? addSummarySheets(sheet, known, -1) : sheet;
      return [source, { ...share, bytesBefore: sheet.bytesBefore }] as const;
    });
    return [summary, Object.fromEntries(sheets)] as const;
  });
  return { sources: Object.fromEntries(sources), summaries: Object.fromEntries(summaries) };
}

/** A source's sheet with the names that `--json` promises; `accepted` is the older name of `parsed`. */
export function balanceJson(sheet: SourceSheet): Record<string, unknown> {
  const { lines, bytes, parsed, rejected, deadLettered } = sheet;
  return { lines, bytes, parsed, accepted: parsed, rejected, dead_lettered: deadLettered };
}

function summaryJson({ parsed, counted, filtered, rejected }: SummarySheet): unknown {
  return { parsed, counted, filtered, rejected };
}

/** All sheets of a store, by source and by summary and source. */
export function sheetsJson({ sources, summaries }: Sheets): Record<string, unknown> {
  const mapped = <T>(sheets: Readonly<Record<string, T>>, json: (sheet: T) => unknown): unknown =>
    Object.fromEntries(Object.entries(sheets).map(([name, sheet]) => [name, json(sheet)]));
  return {
    sources: mapped(sources, balanceJson),
    summaries: mapped(summaries, (bySource) => mapped(bySource, summaryJson)),
  };
}

/** Both sheets, and a line of each reason that this run met. @param style of the terminal */
export function renderSheets(
  run: Sheets,
  store: Sheets,
  examples: readonly RejectExample[],
  style: TerminalStyle,
): string {
  const parts = [
    renderBalance(totalBalance(run), totalBalance(store), style),
    renderSummaries(run, store, style),
    renderExamples(examplesOfRun(run, examples), style),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** What became of the lines, in one column for this run and one for everything in the store. */
export function renderBalance(run: SourceSheet, store: SourceSheet, style: TerminalStyle): string {
  const reasons = rejectReasons.filter(
    (reason) => run.rejected[reason] !== undefined || store.rejected[reason] !== undefined,
  );
  const row = (title: string, valueOf: (sheet: SourceSheet) => string): TerminalCell[] => [
    { text: title },
    { text: valueOf(run) },
    { text: valueOf(store) },
  ];
  const rows = [
    row("bytes", (sheet) => formatBytes(sheet.bytes)),
    row("lines", (sheet) => formatCount(sheet.lines)),
    row("  parsed", (sheet) => formatCount(sheet.parsed)),
    row("  rejected", (sheet) => formatCount(rejectedLines(sheet.rejected))),
    ...reasons.map((reason) =>
      row(`    ${reason}`, (sheet) => formatCount(sheet.rejected[reason] ?? 0)),
    ),
    row("  dead-lettered", (sheet) => formatCount(sheet.deadLettered)),
  ];
  const columns = [
    { title: "balance sheet", align: "left" },
    { title: "this run", align: "right" },
    { title: "in the store", align: "right" },
  ] as const;
  return renderTerminalTable(columns, rows, style);
}

/** What each summary made of the parsed lines, a row for each of its sources. */
function renderSummaries(run: Sheets, store: Sheets, style: TerminalStyle): string {
  const rows = Object.entries(store.summaries).flatMap(([summary, bySource]) =>
    Object.entries(bySource).map(([source, total]): TerminalCell[] => {
      const share = run.summaries[summary]?.[source] ?? emptySummarySheet;
      const numbers = [share.parsed, share.counted, share.filtered, rejectedLines(share.rejected)];
      return [
        { text: summary },
        { text: source },
        ...[...numbers, total.counted].map((count) => ({ text: formatCount(count) })),
        { text: reasonsText(total.rejected) },
      ];
    }),
  );
  if (rows.length === 0) return "";
  const columns = [
    { title: "summary", align: "left" },
    { title: "of source", align: "left" },
    ...["parsed", "counted", "filtered", "rejected", "counted in all"].map((title) => ({
      title,
      align: "right" as const,
    })),
    { title: "rejected in all", align: "left" },
  ] as const;
  return renderTerminalTable(columns, rows, style);
}

function reasonsText(rejected: RejectCounts): string {
  const reasons = rejectReasons.flatMap((reason) => {
    const lines = rejected[reason] ?? 0;
    return lines === 0 ? [] : [`${reason} ${formatCount(lines)}`];
  });
  return reasons.length === 0 ? "0" : reasons.join(", ");
}

/** The newest example of each reason that this run has rejected lines for. */
export function examplesOfRun(
  run: Sheets,
  examples: readonly RejectExample[],
): readonly RejectExample[] {
  const newest = new Map<string, RejectExample>();
  for (const example of examples) {
    const { source, summary, reason } = example;
    const sheet = summary === null ? run.sources[source] : run.summaries[summary]?.[source];
    if ((sheet?.rejected[reason] ?? 0) > 0) {
      newest.set(JSON.stringify([source, summary, reason]), example);
    }
  }
  return [...newest.values()];
}

function renderExamples(examples: readonly RejectExample[], style: TerminalStyle): string {
  // Blank lines and comments are no events, and nothing is to be done about them.
  const faulty = examples.filter(({ reason }) => !noEvents.includes(reason));
  if (faulty.length === 0) return "";
  const blocks = faulty.map((example) => renderReject(example, style));
  return `${paint("rejected, for example", "bold", style)}\n${blocks.join("")}`;
}
