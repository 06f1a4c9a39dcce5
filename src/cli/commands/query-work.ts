// What `logmill query` does: it opens the store, asks, and prints.

import type { Config } from "../../shared/config/config.ts";
import type { Expression } from "../../shared/model/plan.ts";
import { paint, terminalStyle } from "../../shared/text/terminal-table.ts";
import { columnsNamed, metricColumns } from "../../sink/query/columns.ts";
import {
  queryStore,
  storedSummary,
  type QueryRequest,
  type QueryResult,
} from "../../sink/query/query.ts";
import type { Row } from "../../sink/query/row.ts";
import { openReader } from "../../sink/store/open-reader.ts";
import type { TableReader } from "../../sink/store/store.ts";
import { writeOutput } from "../write-output.ts";
import { chooseStore } from "./choose-store.ts";
import { dateOf } from "./relative-day.ts";

type QueryFormat = "table" | "csv" | "json" | "jsonl" | "markdown";

export interface QueryArguments {
  readonly summary: string | undefined;
  readonly config: string;
  readonly store: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly groupBy: string | undefined;
  readonly where: string | undefined;
  readonly metrics: string | undefined;
  readonly top: number | undefined;
  readonly orderBy: string | undefined;
  readonly asc: boolean | undefined;
  readonly format: QueryFormat;
  readonly bounds: boolean | undefined;
}

/** A table for people ends after so many rows; files and programs get all. */
const tableRowsMax = 1000;

/** @throws LogmillError `config_invalid`, `store_missing`, `unknown_summary`, `usage`, `definition_changed`. */
export async function query(args: QueryArguments): Promise<void> {
  const { folder, config } = await chooseStore(args.store, args.config);
  const store = await openReader(folder);
  try {
    if (args.summary === undefined) await listSummaries(store);
    else await answer(store, args.summary, args, config);
  } finally {
    await store.close();
  }
}

async function listSummaries(store: TableReader): Promise<void> {
  const { renderSummaryList } = await import("../screens/summary-list.ts");
  const summaries = await store.summaries();
  process.stdout.write(renderSummaryList(summaries, terminalStyle(process.stdout, process.env)));
}

async function answer(
  store: TableReader,
  summary: string,
  args: QueryArguments,
  config: Config | null,
): Promise<void> {
  const configured = config?.summaries.find(({ name }) => name === summary);
  const stored = await storedSummary(store, summary);
  const { definition } = stored;
  const date = (text: string | undefined): string | undefined =>
    text && dateOf(text, definition.timezone, Math.floor(Date.now() / 1000));
  const metrics = metricColumns(stored, configured).map(({ name }) => name);
  const request: QueryRequest = {
    ...{ summary, from: date(args.from), to: date(args.to) },
    groupBy: columnsNamed(args.groupBy),
    where: await conditionOf(args.where, definition.dimensions, metrics),
    metrics: columnsNamed(args.metrics),
    ...{ top: args.top, orderBy: args.orderBy, ascending: args.asc },
  };
  const result = await queryStore(store, request, configured);
  await writeOutput(process.stdout, await render(result, args));
  if (result.lacksOverflow()) process.stderr.write(overflowNote);
}

const overflowNote =
  "what lies beyond max_rows is left out of this answer: which of its keys meet --where is not known\n";

async function conditionOf(
  text: string | undefined,
  dimensions: readonly string[],
  metrics: readonly string[],
): Promise<Expression | undefined> {
  if (text === undefined) return undefined;
  const { readCondition } = await import("./where-option.ts");
  return readCondition(text, dimensions, metrics);
}

async function render(
  result: QueryResult,
  { format, bounds }: QueryArguments,
): Promise<AsyncIterable<string | Uint8Array>> {
  switch (format) {
    case "csv": {
      const { csvChunks, CsvEncoder } = await import("../../sink/output/csv-encoder.ts");
      return csvChunks(new CsvEncoder(result.columns, { bounds: bounds ?? false }), result.rows);
    }
    case "json": {
      const { renderJson } = await import("../screens/rows-json.ts");
      return renderJson(result);
    }
    case "jsonl": {
      const { jsonLines } = await import("../../sink/output/jsonl-file.ts");
      return jsonLines(result.columns, result.rows);
    }
    case "table":
    case "markdown":
      return renderFirstRows(result, format);
  }
}

async function* renderFirstRows(
  { columns, rows }: QueryResult,
  format: "table" | "markdown",
): AsyncIterable<string> {
  const style = terminalStyle(process.stdout, process.env);
  const shown: Row[] = [];
  let more = false;
  for await (const block of rows) {
    const room = tableRowsMax - shown.length;
    shown.push(...block.slice(0, room));
    more = block.length > room;
    if (more) break;
  }
  if (format === "markdown") {
    const { renderMarkdown } = await import("../screens/rows-markdown.ts");
    yield renderMarkdown(columns, shown);
  } else {
    const { renderRows } = await import("../screens/rows-table.ts");
    yield renderRows(columns, shown, style);
  }
  if (shown.length === 0) yield paint("no rows", "dim", style) + "\n";
  if (more) {
    const hint = `more rows follow; see all with --format csv, the greatest with --top ${tableRowsMax}`;
    yield paint(hint, "dim", style) + "\n";
  }
}
