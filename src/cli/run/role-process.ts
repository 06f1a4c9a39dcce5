// The processes that roles of a run live in. One of each role is started ahead, before the command
// line is even parsed: every run has them, and loading takes them longer than anything that this
// process does until it knows their work. Who is not taken ends with this process, as all of them do
// (`supervised.ts`).

import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { supervisedArgument } from "./supervised-messages.ts";
import type { RoleName } from "./supervised-messages.ts";

/** What they run when nothing else is named. */
const mainPath = fileURLToPath(new URL("./main.js", import.meta.url));

/** Those that were started ahead, live, and are not taken. */
const ahead = new Map<RoleName, ChildProcess>();

/** Starts one process of each role, which logs straight to this process's standard error. */
export function startRolesAhead(): void {
  for (const role of ["sink", "worker", "ventilator"] as const) {
    const child = startRole(role, { isPiped: false });
    ahead.set(role, child);
    // Whoever wants it then starts another, and hears what is wrong.
    const forget = (): void => void ahead.delete(role);
    child.once("error", forget);
    child.once("exit", forget);
  }
}

/**
 * A process of the role: the one that was started ahead, if it fits, or a new one.
 * @param isPiped whether this process writes what the child logs.
 * @param entry another program than this one.
 */
export function roleProcess(
  role: RoleName,
  { isPiped, entry }: { readonly isPiped: boolean; readonly entry: string | undefined },
): ChildProcess {
  const child = ahead.get(role);
  if (child === undefined || isPiped || entry !== undefined) {
    return startRole(role, { isPiped, entry });
  }
  ahead.delete(role);
  return child;
}

function startRole(
  role: RoleName,
  { isPiped, entry = mainPath }: { readonly isPiped: boolean; readonly entry?: string | undefined },
): ChildProcess {
  return fork(entry, [supervisedArgument, role], {
    // A child has nothing to say on stdout; what a library prints there is not a result.
    stdio: ["ignore", 2, isPiped ? "pipe" : 2, "ipc"],
    env: childEnvironment(isPiped),
  });
}

function childEnvironment(isPiped: boolean): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  // Node.js reads all its certificates at the start when it is given more: 45 ms of every process, and
  // roles of a run talk over sockets in a folder, never TLS.
  delete environment["NODE_EXTRA_CA_CERTS"];
  // Each arena of glibc keeps what was freed in it; nothing here is so busy that it needs one for each thread.
  environment["MALLOC_ARENA_MAX"] ??= "2";
  // Behind the pipe is this process's terminal, which a child can not see.
  const isChosen = ["pretty", "json"].includes(environment["LOGMILL_LOG_FORMAT"] ?? "");
  return isPiped && !isChosen ? { ...environment, LOGMILL_LOG_FORMAT: "pretty" } : environment;
}
