// The exit code of a command that a signal ended in good order.

import type { StopSignal } from "../shared/runtime/lifecycle.ts";

/** 0 for SIGTERM, which asks for a clean end and got one; 130 (128 + 2) for SIGINT, as shells expect. */
export function signalExitCode(signal: StopSignal): number {
  return signal === "SIGINT" ? 130 : 0;
}
