// `logmill tap`: what becomes of the first lines of a source.

import type { CommandModule } from "yargs";
import { configOption, wholeNumber } from "./common-options.ts";
import { tapStages, type TapArguments } from "./tap-stages.ts";

export const tapCommand: CommandModule<object, TapArguments> = {
  command: "tap <source>",
  describe: "Show what becomes of the first lines of a source",
  builder: (command) =>
    command
      .positional("source", { type: "string", demandOption: true, describe: "Its name" })
      .option("config", configOption)
      .option("stage", {
        choices: tapStages,
        default: "fields",
        describe: "Lines as they are, their fields, or the rows of summaries",
      })
      .option("limit", {
        type: "number",
        requiresArg: true,
        default: 20,
        describe: "Lines that are looked at",
        coerce: (count: number) => wholeNumber("limit", count),
      })
      .option("json", { type: "boolean", default: false, describe: "Print JSON, a line a line" })
      .example("$0 tap web --stage rows --limit 5", "") as never,
  handler: async (args) => {
    const { tap } = await import("./tap-work.ts");
    await tap(args);
  },
};
