// `logmill run`: the options; the work is in `run-work.ts`, loaded when the command runs.

import type { CommandModule } from "yargs";
import { configOption, workersOption } from "./common-options.ts";
import type { RunArguments } from "./run-work.ts";

export const runCommand: CommandModule<object, RunArguments> = {
  command: "run",
  describe: "Read all configured files once, all roles on this host",
  builder: (command) =>
    command
      .option("config", configOption)
      .option("workers", workersOption)
      .option("json", {
        type: "boolean",
        describe: "Print one JSON object at the end instead of tables",
      })
      .option("quiet", {
        alias: "q",
        type: "boolean",
        describe: "No progress bar and no tables; only what goes wrong",
      })
      .example("$0 run", "with logmill.yaml of this folder")
      .example("$0 run -c web.yaml --workers 4 --json", ""),
  handler: async (args) => {
    const { runOnce } = await import("./run-work.ts");
    process.exitCode = await runOnce(args);
  },
};
