// `logmill status`: the cluster in one screen.

import type { CommandModule } from "yargs";
import { rolesPositional, tokenFileOption } from "./common-options.ts";

interface StatusArguments {
  readonly roles: readonly string[] | undefined;
  readonly json: boolean;
  readonly tokenFile: string | undefined;
}

export const statusCommand: CommandModule<object, StatusArguments> = {
  command: "status [roles..]",
  describe: "Show running roles: versions, plans, workers, credit, progress of sources",
  builder: (command) =>
    command
      .positional("roles", rolesPositional)
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .option("token-file", tokenFileOption)
      .example("$0 status 10.0.0.5:8555 10.0.0.5:8556", "") as never,
  handler: async ({ roles, json, tokenFile }) => {
    const { showStatus } = await import("./status-work.ts");
    process.exitCode = await showStatus(roles ?? [], json, tokenFile);
  },
};
