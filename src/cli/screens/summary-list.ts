// The summaries of a store, and what can be asked of each.

import { formatCount } from "../../shared/text/number-format.ts";
import {
  renderTerminalTable,
  type TerminalColumn,
  type TerminalStyle,
} from "../../shared/text/terminal-table.ts";
import type { SummaryInfo } from "../../sink/store/summary-info.ts";
import { spanOf } from "./summary-span.ts";

const titles: readonly TerminalColumn[] = [
  ...["summary", "kept by", "first", "last"].map((title) => ({ title, align: "left" as const })),
  { title: "rows", align: "right" },
  ...["dimensions", "metrics"].map((title) => ({ title, align: "left" as const })),
];

/** A summary a line; every line ends with `\n`. */
export function renderSummaryList(summaries: readonly SummaryInfo[], style: TerminalStyle): string {
  if (summaries.length === 0) return "this store has no summaries yet\n";
  return renderTerminalTable(titles, summaries.map(cellsOf), style);
}

function cellsOf(summary: SummaryInfo): { readonly text: string }[] {
  const { name, definition, buckets } = summary;
  const { granularity, dimensions, metrics } = definition;
  const least = buckets.reduce((sum, { rowsLeast }) => sum + rowsLeast, 0);
  const most = buckets.reduce((sum, { rows }) => sum + rows, 0);
  const rows = least === most ? formatCount(most) : `${formatCount(least)}–${formatCount(most)}`;
  const metricNames = metrics.map((metric) => metric.name);
  return [
    ...[name, granularity, ...spanOf(summary), rows],
    ...[dimensions.join(", ") || "-", metricNames.join(", ")],
  ].map((text) => ({ text }));
}
