// Rows as a table for people: thousands separators, estimates with their bounds, empty keys named.
// Decimals of one column all have the same number of digits, so that their points stand below each
// other; zeros that no row needs are left out, except that money keeps its two places.

import {
  formatDecimal,
  formatPercent,
  formatQuotient,
  groupThousands,
} from "../../shared/text/number-format.ts";
import {
  paint,
  renderTerminalTable,
  type TerminalCell,
  type TerminalColumn,
  type TerminalStyle,
} from "../../shared/text/terminal-table.ts";
import { plainText, type Value } from "../../shared/metric/value.ts";
import type { ResultColumns } from "../../sink/query/columns.ts";
import { shownKeys } from "../../sink/query/overflow-key.ts";
import { isOverflowRow, type Row } from "../../sink/query/row.ts";

/** Zeros at the end of a column of decimals are cut down to this many digits, not further. */
const decimalsKept = 2;
/** Digits of the least fraction of a column, not counting zeros in front; two after the point at 1. */
const digitsTold = 3;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const nothing: TerminalCell = { text: "-", dim: true };

interface RowsTable {
  readonly titles: readonly TerminalColumn[];
  readonly cells: readonly (readonly TerminalCell[])[];
}

/** Renders rows with their titles; every line ends with `\n`. */
export function renderRows(
  columns: ResultColumns,
  rows: readonly Row[],
  style: TerminalStyle,
): string {
  const { titles, cells } = tableOfRows(columns, rows);
  const table = renderTerminalTable(titles, cells, style);
  const estimated = cells.some((row) => row.some(({ note }) => note !== undefined));
  return estimated
    ? `${table}${paint("± is the 95% interval of an estimate; numbers without it are exact", "dim", style)}\n`
    : table;
}

/** Titles and texts of rows. */
export function tableOfRows(columns: ResultColumns, rows: readonly Row[]): RowsTable {
  const titles: TerminalColumn[] = [
    ...columns.keys.map(({ name, kind }) => {
      return { title: name, align: "left" as const, whole: kind === "bucket" };
    }),
    ...columns.metrics.map(({ name }) => ({ title: name, align: "right" as const })),
  ];
  const metrics = columns.metrics.map((_, index) => metricCells(rows, index));
  const cells = rows.map((row, at) => [
    ...shownKeys(row).map((key) => keyCell(utf8.decode(key), isOverflowRow(row))),
    ...metrics.map((column) => column[at]!),
  ]);
  return { titles, cells };
}

function keyCell(text: string, isOverflow: boolean): TerminalCell {
  if (isOverflow) return { text, dim: true };
  return text === "" ? { text: "(empty)", dim: true } : { text };
}

function metricCells(rows: readonly Row[], index: number): TerminalCell[] {
  const values = rows.map((row) => row.values[index] ?? null);
  const decimals = decimalsOf(values);
  return values.map((value) => metricCell(value, decimals));
}

function metricCell(value: Value, decimals: number): TerminalCell {
  if (value === null) return nothing;
  switch (value.type) {
    case "count":
      return { text: groupThousands(value.count.toString()) };
    case "decimal": {
      const text = formatDecimal(value.units, value.scale);
      return { text: groupThousands(withDecimals(text, decimals)) };
    }
    case "fraction": {
      const text = formatQuotient(value.numerator, value.denominator, decimals);
      return { text: groupThousands(withDecimals(text, decimals)) };
    }
    case "estimate": {
      const text = groupThousands(value.estimate.toString());
      if (value.exact || value.estimate === 0) return { text };
      const share = (value.hi - value.lo) / 2 / value.estimate;
      return { text, note: ` ±${formatPercent(share)}` };
    }
  }
}

/** Digits after the point that all decimals or fractions of a column are shown with. */
function decimalsOf(values: readonly Value[]): number {
  let needed = 0;
  let telling = 0;
  for (const value of values) {
    if (value?.type === "decimal") {
      const digits = decimalsIn(formatDecimal(value.units, value.scale));
      needed = Math.max(needed, digits, Math.min(decimalsKept, value.scale));
      telling = Math.max(telling, value.scale);
    } else if (value?.type === "fraction") {
      const text = plainText(value);
      needed = Math.max(needed, decimalsIn(text));
      const zeros = /^-?0\.(0*)/.exec(text)?.[1]!.length ?? -1;
      telling = Math.max(telling, zeros + digitsTold);
    }
  }
  return Math.min(needed, telling);
}

/** Digits after the point of a plain decimal, without zeros at its end. */
function decimalsIn(decimal: string): number {
  const point = decimal.indexOf(".");
  return point < 0 ? 0 : decimal.slice(point + 1).replace(/0+$/, "").length;
}

/** A plain decimal with exactly this many digits after the point; only zeros come or go. */
function withDecimals(decimal: string, decimals: number): string {
  const [whole, fraction = ""] = decimal.split(".");
  return decimals === 0 ? whole! : `${whole!}.${fraction.slice(0, decimals).padEnd(decimals, "0")}`;
}
