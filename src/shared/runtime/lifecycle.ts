// How a process is asked to end, and how its parts are closed. The first SIGINT or SIGTERM asks for
// a drain; the second one means that the user has run out of patience.

import type { Logger } from "./logger.ts";

/** What asks a service to end. SIGHUP asks it to read its lists anew. */
const serviceSignals = ["SIGINT", "SIGTERM"] as const;

/** What asks a command to end; SIGHUP: its terminal is gone. */
export const commandSignals = [...serviceSignals, "SIGHUP"] as const;

export type StopSignal = (typeof commandSignals)[number];

/** The part of `process` that signals come from. */
export interface SignalEmitter {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
}

export interface StopListener {
  /** Aborted by the first signal; its `reason` is the signal's name. */
  readonly signal: AbortSignal;
  /** Gives the signals back to their default, which ends the process. */
  dispose(): void;
}

/**
 * Listens for signals, SIGINT and SIGTERM when nothing else is said.
 * @param onSecond called with the second and every further signal.
 */
export function listenForStop(
  emitter: SignalEmitter,
  onSecond: (signal: StopSignal) => void,
  signals: readonly StopSignal[] = serviceSignals,
): StopListener {
  const controller = new AbortController();
  const listener = (signal: StopSignal): void => {
    if (controller.signal.aborted) onSecond(signal);
    else controller.abort(signal);
  };
  for (const signal of signals) emitter.on(signal, listener);
  return {
    signal: controller.signal,
    dispose() {
      for (const signal of signals) emitter.off(signal, listener);
    },
  };
}

/** It was told to end before it had begun, which is no failure. */
export class StartAbandoned extends Error {
  constructor() {
    super("told to end before the start was over");
    this.name = "StartAbandoned";
  }
}

export interface ClosingStep {
  readonly name: string;
  readonly close: () => Promise<void> | void;
}

/**
 * Closes parts one after the other, in the order given. A step that fails, or takes longer than
 * `timeoutMs`, is logged and the next one is closed all the same. Returns whether all went well.
 */
export async function closeInOrder(
  steps: readonly ClosingStep[],
  timeoutMs: number,
  logger: Logger,
): Promise<boolean> {
  let isClean = true;
  for (const step of steps) {
    try {
      await within(step.close(), timeoutMs, step.name);
    } catch (error) {
      isClean = false;
      logger.error({ err: error, step: step.name }, `could not close ${step.name}`);
    }
  }
  return isClean;
}

async function within(work: Promise<void> | void, timeoutMs: number, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`closing ${name} took longer than ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
