// `logmill keygen`: the keys with which the roles know each other over TCP.

import { resolve } from "node:path";
import type { CommandModule } from "yargs";

interface KeygenArguments {
  readonly folder: string;
  readonly worker: string | undefined;
}

export const keygenCommand: CommandModule<object, KeygenArguments> = {
  command: "keygen <folder>",
  describe: "Make the keys of a cluster, or of one more worker",
  builder: (command) =>
    command
      .positional("folder", {
        type: "string",
        demandOption: true,
        describe: "Folder of the keys, for --keys or cluster.security.keys",
      })
      .option("worker", {
        type: "string",
        requiresArg: true,
        describe: "Add a key for a remote worker of this name, in FOLDER/worker-NAME",
      })
      .example("$0 keygen keys", "")
      .example("$0 keygen keys --worker rack3", ""),
  handler: async ({ folder, worker }) => {
    const { addWorkerKey, createKeyFolder } = await import("../../shared/net/curve/key-folder.ts");
    const path = resolve(folder);
    if (worker === undefined) {
      createKeyFolder(path);
      process.stdout.write(
        `made the keys of a cluster in ${folder}\nstart each role with --keys ${folder}\n`,
      );
      return;
    }
    const copy = addWorkerKey(path, worker);
    process.stdout.write(
      `made ${copy} and allowed it on tasks and results\n` +
        "copy that folder to the worker's host, start the worker with --keys worker-" +
        `${worker},\nand send SIGHUP to ventilator and sink if they are running\n`,
    );
  },
};
