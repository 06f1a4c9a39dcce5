// What a finished run says: the balance sheets, the top rows of each summary with the bounds of their
// estimates, the files written.

import { isAbsolute, relative } from "node:path";
import type { Config } from "../../shared/config/config.ts";
import type { OutputPaths } from "../../shared/model/output-paths.ts";
import { formatBytes, formatCount } from "../../shared/text/number-format.ts";
import { paint } from "../../shared/text/terminal-table.ts";
import type { TerminalStyle } from "../../shared/text/terminal-table.ts";
import { renderRows } from "./rows-table.ts";
import { topRows } from "../../sink/query/top-rows.ts";
import { storeFolder } from "../../sink/store/folder.ts";
import { openReader } from "../../sink/store/open-reader.ts";
import { renderSheets, sheetsSince, totalBalance } from "./balance-sheet.ts";
import type { DoneReport } from "./done-report.ts";
import { renderLostLines, renderUnfinished } from "./unfinished.ts";

/** Rows shown of each summary, and files named before the rest is only counted. */
const rowsShown = 5;
const pathsShown = 12;

/** What was read, how fast, and where every line went. */
export function renderRun(report: DoneReport, seconds: number, style: TerminalStyle): string {
  const since = sheetsSince(report.sheetsBefore, report.sheets);
  const run = totalBalance(since);
  const { filesTotal, batches, redelivered } = report.progress;
  const files = `${formatCount(filesTotal)} ${filesTotal === 1 ? "file" : "files"}`;
  const headline =
    batches === 0
      ? nothingNew(report, files)
      : `${formatCount(run.lines)} lines (${formatBytes(run.bytes)}) of ${files} in ` +
        `${seconds.toFixed(2)} s: ${formatCount(Math.round(run.lines / seconds))} events/s`;
  const batchesAgain = `${formatCount(redelivered)} ${redelivered === 1 ? "batch" : "batches"}`;
  const again = redelivered === 0 ? "" : ` (${batchesAgain} went out again)`;
  const sheets = renderSheets(since, report.sheets, report.examples, style);
  return `${paint(headline, "bold", style)}${again}\n\n${sheets}${renderUnfinished(report.unfinished)}${renderLostLines(report.lostLines)}`;
}

function nothingNew({ progress, unfinished, problems }: DoneReport, files: string): string {
  if (progress.filesTotal === 0) return "No file was read: none matches.";
  const isAllRead = unfinished.files === 0 && problems.length === 0;
  return isAllRead
    ? `Nothing new in ${files}; all of it was read before.`
    : `Nothing new in ${files}.`;
}

/** The top rows of every summary, read from the store after the sink closed it. */
export async function renderSummaries(config: Config, style: TerminalStyle): Promise<string> {
  const store = await openReader(storeFolder(config));
  try {
    let text = "";
    for (const summary of config.summaries) {
      const { columns, rows } = await topRows(store, summary.name, rowsShown, summary);
      const metric = summary.metrics[0];
      const order = metric === undefined ? "" : ` by ${metric.name}`;
      const title = `${summary.name}: top ${rowsShown}${order}`;
      text += `\n${paint(title, "bold", style)}\n`;
      text += rows.length === 0 ? "no rows yet\n" : renderRows(columns, rows, style);
    }
    return text;
  } finally {
    await store.close();
  }
}

/** The files, and keys of servers, that the outputs keep up to date. @param from folder that short names start at. */
export function renderOutputs(
  { count, first }: OutputPaths,
  from: string,
  style: TerminalStyle,
): string {
  if (count === 0) return "";
  const shown = first.slice(0, pathsShown);
  const title = shown.every(isAbsolute) ? "files" : "outputs";
  const names = shown.map((path) => {
    if (!isAbsolute(path)) return path;
    const short = relative(from, path);
    return short.startsWith("..") ? path : short;
  });
  const more = count - names.length;
  if (more > 0) names.push(`… and ${formatCount(more)} more`);
  return `\n${paint(title, "bold", style)}\n${names.map((name) => `${name}\n`).join("")}`;
}
