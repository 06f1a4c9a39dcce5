// `logmill top`: is it keeping up, where is the bottleneck, is it right; live.

import type { CommandModule } from "yargs";
import { rolesPositional } from "./common-options.ts";
import type { TopArguments } from "./top-work.ts";

export const topCommand: CommandModule<object, TopArguments> = {
  command: "top [roles..]",
  describe: "Watch running roles: speed, bottleneck, correctness",
  builder: (command) =>
    command
      .positional("roles", rolesPositional)
      .option("interval", {
        type: "number",
        requiresArg: true,
        default: 2,
        describe: "Seconds between two looks",
        coerce: (seconds: number) => {
          if (seconds >= 0.2 && seconds <= 3600) return seconds;
          throw new Error("--interval: expected seconds from 0.2 to 3600");
        },
      })
      .option("once", { type: "boolean", default: false, describe: "Print once and end" })
      .option("json", { type: "boolean", default: false, describe: "Print JSON, one line a look" })
      .epilogue("Ends with q or Ctrl-C.")
      .example("$0 top 127.0.0.1:8555 127.0.0.1:8556 10.0.0.7:8555", "")
      .example("$0 top --once --json", ""),
  handler: async (args) => {
    const { watchRoles } = await import("./top-work.ts");
    await watchRoles(args);
  },
};
