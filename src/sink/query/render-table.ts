// Rows as a table for people: thousands separators, estimates with their bounds, empty keys named.
// Decimals of one column all have the same number of digits, so that their points stand below each
// other; zeros that no row needs are left out, except that money keeps its two places.

import {
  formatDecimal,
  formatPercent,
  formatQuotient,
  groupThousands,
} from "../../shared/runtime/number-format.ts";
import {
  paint,
  renderTerminalTable,
  type TerminalCell,
  type TerminalColumn,
  type TerminalStyle,
} from "../../shared/runtime/terminal-table.ts";
import { derivedDecimalsMax } from "../output/csv-encoder.ts";
import type { ResultColumns } from "./columns.ts";
import type { Row, Value } from "./row.ts";

/** Zeros at the end of a column of decimals are cut down to this many digits, not further. */
const decimalsKept = 2;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const nothing: TerminalCell = { text: "-", dim: true };

/** Renders rows with their titles; every line ends with `\n`. */
export function renderRows(
  columns: ResultColumns,
  rows: readonly Row[],
  style: TerminalStyle,
): string {
  const titles: TerminalColumn[] = [
    ...columns.keys.map(({ name }) => ({ title: name, align: "left" as const })),
    ...columns.metrics.map(({ name }) => ({ title: name, align: "right" as const })),
  ];
  const metrics = columns.metrics.map((_, index) => metricCells(rows, index));
  const cells = rows.map((row, at) => [
    ...row.keys.map((key) => keyCell(utf8.decode(key))),
    ...metrics.map((column) => column[at]!),
  ]);
  const table = renderTerminalTable(titles, cells, style);
  const estimated = cells.some((row) => row.some(({ note }) => note !== undefined));
  return estimated
    ? `${table}${paint("± is the 95% interval of an estimate; numbers without it are exact", "dim", style)}\n`
    : table;
}

function keyCell(text: string): TerminalCell {
  return text === "" ? { text: "(empty)", dim: true } : { text };
}

function metricCells(rows: readonly Row[], index: number): TerminalCell[] {
  const values = rows.map((row) => row.values[index]!);
  const decimals = decimalsOf(values);
  return values.map((value) => metricCell(value, decimals));
}

function metricCell(value: Value, decimals: number): TerminalCell {
  if (value === null) return nothing;
  switch (value.type) {
    case "count":
      return { text: groupThousands(value.count.toString()) };
    case "decimal":
    case "fraction":
      return { text: groupThousands(withDecimals(decimalText(value), decimals)) };
    case "estimate": {
      const text = groupThousands(value.estimate.toString());
      if (value.exact || value.estimate === 0) return { text };
      const share = (value.hi - value.lo) / 2 / value.estimate;
      return { text, note: ` ±${formatPercent(share)}` };
    }
  }
}

/** Digits after the point that a column of decimals or fractions is shown with. */
function decimalsOf(values: readonly Value[]): number {
  let needed = 0;
  let stored = 0;
  for (const value of values) {
    if (value?.type !== "decimal" && value?.type !== "fraction") continue;
    const text = decimalText(value).replace(/0+$/, "");
    const point = text.indexOf(".");
    if (point >= 0) needed = Math.max(needed, text.length - point - 1);
    if (value.type === "decimal") stored = Math.max(stored, value.scale);
  }
  return Math.max(needed, Math.min(stored, decimalsKept));
}

function decimalText(value: NonNullable<Value> & { type: "decimal" | "fraction" }): string {
  return value.type === "decimal"
    ? formatDecimal(value.units, value.scale)
    : formatQuotient(value.numerator, value.denominator, derivedDecimalsMax);
}

/** A plain decimal with exactly this many digits after the point; only zeros come or go. */
function withDecimals(decimal: string, decimals: number): string {
  const [whole, fraction = ""] = decimal.split(".");
  return decimals === 0 ? whole! : `${whole!}.${fraction.slice(0, decimals).padEnd(decimals, "0")}`;
}
