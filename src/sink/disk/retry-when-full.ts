// Waiting for a disk to have space again.

import { waitOrAbort } from "../../shared/runtime/wait-or-abort.ts";

const firstMs = 100;
const longestMs = 5000;

/** Waits longer with every attempt, from 0; returns early when `signal` aborts. */
export async function pauseForSpace(attempt: number, signal: AbortSignal): Promise<void> {
  const waitMs = Math.min(firstMs * 2 ** Math.min(attempt, 16), longestMs);
  await waitOrAbort(waitMs, signal);
}
