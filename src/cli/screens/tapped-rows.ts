// Rows that single lines give, a table a summary.

import type { Config } from "../../shared/config/config.ts";
import { bucketLabel } from "../../shared/model/bucket.ts";
import { summaryKey } from "../../shared/model/definition-key.ts";
import { paint, type TerminalStyle } from "../../shared/text/terminal-table.ts";
import { allKeys, metricColumns, type ResultColumns } from "../../sink/query/columns.ts";
import { rowJson } from "../../sink/query/row-json.ts";
import { readRows, type Row } from "../../sink/query/row.ts";
import type { TriedTable } from "../recognise/plan-trial.ts";
import { renderRows } from "./rows-table.ts";

interface SummaryRows {
  readonly columns: ResultColumns;
  readonly rows: Row[];
}

export interface TappedRows {
  add(tables: readonly TriedTable[]): void;
  tables(style: TerminalStyle): string;
  /** A line a row. */
  json(): string;
}

export function tappedRows({ plan, summaries }: Config): TappedRows {
  const found = new Map<string, SummaryRows>();
  for (const definition of plan.summaries) {
    const { name } = definition;
    const info = { key: summaryKey(definition), name, definition, adoptions: [], buckets: [] };
    const configured = summaries.find((summary) => summary.name === name);
    const columns = { keys: allKeys(definition), metrics: metricColumns(info, configured) };
    found.set(name, { columns, rows: [] });
  }
  return {
    add(tables) {
      for (const { definition, bucketStart, table } of tables) {
        const { name, timezone, granularity } = definition;
        const { columns, rows } = found.get(name)!;
        const bucket = Buffer.from(bucketLabel(timezone, granularity, bucketStart));
        const dimensions = columns.keys.map((key) => (key.kind === "bucket" ? -1 : key.index));
        rows.push(...readRows(table, columns, bucket, dimensions, 0, table.rows));
      }
    },
    tables: (style) =>
      [...found]
        .filter(([, { rows }]) => rows.length > 0)
        .map(
          ([name, { columns, rows }]) =>
            paint(name, "bold", style) + `\n${renderRows(columns, rows, style)}`,
        )
        .join("\n"),
    json: () =>
      [...found]
        .flatMap(([summary, { columns, rows }]) =>
          rows.map(
            (row) => `{"summary":${JSON.stringify(summary)},"row":${rowJson(columns)(row)}}\n`,
          ),
        )
        .join(""),
  };
}
