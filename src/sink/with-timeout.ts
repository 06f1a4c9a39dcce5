// The last work of a sink, for as long as there is time for it.

import type { Logger } from "../shared/runtime/logger.ts";

/**
 * Settles as the work does, or after `timeoutMs` in any case: what is not written by then is left to
 * the next sink, for which the store is sound at every moment.
 */
export async function inTime(
  work: Promise<void>,
  timeoutMs: number,
  logger: Logger,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      logger.warn("cluster.drain_timeout is over; what is not written is left to the next sink");
      resolve();
    }, timeoutMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
