// `logmill query`: asks a store, also while a sink is writing it. Options in, text out; the work is
// in `src/sink/query/`, loaded when the command runs.

import type { CommandModule } from "yargs";
import type { QueryRequest, QueryResult } from "../../sink/query/query.ts";
import type { Row } from "../../sink/query/row.ts";
import { chooseStore } from "./choose-store.ts";
import { configOption } from "./common-options.ts";
import { writeOutput } from "../write-output.ts";

const formats = ["table", "csv", "json"] as const;

interface QueryArguments {
  readonly summary: string;
  readonly config: string;
  readonly store: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly groupBy: string | undefined;
  readonly top: number | undefined;
  readonly orderBy: string | undefined;
  readonly format: (typeof formats)[number];
  readonly bounds: boolean | undefined;
}

/** A table for people ends after so many rows; files and programs get all. */
const tableRowsMax = 1000;

const text = { type: "string", requiresArg: true } as const;

export const queryCommand: CommandModule<object, QueryArguments> = {
  command: "query <summary>",
  describe: "Print the rows of a summary, also while a sink is writing it",
  builder: (command) =>
    command
      .positional("summary", {
        type: "string",
        demandOption: true,
        describe: "Name of a stored summary",
      })
      .option("config", configOption)
      .option("store", {
        ...text,
        describe: "Folder of a store, instead of a configuration; no derived metrics",
      })
      .option("from", {
        ...text,
        describe: "First day (2011-06-20), month or year, in the summary's zone",
      })
      .option("to", { ...text, describe: "Last day, month or year; it is included" })
      .option("group-by", {
        type: "string",
        describe:
          "Columns to group by: dimensions, bucket, hour, day, month; all of them by default, '' for one total",
      })
      .option("top", {
        type: "number",
        requiresArg: true,
        describe: "Only so many rows, the greatest by --order-by",
      })
      .option("order-by", {
        ...text,
        describe: "Metric whose greatest values come first; the first metric with --top",
      })
      .option("format", { choices: formats, default: "table", describe: "How to print" })
      .option("bounds", {
        type: "boolean",
        describe: "With csv: columns _lo and _hi after each estimate (95%)",
      })
      .example("$0 query campaigns --group-by campaign --top 10", "")
      .example("$0 query campaigns --from 2011-06 --to 2011-06 --format csv", "") as never,
  handler: query,
};

async function query(args: QueryArguments): Promise<void> {
  const { queryStore } = await import("../../sink/query/query.ts");
  const { openReader } = await import("../../sink/store/open-reader.ts");
  const { folder, config } = await chooseStore(args.store, args.config);
  const configured = config?.summaries.find(({ name }) => name === args.summary);
  const store = await openReader(folder);
  try {
    const result = await queryStore(store, requestOf(args), configured);
    await writeOutput(process.stdout, await render(result, args));
  } finally {
    await store.close();
  }
}

function requestOf(args: QueryArguments): QueryRequest {
  const groupBy = args.groupBy?.split(",").map((name) => name.trim());
  return {
    summary: args.summary,
    from: args.from,
    to: args.to,
    groupBy: groupBy?.join() === "" ? [] : groupBy,
    top: args.top,
    orderBy: args.orderBy,
  };
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
    case "table":
      return renderFirstRows(result);
  }
}

async function* renderFirstRows({ columns, rows }: QueryResult): AsyncIterable<string> {
  const { renderRows } = await import("../screens/rows-table.ts");
  const { paint, terminalStyle } = await import("../../shared/text/terminal-table.ts");
  const style = terminalStyle(process.stdout, process.env);
  const shown: Row[] = [];
  let more = false;
  for await (const block of rows) {
    const room = tableRowsMax - shown.length;
    shown.push(...block.slice(0, room));
    more = block.length > room;
    if (more) break;
  }
  yield renderRows(columns, shown, style);
  if (shown.length === 0) yield paint("no rows", "dim", style) + "\n";
  if (more) {
    const hint = `more rows follow; see all with --format csv, the greatest with --top ${tableRowsMax}`;
    yield paint(hint, "dim", style) + "\n";
  }
}
