// `logmill init`: a first configuration from the lines of a log.

import type { CommandModule } from "yargs";
import type { InitArguments } from "./init-work.ts";

/** As they are written on the command line. */
type InitOptions = Omit<InitArguments, "files"> & { readonly file: readonly string[] };

export const initCommand: CommandModule<object, InitOptions> = {
  command: "init <file..>",
  describe: "Write a first configuration for a log; its format is recognised",
  builder: (command) =>
    command
      .positional("file", {
        type: "string",
        demandOption: true,
        describe: "Logs of one format, compressed ones too",
      })
      .option("out", {
        alias: "o",
        type: "string",
        requiresArg: true,
        default: "logmill.yaml",
        describe: "File to write; - is standard output",
      })
      .option("format", {
        type: "string",
        requiresArg: true,
        describe: "Recognised from the first lines unless it is said, such as combined",
      })
      .option("force", { type: "boolean", describe: "Write over a file that is there" })
      .example("$0 init access.log && $0 run", "") as never,
  handler: async (args) => {
    const { init } = await import("./init-work.ts");
    await init({ ...args, files: args.file });
  },
};
