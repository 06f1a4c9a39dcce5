// A role as a child of `logmill run`: it is told its work over the IPC channel, reports over it, and
// ends when the channel closes, because its supervisor is gone then, whatever ended it.
//
// Signals are ignored: a terminal and a service manager send them to the whole process group, and a
// sink that ended before the ventilator would leave batches open. The supervisor, which gets them
// too, tells its children when it is their turn.

import { rmSync } from "node:fs";
import { assert } from "../../shared/base/assert.ts";
import { limits } from "../../shared/base/limits.ts";
import { LogmillError } from "../../shared/base/errors.ts";
import type { ErrorCode } from "../../shared/base/errors.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import { loadHttpToken } from "../../shared/runtime/http/http-token.ts";
import { StartAbandoned } from "../../shared/runtime/lifecycle.ts";
import { createLogger } from "../../shared/runtime/logger.ts";
import { sendReport } from "../../shared/process/role-report.ts";
import { startSinkRole, startVentilatorRole, startWorkerRole } from "./role.ts";
import type { ServedRole } from "./role.ts";
import type { RoleName, SupervisorMessage } from "./supervised-messages.ts";

type Start = Extract<SupervisorMessage, { readonly type: "start" }>;

/** A new start can fix these; every other expected failure would only come again. */
const restartable: readonly ErrorCode[] = ["disk_failed", "internal"];

/** Makes this process a supervised role: waits for its work, does it, exits. */
export function runSupervised(name: string): void {
  const role = name as RoleName;
  const logger = createLogger({ role, level: "warn" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, ignore);
  let socketFolder: string | null = null;
  let running: Promise<ServedRole> | null = null;
  const stopping = new AbortController();
  process.on("disconnect", () => {
    // A supervisor that was killed could not clean up after itself.
    if (socketFolder !== null) rmSync(socketFolder, { recursive: true, force: true });
    process.exit(1);
  });
  process.on("message", (message: SupervisorMessage) => {
    if (message.type === "stop") {
      if (running === null) process.exit(0);
      stopping.abort();
      // How it ends is seen where its end is waited for.
      running.then((served) => served.stop()).catch(ignore);
      return;
    }
    assert(running === null, "a role starts once");
    socketFolder = message.socketFolder;
    running = start(role, message, logger, stopping.signal);
    running
      .then((served) => served.ended)
      .then(exitDone, (error: unknown) => exitFailed(error, logger));
  });
  // While the supervisor reads the configuration, the role's code is loaded.
  preload(role).catch(ignore);
}

async function start(
  role: RoleName,
  { config, pool }: Start,
  logger: Logger,
  signal: AbortSignal,
): Promise<ServedRole> {
  const http = { ...config.http, token: loadHttpToken(config.http.tokenFile, process.env) };
  switch (role) {
    case "ventilator": {
      const served = await startVentilatorRole(config, { once: true, http, logger });
      sendReport({ type: "ready", http: served.http });
      return served;
    }
    case "worker": {
      const onWork = (): void => sendReport({ type: "working" });
      const served = await startWorkerRole(config.cluster.tasks, { http, logger, onWork, pool });
      sendReport({ type: "ready", http: served.http });
      return served;
    }
    case "sink": {
      const { spaceWaitMs } = limits;
      const served = await startSinkRole(config, { http, logger, signal, spaceWaitMs });
      // Before the first partial is merged, so that they are the sheets that the run began with.
      sendReport({ type: "ready", http: served.http, sheets: await served.role.sheets() });
      return served;
    }
  }
}

async function preload(role: RoleName): Promise<void> {
  switch (role) {
    case "ventilator":
      await import("../../ventilator/ventilator.ts");
      break;
    case "worker":
      await import("../../worker/worker.ts");
      break;
    case "sink":
      await import("../../sink/sink.ts");
      break;
  }
}

function exitDone(): void {
  afterReports(() => process.exit(0));
}

function exitFailed(error: unknown, logger: Logger): void {
  if (error instanceof StartAbandoned) {
    exitDone();
    return;
  }
  const exitCode = error instanceof LogmillError ? error.exitCode : 70;
  if (error instanceof LogmillError && !restartable.includes(error.code)) {
    sendReport({ type: "fatal", code: error.code, message: error.message, exitCode });
  } else {
    logger.fatal({ err: error }, "the role can not go on");
  }
  afterReports(() => process.exit(exitCode));
}

/** Calls back when all reports have left this process; they leave in order. */
function afterReports(exit: () => void): void {
  if (process.send === undefined || !process.connected) exit();
  else process.send({ type: "end" }, undefined, undefined, exit);
}

function ignore(): void {
  // Deliberately nothing; the callers say why.
}
