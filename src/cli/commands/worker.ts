// `logmill worker`: the role that summarises batches. It needs the ventilator's address, its keys when
// that is another host, and nothing else.

import type { CommandModule } from "yargs";
import { defaultPool } from "../../shared/model/pool.ts";
import { httpOption, insecureOption, keysOption, wholeNumber } from "./common-options.ts";

interface WorkerArguments {
  readonly tasks: string;
  readonly concurrency: number | "auto";
  readonly http: string | undefined;
  readonly keys: string | undefined;
  readonly insecure: boolean | undefined;
  readonly pool: string;
  readonly child: boolean | undefined;
}

export const workerCommand: CommandModule<object, WorkerArguments> = {
  command: "worker [tasks]",
  describe: "Summarise batches for a ventilator, anywhere",
  builder: (command) =>
    command
      .positional("tasks", {
        type: "string",
        default: "tcp://127.0.0.1:5555",
        describe: "Where the ventilator hands out batches",
      })
      .option("concurrency", {
        type: "string",
        requiresArg: true,
        default: "1",
        describe: "Worker processes, or auto: the cores, less one beside the other roles",
        coerce: (text: string) =>
          text === "auto" ? "auto" : wholeNumber("concurrency", Number(text)),
      })
      .option("pool", {
        type: "string",
        requiresArg: true,
        default: defaultPool,
        describe: "Take batches of the sources with this pool",
      })
      .option("http", httpOption("any free port of this host"))
      .option("keys", keysOption)
      .option("insecure", insecureOption)
      .option("child", { type: "boolean", hidden: true })
      .example("$0 worker tcp://10.0.0.5:5555 --keys worker-rack3 --concurrency auto", "")
      .example("$0 worker tcp://10.0.0.5:5555 --keys worker-rack3 --pool v2 --concurrency 4", ""),
  handler: async (args) => {
    const { serveWorkers } = await import("./role-work.ts");
    process.exitCode = await serveWorkers(args);
  },
};
