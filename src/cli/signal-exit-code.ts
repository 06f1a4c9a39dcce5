// The exit codes of a command that a signal ended: in good order, or at once.

import type { StopSignal } from "../shared/runtime/lifecycle.ts";

/** 0 for SIGTERM, which asks for a clean end and got one; 130 (128 + 2) for SIGINT, as shells expect. */
export function signalExitCode(signal: StopSignal): number {
  return signal === "SIGINT" ? cutShortExitCode(signal) : 0;
}

/** 128 and the number of the signal that would not wait, as a process has that it kills: 130 or 143. */
export function cutShortExitCode(signal: StopSignal): number {
  return signal === "SIGINT" ? 130 : 143;
}
