// A role in the foreground, as service managers and people start it: it works until it has ended of
// itself, or a signal asks it to drain. The second signal ends it at once; what it had not
// acknowledged is simply sent again later.

import { listenForStop, StartAbandoned } from "../../shared/runtime/lifecycle.ts";
import type { StopSignal } from "../../shared/runtime/lifecycle.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import type { ServedRole } from "./role.ts";
import { cutShortExitCode, signalExitCode } from "../signal-exit-code.ts";

/**
 * Serves until the end and returns the exit code.
 * @param start may look at the signal for as long as the start takes
 * @throws what ended the role.
 */
export async function serveInForeground(
  start: (stop: AbortSignal) => Promise<ServedRole>,
  logger: Logger,
): Promise<number> {
  let role: ServedRole | null = null;
  const stop = listenForStop(process, (signal) => {
    role?.kill();
    process.exit(cutShortExitCode(signal));
  });
  try {
    role = await start(stop.signal);
    const { http, ended } = role;
    logger.info({ http }, "serving");
    const onStop = (): void => {
      logger.info({ signal: stop.signal.reason as StopSignal }, "draining");
      // How it ends is seen below.
      role?.stop().catch(() => undefined);
    };
    if (stop.signal.aborted) onStop();
    else stop.signal.addEventListener("abort", onStop);
    await ended;
    logger.info("ended");
    return stop.signal.aborted ? signalExitCode(stop.signal.reason as StopSignal) : 0;
  } catch (error) {
    if (!(error instanceof StartAbandoned)) throw error;
    logger.info("ended");
    return signalExitCode(stop.signal.reason as StopSignal);
  } finally {
    stop.dispose();
  }
}
