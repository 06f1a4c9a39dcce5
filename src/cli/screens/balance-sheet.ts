// The balance sheet of a run: every line in exactly one column, this run's share beside the
// store's total. Pure: sheets in, text or a plain object out.

import { rejectReasons } from "../../shared/model/reasons.ts";
import type { RejectReason } from "../../shared/model/reasons.ts";
import { formatBytes, formatCount } from "../../shared/text/number-format.ts";
import { renderTerminalTable } from "../../shared/text/terminal-table.ts";
import type { TerminalCell, TerminalStyle } from "../../shared/text/terminal-table.ts";
import type { Balance } from "../../shared/model/partial.ts";

/** Sheets by source name, as reports carry them. */
export type Sheets = Readonly<Record<string, Balance>>;

export const emptyBalance: Balance = Object.freeze({
  lines: 0,
  bytes: 0,
  accepted: 0,
  filtered: 0,
  rejected: {},
  deadLettered: 0,
});

/** The sum over all sources. */
export function totalBalance(sheets: Sheets): Balance {
  return Object.values(sheets).reduce((sum, sheet) => combine(sum, sheet, 1), emptyBalance);
}

/** What was added between two states of a store. */
export function balanceSince(before: Balance, after: Balance): Balance {
  return combine(after, before, -1);
}

function combine(a: Balance, b: Balance, sign: 1 | -1): Balance {
  const rejected: Partial<Record<RejectReason, number>> = {};
  for (const reason of rejectReasons) {
    const count = (a.rejected[reason] ?? 0) + sign * (b.rejected[reason] ?? 0);
    if (count !== 0) rejected[reason] = count;
  }
  return {
    lines: a.lines + sign * b.lines,
    bytes: a.bytes + sign * b.bytes,
    accepted: a.accepted + sign * b.accepted,
    filtered: a.filtered + sign * b.filtered,
    rejected,
    deadLettered: a.deadLettered + sign * b.deadLettered,
  };
}

/** Whether lines in = accepted + filtered + rejected + dead-lettered. */
export function isBalanced(sheet: Balance): boolean {
  return (
    sheet.lines === sheet.accepted + sheet.filtered + rejectedLines(sheet) + sheet.deadLettered
  );
}

/** The sheet with the names that `--json` promises. */
export function balanceJson(sheet: Balance): Record<string, unknown> {
  return {
    lines: sheet.lines,
    bytes: sheet.bytes,
    accepted: sheet.accepted,
    filtered: sheet.filtered,
    rejected: sheet.rejected,
    dead_lettered: sheet.deadLettered,
  };
}

/** The sheet as a table with one column for this run and one for everything in the store. */
export function renderBalance(run: Balance, store: Balance, style: TerminalStyle): string {
  const reasons = rejectReasons.filter(
    (reason) => run.rejected[reason] !== undefined || store.rejected[reason] !== undefined,
  );
  const row = (title: string, valueOf: (sheet: Balance) => string): TerminalCell[] => [
    { text: title },
    { text: valueOf(run) },
    { text: valueOf(store) },
  ];
  const rows = [
    row("bytes", (sheet) => formatBytes(sheet.bytes)),
    row("lines", (sheet) => formatCount(sheet.lines)),
    row("  accepted", (sheet) => formatCount(sheet.accepted)),
    row("  filtered", (sheet) => formatCount(sheet.filtered)),
    row("  rejected", (sheet) => formatCount(rejectedLines(sheet))),
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

function rejectedLines(sheet: Balance): number {
  return Object.values(sheet.rejected).reduce((sum, count) => sum + count, 0);
}
