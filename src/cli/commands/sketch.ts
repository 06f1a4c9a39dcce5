// `logmill sketch inspect|fold|union|convert`: distinct counts in the bytes of PostgreSQL and Redis. For
// the work itself, see `sketch-work.ts`.

import type { CommandModule } from "yargs";
import type { HllEncoding } from "../../shared/sketch/hyperloglog.ts";
import { namedInputs } from "./named-inputs.ts";

interface SketchArguments {
  readonly sketches: readonly string[];
  readonly from: HllEncoding | undefined;
  readonly to: HllEncoding | undefined;
  readonly base64: boolean | undefined;
  readonly json: boolean | undefined;
  readonly log2m: number | undefined;
}

const encodings = ["postgres", "redis"] as const;
const reading = {
  from: {
    choices: encodings,
    describe: "What the bytes are; unless given, a text that begins with HYLL is of Redis",
  },
} as const;
const writing = {
  ...reading,
  to: { choices: encodings, describe: "What to write; unless given, what the first one is" },
  base64: { type: "boolean", describe: "Write base64 in place of \\x and hex digits" },
} as const;

const what = {
  type: "string",
  demandOption: true,
  describe: "Hex, \\x and hex, base64, a file, or - for standard input (one sketch a line)",
} as const;

const inspectCommand: CommandModule<object, SketchArguments> = {
  command: "inspect <sketches..>",
  describe: "Print the count with its bounds, the shape, and how the registers are filled",
  builder: (command) =>
    command
      .positional("sketches", what)
      .options(reading)
      .option("json", { type: "boolean", describe: "Print JSON, one object a sketch" })
      .example("$0 sketch inspect '\\x128b7f0000000000000001'", "") as never,
  handler: async ({ sketches, from, json }) => {
    const { inspectSketches } = await import("./sketch-work.ts");
    process.stdout.write(
      await inspectSketches(namedInputs(sketches), { from, json: json === true }),
    );
  },
};

const foldCommand: CommandModule<object, SketchArguments> = {
  command: "fold <sketches..>",
  describe: "Make each as small as one of fewer registers; exactly what it would have been",
  builder: (command) =>
    command.positional("sketches", what).options(writing).option("log2m", {
      type: "number",
      requiresArg: true,
      demandOption: true,
      describe: "Registers are 2^log2m; 4 to 18",
    }) as never,
  handler: async ({ sketches, log2m, ...options }) => {
    const { foldSketches } = await import("./sketch-work.ts");
    process.stdout.write(await foldSketches(namedInputs(sketches), log2m!, options));
  },
};

const unionCommand: CommandModule<object, SketchArguments> = {
  command: "union <sketches..>",
  describe: "Merge them into one; unlike precisions are folded, and said",
  builder: (command) => command.positional("sketches", what).options(writing) as never,
  handler: async ({ sketches, ...options }) => {
    const { uniteSketches } = await import("./sketch-work.ts");
    const { text, notice } = await uniteSketches(namedInputs(sketches), options);
    if (notice !== null) process.stderr.write(`${notice}\n`);
    process.stdout.write(text);
  },
};

const convertCommand: CommandModule<object, SketchArguments> = {
  command: "convert <sketches..>",
  describe: "Write each in the bytes of the other database",
  builder: (command) =>
    command
      .positional("sketches", what)
      .options({ ...writing, to: { ...writing.to, demandOption: true } }) as never,
  handler: async ({ sketches, ...options }) => {
    const { convertSketches } = await import("./sketch-work.ts");
    process.stdout.write(await convertSketches(namedInputs(sketches), options));
  },
};

export const sketchCommand: CommandModule = {
  command: "sketch",
  describe: "Look into distinct counts of PostgreSQL and Redis, fold, merge and convert them",
  builder: (command) =>
    command
      .command(inspectCommand)
      .command(foldCommand)
      .command(unionCommand)
      .command(convertCommand)
      .demandCommand(1, 1, "name one of inspect, fold, union, convert", "one command at a time"),
  handler: () => undefined,
};
