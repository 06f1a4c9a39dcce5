// The exit codes of a command that a signal ended: in good order, or at once.

import { constants } from "node:os";
import type { StopSignal } from "../shared/runtime/lifecycle.ts";

/** 0 for SIGTERM, which asks for a clean end and got one; else 128 and its number, as shells expect. */
export function signalExitCode(signal: StopSignal): number {
  return signal === "SIGTERM" ? 0 : cutShortExitCode(signal);
}

/** 128 and the number of the signal that would not wait, as a process has that it kills. */
export function cutShortExitCode(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}
