// What `logmill summarize` prints: the tables of its questions, most wanted first.

import type { Config } from "../../shared/config/config.ts";
import { formatBytes, formatCount } from "../../shared/text/number-format.ts";
import { paint } from "../../shared/text/terminal-table.ts";
import type { TerminalStyle } from "../../shared/text/terminal-table.ts";
import type { QueryRequest, QueryResult } from "../../sink/query/query.ts";
import { queryStore } from "../../sink/query/query.ts";
import { renderJson } from "./rows-json.ts";
import { renderRows } from "./rows-table.ts";
import type { Row } from "../../sink/query/row.ts";
import { storeFolder } from "../../sink/store/folder.ts";
import { openReader } from "../../sink/store/open-reader.ts";
import type { StoreReader, TableReader } from "../../sink/store/store.ts";
import { balanceJson, sheetsJson, totalBalance } from "./balance-sheet.ts";
import type { Questions } from "../recognise/questions.ts";
import type { DoneReport } from "./done-report.ts";
import { renderUnfinished, unfinishedJson } from "./unfinished.ts";

interface Section {
  readonly name: string;
  readonly title: string;
  readonly request: QueryRequest;
  /** Whether its rows are followed by one of all that they were made of. */
  readonly hasTotal?: boolean;
}

/** All of the traffic in one row: visitors of several days are counted once. */
const totalRequest: QueryRequest = { summary: "traffic", groupBy: [] };

/** Tables by day are shown by month when they would fill several screens. */
const daysMax = 62;

/** The report as tables. */
export async function renderSummary(
  config: Config,
  report: DoneReport,
  options: {
    /** Name of the format. */
    readonly format: string;
    readonly questions: Questions;
    readonly top: number;
    readonly seconds: number;
    readonly style: TerminalStyle;
  },
): Promise<string> {
  const { format, questions, top, seconds, style } = options;
  const total = totalBalance(report.sheets);
  const rejected = [total, ...Object.values(report.sheets.summaries["traffic"] ?? {})].flatMap(
    (sheet) =>
      Object.entries(sheet.rejected).map(([reason, count]) => `${formatCount(count)} ${reason}`),
  );
  const speed = `${seconds.toFixed(2)} s`;
  const headline = `${formatCount(total.lines)} lines (${formatBytes(total.bytes)}) in ${speed}`;
  let text = `${paint(headline, "bold", style)}\nread as ${format}\n`;
  if (rejected.length > 0) text += `not counted: ${rejected.join(", ")}\n`;
  text += renderUnfinished(report.unfinished);
  await withStore(config, async (store) => {
    for (const { title, request, hasTotal = false } of await sections(store, questions, top)) {
      const { columns, rows } = await query(store, config, request);
      const found = await allRows(rows);
      if (found.length === 0) continue;
      if (hasTotal && found.length > 1) {
        const total = await query(store, config, totalRequest);
        for (const { values } of await allRows(total.rows)) {
          found.push({ keys: [Buffer.from("total")], values });
        }
      }
      text += `\n${paint(title, "bold", style)}\n${renderRows(columns, found, style)}`;
    }
  });
  return text;
}

/** The same as one JSON object, on one line. */
export async function summaryJson(
  config: Config,
  report: DoneReport,
  options: { readonly format: string; readonly questions: Questions; readonly top: number },
): Promise<string> {
  const { format, questions, top } = options;
  const { summaries } = sheetsJson(report.sheets);
  const result: Record<string, unknown> = {
    format,
    ...balanceJson(totalBalance(report.sheets)),
    summaries,
    unfinished: unfinishedJson(report.unfinished),
  };
  await withStore(config, async (store) => {
    for (const { name, request } of await sections(store, questions, top)) {
      let text = "";
      for await (const piece of renderJson(await query(store, config, request))) text += piece;
      result[name] = JSON.parse(text);
    }
    let text = "";
    for await (const piece of renderJson(await query(store, config, totalRequest))) text += piece;
    result["total"] = (JSON.parse(text) as unknown[])[0] ?? null;
  });
  return `${JSON.stringify(result)}\n`;
}

async function allRows(blocks: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const block of blocks) rows.push(...block);
  return rows;
}

async function withStore(
  config: Config,
  use: (store: StoreReader) => Promise<void>,
): Promise<void> {
  const store = await openReader(storeFolder(config));
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

function query(store: TableReader, config: Config, request: QueryRequest): Promise<QueryResult> {
  const configured = config.summaries.find(({ name }) => name === request.summary);
  return queryStore(store, request, configured);
}

async function sections(
  store: TableReader,
  { counted, overall, breakdowns }: Questions,
  top: number,
): Promise<Section[]> {
  const traffic = (await store.summaries()).find(({ name }) => name === "traffic");
  const period = (traffic?.buckets.length ?? 0) > daysMax ? "month" : "day";
  const found: Section[] = [
    {
      name: `${period}s`,
      title: `by ${period}`,
      request: { summary: "traffic", groupBy: [period] },
      hasTotal: true,
    },
  ];
  for (const field of overall.dimensions) {
    const request = { summary: "traffic", groupBy: [field] };
    found.push({ name: field, title: `by ${field}`, request });
  }
  for (const { summary, field, title } of breakdowns) {
    const request = { summary, groupBy: [field], top, orderBy: counted };
    found.push({ name: summary, title: `top ${top} ${title}`, request });
  }
  return found;
}
