// `logmill summarize`: logs to a report, without a configuration.

import type { CommandModule } from "yargs";
import { namedInputs } from "./named-inputs.ts";
import { wholeNumber, workersOption } from "./common-options.ts";
import type { SummarizeArguments } from "./summarize-files.ts";

/** As they are written on the command line. */
type SummarizeOptions = Omit<SummarizeArguments, "files"> & { readonly file: readonly string[] };

export const summarizeCommand: CommandModule<object, SummarizeOptions> = {
  command: "summarize <file..>",
  describe: "Report on logs of any known format; needs no configuration",
  builder: (command) =>
    command
      .positional("file", {
        type: "string",
        demandOption: true,
        describe: "Logs, compressed ones too",
      })
      .option("format", {
        type: "string",
        requiresArg: true,
        describe: "Recognised from the first lines unless it is said, such as combined",
      })
      .option("top", {
        type: "number",
        requiresArg: true,
        default: 10,
        describe: "Rows of the tables that can be long",
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
      .example("zcat access.log.gz | $0 summarize -", "standard input")
      .example("$0 summarize /var/log/nginx/access.log* --top 20", "") as never,
  handler: async (args) => {
    const { summarize } = await import("./summarize-files.ts");
    const files = namedInputs(args.file);
    process.exitCode = await summarize({ ...args, files });
  },
};
