// `logmill query`: asks a store, also while a sink is writing it. Options in; the work is in `query-work.ts`, loaded
// when the command runs.

import type { CommandModule } from "yargs";
import { configOption } from "./common-options.ts";
import type { QueryArguments } from "./query-work.ts";

const formats = [
  "table",
  "csv",
  "json",
  "jsonl",
  "markdown",
] as const satisfies readonly QueryArguments["format"][];

const text = { type: "string", requiresArg: true } as const;

export const queryCommand: CommandModule<object, QueryArguments> = {
  command: "query [summary]",
  describe: "Print the rows of a summary, also while a sink is writing it",
  builder: (command) =>
    command
      .positional("summary", {
        type: "string",
        describe: "Name of a stored summary; without it, the summaries are listed",
      })
      .option("config", configOption)
      .option("store", {
        ...text,
        describe: "Folder of a store, instead of a configuration; no derived metrics",
      })
      .option("from", {
        ...text,
        describe:
          "First day (2011-06-20, today, yesterday, 7d for seven days ago), week, month or year, in the summary's zone",
      })
      .option("to", { ...text, describe: "Last day, week, month or year; it is included" })
      .option("group-by", {
        type: "string",
        describe:
          "Columns to group by: dimensions, bucket, hour, day, month; all of them by default, '' for one total",
      })
      .option("where", {
        ...text,
        describe: 'Only rows for which this holds, such as country == "CA" and clicks > 100',
      })
      .option("metrics", { ...text, describe: "Metrics to print; all of them by default" })
      .option("top", {
        type: "number",
        requiresArg: true,
        describe: "Only so many rows, the greatest by --order-by",
      })
      .option("order-by", {
        ...text,
        describe: "Metric whose greatest values come first; the first metric with --top",
      })
      .option("asc", { type: "boolean", describe: "The least values come first" })
      .option("format", { choices: formats, default: "table", describe: "How to print" })
      .option("bounds", {
        type: "boolean",
        describe: "With csv: columns _lo and _hi after each estimate (95%)",
      })
      .example("$0 query campaigns --group-by campaign --top 10", "")
      .example("$0 query campaigns --from 2011-06 --to 2011-06 --format csv", "")
      .example("$0 query campaigns --where 'country == \"CA\" and clicks > 100'", "") as never,
  handler: async (args) => {
    const { query } = await import("./query-work.ts");
    await query(args);
  },
};
