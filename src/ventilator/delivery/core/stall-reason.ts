// Why reading has to wait, in one word, for metrics.

import type { StallReason } from "../../batch/causes.ts";
import type { Credit } from "./credit.ts";
import type { Flight } from "./flight.ts";

/** @param isAhead enough is cut for the next to be taken by a worker at once. */
export function stallReasonOf(
  { workers }: Pick<Credit, "workers">,
  { batches }: Pick<Flight, "batches">,
  { batchesMax }: { readonly batchesMax: number },
  isAhead: boolean,
): StallReason {
  if (workers === 0) return "no_worker";
  if (isAhead) return "workers";
  return batches >= batchesMax ? "flight_batches" : "flight_bytes";
}
