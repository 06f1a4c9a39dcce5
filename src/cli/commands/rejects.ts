// `logmill rejects`: samples of rejected lines, of a store or of a running sink; the work is in
// `rejects-work.ts`, loaded when the command runs.

import type { CommandModule } from "yargs";
import { rejectReasons } from "../../shared/model/reasons.ts";
import { configOption, storeOption, tokenFileOption } from "./common-options.ts";
import type { RejectsArguments } from "./rejects-work.ts";

export const rejectsCommand: CommandModule<object, RejectsArguments> = {
  command: "rejects [name]",
  describe: "Show samples of rejected lines, why each was, and what to do",
  builder: (command) =>
    command
      .positional("name", { type: "string", describe: "Source or summary; all by default" })
      .option("config", configOption)
      .option("store", storeOption)
      .option("sink", {
        type: "string",
        requiresArg: true,
        describe: "HTTP address of a running sink that is asked, instead of its store",
      })
      .option("token-file", tokenFileOption)
      .option("reason", { choices: rejectReasons, describe: "Only lines rejected for this" })
      .option("follow", {
        alias: "f",
        type: "boolean",
        default: false,
        describe: "Go on and print new ones, until Ctrl-C",
      })
      .option("json", { type: "boolean", default: false, describe: "Print JSON, a line a sample" })
      .example("$0 rejects campaigns --reason bad_number", "")
      .example("$0 rejects --sink 10.0.0.5:8556 --follow", "") as never,
  handler: async (args) => {
    const { showRejects } = await import("./rejects-work.ts");
    process.exitCode = await showRejects(args);
  },
};
