// `logmill summarize`: access logs to a report, without a configuration.

import type { CommandModule } from "yargs";
import { LogmillError } from "../../shared/base/errors.ts";
import { accessLogTypes } from "../../shared/model/format-fields.ts";
import type { AccessLogType } from "../../shared/model/plan.ts";
import { wholeNumber, workersOption } from "./common-options.ts";

interface SummarizeCommandArguments {
  readonly file: readonly string[];
  readonly format: AccessLogType | undefined;
  readonly top: number;
  readonly timezone: string;
  readonly workers: number | undefined;
  readonly json: boolean | undefined;
  readonly quiet: boolean | undefined;
  readonly keep: string | undefined;
}

export const summarizeCommand: CommandModule<object, SummarizeCommandArguments> = {
  command: "summarize <file..>",
  describe: "Report on web server logs; needs no configuration",
  builder: (command) =>
    command
      .positional("file", {
        type: "string",
        demandOption: true,
        describe: "Access logs, gzipped ones too",
      })
      .option("format", {
        choices: accessLogTypes,
        describe: "Recognised from the first lines unless it is said",
      })
      .option("top", {
        type: "number",
        requiresArg: true,
        default: 10,
        describe: "Rows of paths and of referrers",
        coerce: (count: number) => wholeNumber("top", count),
      })
      .option("timezone", {
        type: "string",
        requiresArg: true,
        default: "UTC",
        describe: "Whose midnight closes a day, such as Europe/Paris",
      })
      .option("workers", workersOption)
      .option("json", { type: "boolean", describe: "Print one JSON object instead of tables" })
      .option("quiet", { alias: "q", type: "boolean", describe: "No progress bar" })
      .option("keep", {
        type: "string",
        requiresArg: true,
        describe: "Folder to keep the tables in; next time only new lines are read",
      })
      .example("$0 summarize access.log", "")
      .example("$0 summarize /var/log/nginx/access.log* --top 20", "") as never,
  handler: async (args) => {
    // yargs leaves a lone dash out of the files; nobody should take the rest for all.
    if (process.argv.includes("-")) {
      throw new LogmillError(
        "usage",
        "standard input (-) can not be summarized; name files, gzipped ones as they are",
      );
    }
    const { summarize } = await import("./summarize-files.ts");
    process.exitCode = await summarize({ ...args, files: args.file });
  },
};
