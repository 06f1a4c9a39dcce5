// Decides what this process is: the program that a person or a service manager started, or a role that
// a running `logmill run` started. Each half is loaded only where it is needed: a role never loads the
// command line parser, and loading counts, since the start of all its processes is part of the time
// that a run takes.

import { supervisedArgument } from "./run/supervised-messages.ts";

async function main(): Promise<void> {
  if (process.argv[2] === supervisedArgument && process.send !== undefined) {
    const { runSupervised } = await import("./run/supervised.ts");
    runSupervised(process.argv[3] ?? "");
    return;
  }
  // On a terminal the log goes through this process, and nobody minds the blink of an eye.
  const wantsHelp = process.argv.includes("--help") || process.argv.includes("-h");
  if (process.argv[2] === "run" && !wantsHelp && !process.stderr.isTTY) {
    const { startRolesAhead } = await import("./run/role-process.ts");
    startRolesAhead();
  }
  const { runProgram } = await import("./program.ts");
  await runProgram(process.argv.slice(2));
  // What a pipe has not taken yet would be lost.
  await Promise.all([process.stdout, process.stderr].map(written));
  // Nothing that a library left open may keep a finished command alive.
  process.exit();
}

/** Settles when everything that was written to a stream has left this process, or never will. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

void main();
