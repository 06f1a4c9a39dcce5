// `logmill status`: the cluster in one screen.

import type { CommandModule } from "yargs";
import { rolesPositional } from "./common-options.ts";

interface StatusArguments {
  readonly roles: readonly string[] | undefined;
  readonly json: boolean;
}

export const statusCommand: CommandModule<object, StatusArguments> = {
  command: "status [roles..]",
  describe: "Show running roles: versions, plans, workers, credit, progress of sources",
  builder: (command) =>
    command
      .positional("roles", rolesPositional)
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .epilogue("LOGMILL_HTTP_TOKEN holds the token, where the roles want one.")
      .example("$0 status 10.0.0.5:8555 10.0.0.5:8556", ""),
  handler: async ({ roles, json }) => {
    const { showStatus } = await import("./status-work.ts");
    process.exitCode = await showStatus(roles ?? [], json);
  },
};
