// `logmill ventilator`: the role that reads the sources.

import type { CommandModule } from "yargs";
import { configOption, httpOption, insecureOption, keysOption } from "./common-options.ts";

interface VentilatorArguments {
  readonly config: string;
  readonly once: boolean | undefined;
  readonly http: string | undefined;
  readonly keys: string | undefined;
  readonly insecure: boolean | undefined;
}

export const ventilatorCommand: CommandModule<object, VentilatorArguments> = {
  command: "ventilator",
  describe: "Read the sources and hand out batches to workers",
  builder: (command) =>
    command
      .option("config", configOption)
      .option("once", {
        type: "boolean",
        describe: "End when all files are read and acknowledged, instead of looking for more",
      })
      .option("http", httpOption("the one of the configuration"))
      .option("keys", keysOption)
      .option("insecure", insecureOption)
      .example("$0 ventilator -c logmill.yaml", ""),
  handler: async (args) => {
    const { serveVentilator } = await import("./role-work.ts");
    process.exitCode = await serveVentilator(args);
  },
};
