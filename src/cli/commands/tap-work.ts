// What `logmill tap` does: takes the first lines of a source, puts each through the kernel as a worker would, and
// shows what became of it. Nothing is counted and no store is looked at.

import { dirname } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import type { Config, SourceConfig } from "../../shared/config/config.ts";
import { loadConfig } from "../../shared/config/load.ts";
import { noEvents } from "../../shared/model/reasons.ts";
import type { RejectExample } from "../../shared/model/sheet.ts";
import { textOfBytes } from "../../shared/text/text-of-bytes.ts";
import { terminalStyle, visibleText } from "../../shared/text/terminal-table.ts";
import { unknownName } from "../../sink/query/unknown-name.ts";
import { exampleOf } from "../../sink/store/reject-example.ts";
import { listFiles } from "../../ventilator/source/file/list-files.ts";
import { firstLines, type HeadLine } from "../recognise/file-head.ts";
import { loadTablesByName } from "../../ventilator/load-tables.ts";
import { PlanTrial } from "../recognise/plan-trial.ts";
import { Trial } from "../recognise/trial.ts";
import { renderReject } from "../screens/reject-report.ts";
import { renderFields } from "../screens/tapped-fields.ts";
import { tappedRows } from "../screens/tapped-rows.ts";
import type { TapArguments } from "./tap-stages.ts";

/** A line of a source, and where it is from. */
interface SourceLine extends HeadLine {
  readonly path: string;
}

/** @throws LogmillError `config_invalid`, `usage` */
export async function tap(args: TapArguments): Promise<void> {
  const config = loadConfig(args.config, process.env);
  const source = config.sources.find(({ name }) => name === args.source);
  if (source === undefined) {
    const names = config.sources.map(({ name }) => name);
    throw new LogmillError("usage", unknownName("source", args.source, names));
  }
  const lines = await linesOf(source, config, args.limit);
  if (lines.length === 0) {
    process.stderr.write(`logmill: source ${source.name} has no line yet\n`);
    return;
  }
  const print = { lines: printLines, fields: printFields, rows: printRows }[args.stage];
  print(lines, source, config, args.json);
}

/** Of its files in their order, each from its beginning. */
async function linesOf(
  source: SourceConfig,
  config: Config,
  limit: number,
): Promise<readonly SourceLine[]> {
  const found: SourceLine[] = [];
  if (source.type !== "file") return found;
  const { paths } = await listFiles(source, dirname(config.path));
  for (const path of paths) {
    if (found.length >= limit) break;
    const lines = await firstLines(path, limit - found.length);
    found.push(...lines.map((line) => ({ ...line, path })));
  }
  return found;
}

type Printer = (
  lines: readonly SourceLine[],
  source: SourceConfig,
  config: Config,
  json: boolean,
) => void;

const printLines: Printer = (lines, _source, _config, json) => {
  for (const { path, offset, text } of lines) {
    const line = textOfBytes(Buffer.from(text, "latin1"));
    write(json ? JSON.stringify({ path, offset, line }) : visibleText(line));
  }
};

const printFields: Printer = (lines, source, { plan, timezone }, json) => {
  const uses = plan.summaries.filter(({ from }) => from.includes(source.name));
  const trial = new Trial(source.format, {
    maxLineBytes: source.maxLineBytes,
    computed: source.computed,
    timezone,
    ...(uses[0] !== undefined && { timestamp: uses[0].timestamp }),
  });
  const events: ReadonlyMap<string, Uint8Array>[] = [];
  const rejects: RejectExample[] = [];
  let last = "";
  for (const { path, offset, text } of lines) {
    if (path !== last) trial.begin();
    last = path;
    const tried = trial.read(text);
    if (tried.kind === "event") {
      events.push(tried.fields);
      if (json) write(JSON.stringify({ path, offset, fields: textsOf(tried.fields) }));
    } else if (tried.kind === "rejected") {
      rejects.push(exampleOf({ ...tried.reject, path, offset }, source.name, null));
    }
  }
  if (!json && events.length > 0) {
    process.stdout.write(renderFields(events, terminalStyle(process.stdout, process.env)));
  }
  printRejects(rejects, json);
};

const printRows: Printer = (lines, source, config, json) => {
  const trial = new PlanTrial(config.plan, source.name, loadTablesByName(config.tables));
  const rejects: RejectExample[] = [];
  const rows = tappedRows(config);
  let last = "";
  for (const { path, offset, text } of lines) {
    if (path !== last) trial.begin();
    last = path;
    const read = trial.readNext(Buffer.from(`${text}\n`, "latin1"));
    rows.add(read.tables);
    for (const { sample, by } of read.rejects) {
      if (noEvents.includes(sample.reason)) continue;
      rejects.push(exampleOf({ ...sample, path, offset }, source.name, by));
    }
  }
  process.stdout.write(
    json ? rows.json() : rows.tables(terminalStyle(process.stdout, process.env)),
  );
  printRejects(rejects, json);
};

function printRejects(rejects: readonly RejectExample[], json: boolean): void {
  const style = terminalStyle(process.stdout, process.env);
  if (rejects.length > 0 && !json) write("\nrejected");
  for (const reject of rejects) {
    if (json) write(JSON.stringify({ rejected: reject }));
    else process.stdout.write(renderReject(reject, style));
  }
}

function textsOf(fields: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries([...fields].map(([name, value]) => [name, textOfBytes(value)]));
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
