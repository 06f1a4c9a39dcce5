// The command line of logmill: the list of its commands. A command's file holds its options; what it
// does is loaded when it is called, so that `--help` and every start stay quick.
//
// Exit codes are those of the errors table. Wrong use prints what is wrong, what was probably
// meant and where help is, not the whole help page.

import yargs from "yargs";
import type { Argv, CommandModule } from "yargs";
import { LogmillError } from "../shared/base/errors.ts";
import { checkFailPoints } from "../shared/base/fail-point.ts";
import { programVersion } from "../shared/runtime/version.ts";
import { deadLetterCommand } from "./commands/dead-letter.ts";
import { generateCommand } from "./commands/generate.ts";
import { initCommand } from "./commands/init.ts";
import { keygenCommand } from "./commands/keygen.ts";
import { queryCommand } from "./commands/query.ts";
import { usageMessage } from "./screens/usage-message.ts";
import { reportError } from "./report-error.ts";
import { rejectsCommand } from "./commands/rejects.ts";
import { runCommand } from "./commands/run.ts";
import { sinkCommand } from "./commands/sink.ts";
import { sketchCommand } from "./commands/sketch.ts";
import { storeCommand } from "./commands/store.ts";
import { summarizeCommand } from "./commands/summarize.ts";
import { statusCommand } from "./commands/status.ts";
import { tapCommand } from "./commands/tap.ts";
import { testCommand } from "./commands/test.ts";
import { topCommand } from "./commands/top.ts";
import { validateCommand } from "./commands/validate.ts";
import { ventilatorCommand } from "./commands/ventilator.ts";
import { workerCommand } from "./commands/worker.ts";

const commands = [
  runCommand,
  summarizeCommand,
  initCommand,
  queryCommand,
  rejectsCommand,
  tapCommand,
  testCommand,
  storeCommand,
  sketchCommand,
  deadLetterCommand,
  validateCommand,
  generateCommand,
  ventilatorCommand,
  workerCommand,
  sinkCommand,
  topCommand,
  statusCommand,
  keygenCommand,
] as unknown as readonly CommandModule[];

const commandLines = commands.map(({ command }) => String(command));

/** Lines of help are no wider, so that they read well in any terminal. */
const helpWidth = 80;

const usage = `Grinds logs into exact counts and mergeable sketches, per day and key.

Usage: $0 COMMAND [OPTIONS]`;

const epilogue = `Exit codes: 0 done, 1 something could not be read or checked, 2 usage,
75 the store is in use, 78 configuration.
LOGMILL_LOG_LEVEL=debug|info|warn|error sets what is logged on standard error.`;

/** Runs the command that `args` names; the exit code is in `process.exitCode` afterwards. */
export async function runProgram(args: readonly string[]): Promise<void> {
  exitQuietlyWhenNobodyReads();
  const program = yargs([...args])
    .scriptName("logmill")
    .usage(usage)
    .alias("help", "h")
    .epilogue(epilogue)
    .version(programVersion())
    .locale("en")
    .strict()
    .recommendCommands()
    .demandCommand(1, 1, "name a command", "one command at a time")
    .wrap(helpWidth)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // A command's own error comes through here too; the parser's have no class that it exports.
      if (error !== undefined && error.name !== "YError") throw error;
      const complaint = message ?? error?.message ?? "wrong use";
      const context = { args, options: knownOptions(program), commands: commandLines };
      throw new LogmillError("usage", usageMessage(complaint, context));
    });
  // The work is awaited here: for a handler that returns a promise yargs makes the whole help page, in
  // case it should be wanted, while the handler has only begun.
  let work: unknown;
  for (const command of commands) {
    program.command({ ...command, handler: (options) => void (work = command.handler(options)) });
  }
  try {
    checkFailPoints();
    await program.parseAsync();
    await work;
  } catch (error) {
    process.exitCode = reportError(error, (text) => process.stderr.write(text));
  }
}

/** yargs knows at this point which options the command has, but has no typed way to say so. */
function knownOptions(program: Argv): string[] {
  const { key } = (program as unknown as { getOptions(): { key: object } }).getOptions();
  return Object.keys(key);
}

/** `logmill query … | head` is no failure. */
function exitQuietlyWhenNobodyReads(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  // A terminal that has gone takes no messages; the work is cleaned up all the same.
  process.stderr.on("error", () => undefined);
}
