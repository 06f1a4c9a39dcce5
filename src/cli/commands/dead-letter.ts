// `logmill dead-letter`: the lines that no worker got through. The options; what the commands do is in
// `dead-letter-commands.ts`, loaded when one runs.

import type { CommandModule } from "yargs";
import { configOption } from "./common-options.ts";

interface ListArguments {
  readonly config: string;
  readonly json: boolean | undefined;
}

interface ShowArguments {
  readonly config: string;
  readonly number: number | undefined;
  readonly raw: boolean | undefined;
}

interface ReplayArguments {
  readonly config: string;
  readonly numbers: readonly number[] | undefined;
}

const listCommand: CommandModule<object, ListArguments> = {
  command: "list",
  describe: "List dead letters, and why no worker got through them",
  builder: (command) =>
    command
      .option("config", configOption)
      .option("json", { type: "boolean", describe: "Print one JSON array" }),
  handler: async (args) => {
    const { listDeadLetters } = await import("./dead-letter-work.ts");
    await listDeadLetters(args.config, args.json ?? false);
  },
};

const showCommand: CommandModule<object, ShowArguments> = {
  command: "show <number>",
  describe: "Show one of them with its reason and its bytes",
  builder: (command) =>
    command
      .positional("number", { type: "number", describe: "As listed" })
      .option("config", configOption)
      .option("raw", { type: "boolean", describe: "Print the bytes alone, as they are" }),
  handler: async (args) => {
    const { showDeadLetter } = await import("./dead-letter-work.ts");
    await showDeadLetter(args.config, args.number ?? 0, args.raw ?? false);
  },
};

const replayCommand: CommandModule<object, ReplayArguments> = {
  command: "replay [numbers..]",
  describe: "Let them count after all, once their cause is fixed",
  builder: (command) =>
    command
      .positional("numbers", { type: "number", array: true, describe: "As listed; all if none" })
      .option("config", configOption),
  handler: async (args) => {
    const { replayDeadLetters } = await import("./dead-letter-work.ts");
    await replayDeadLetters(args.config, args.numbers ?? []);
  },
};

export const deadLetterCommand: CommandModule = {
  command: "dead-letter",
  describe: "List, show or send again the lines that no worker got through",
  builder: (command) =>
    command
      .command(listCommand)
      .command(showCommand)
      .command(replayCommand)
      .demandCommand(1, 1, "name one of list, show, replay", "one command at a time"),
  handler: () => undefined,
};
