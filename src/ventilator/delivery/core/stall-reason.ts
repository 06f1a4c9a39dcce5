// Why reading has to wait, in one word, for metrics.

import type { Credit } from "./credit.ts";
import type { Flight } from "./flight.ts";

/**
 * What reading waits for: somebody to work, workers that are slower than the reader, or, with the
 * flight full, the acknowledgements of the sink.
 */
export const holdUps = ["no_worker", "workers", "flight_batches", "flight_bytes"] as const;
export type HoldUp = (typeof holdUps)[number];

/** @param isAhead enough is cut for the next to be taken by a worker at once. */
export function holdUpOf(
  { workers }: Pick<Credit, "workers">,
  { batches }: Pick<Flight, "batches">,
  { batchesMax }: { readonly batchesMax: number },
  isAhead: boolean,
): HoldUp {
  if (workers === 0) return "no_worker";
  if (isAhead) return "workers";
  return batches >= batchesMax ? "flight_batches" : "flight_bytes";
}
