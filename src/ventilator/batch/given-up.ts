// A batch that is not sent again as it is.

import type { FlightBatch, RedeliverCause } from "./batch.ts";

export interface GivenUp {
  readonly batch: FlightBatch;
  readonly cause: RedeliverCause;
  readonly detail: string;
  readonly failures: number;
}
