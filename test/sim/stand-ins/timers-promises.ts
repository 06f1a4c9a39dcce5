// `node:timers/promises` on virtual time.

import { theWorld, thisProcess } from "../world/current.ts";
import { clearTimeout, setTimeout as setTimer } from "./globals.ts";

export function setTimeout<T>(
  ms: number,
  value?: T,
  options: { readonly signal?: AbortSignal } = {},
): Promise<T | undefined> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(new DOMException("The operation was aborted", "AbortError"));
    };
    const timer = setTimer(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    }, ms);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

/** A worker gives way between two batches: that is where the time that a batch takes goes by. */
export function setImmediate(): Promise<void> {
  const process = thisProcess();
  const world = theWorld();
  const tookMs = process.role === "worker" ? world.workMs(process) : 0;
  return new Promise((resolve) => void world.scheduler.at(tookMs, process, resolve));
}
