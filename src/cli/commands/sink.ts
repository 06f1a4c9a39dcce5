// `logmill sink`: the role that owns the store.

import type { CommandModule } from "yargs";
import { configOption, httpOption, insecureOption, keysOption } from "./common-options.ts";

interface SinkArguments {
  readonly config: string;
  readonly http: string | undefined;
  readonly keys: string | undefined;
  readonly insecure: boolean | undefined;
}

export const sinkCommand: CommandModule<object, SinkArguments> = {
  command: "sink",
  describe: "Merge partials into the store and acknowledge them (one per store)",
  builder: (command) =>
    command
      .option("config", configOption)
      .option("http", httpOption("the one after the port of the configuration"))
      .option("keys", keysOption)
      .option("insecure", insecureOption)
      .example("$0 sink -c logmill.yaml --http 0.0.0.0:8556", ""),
  handler: async (args) => {
    const { serveSink } = await import("./role-work.ts");
    process.exitCode = await serveSink(args);
  },
};
