// Waiting for a while that somebody may cut short.

import { setTimeout } from "node:timers/promises";

/**
 * Resolves after `ms` milliseconds, or as soon as `signal` is aborted.
 * @param options `ref: false` lets the process end meanwhile.
 */
export async function waitOrAbort(
  ms: number,
  signal: AbortSignal,
  options: { readonly ref?: boolean } = {},
): Promise<void> {
  await setTimeout(ms, undefined, { ...options, signal }).catch(() => undefined);
}
