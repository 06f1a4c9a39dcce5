// What a worker is started with, and what whoever started it sees of it.

import type { Plan } from "../shared/model/plan.ts";
import type { Security } from "../shared/net/security.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import type { Tables } from "./core/table-fetch.ts";
import type { WorkerCounters } from "./counters.ts";
import type { Summariser } from "./summariser.ts";

export interface WorkerOptions {
  /** Where the ventilator is, such as `tcp://ventilator:5555`. */
  readonly tasks: string;
  readonly logger: Logger;
  readonly security?: Security;
  /** Gets the worker's metrics; a child of a pool has none and reports its counters instead. */
  readonly registry?: Registry;
  /** Its parent says when all of a pool wait for their ventilator. */
  readonly isOfPool?: boolean;
  /** Told when the first batch is taken: from here on a death is not one of the start. */
  readonly onWork?: () => void;
  /** Tests put something else in the kernel's place. */
  readonly makeSummariser?: (plan: Plan, tables: Tables) => Summariser;
  /** The pool that it works for; the default one when absent. */
  readonly pool?: string;
}

export interface Worker {
  /** Unique per start; the ventilator knows the worker by it. */
  readonly id: string;
  readonly counters: Readonly<WorkerCounters>;
  /** Connected, and given a plan. */
  readonly isReady: boolean;
  /** Its fingerprint; null before the first greeting. */
  readonly plan: string | null;
  /** How long it may take to end when asked to, as its ventilator says. */
  readonly drainTimeoutMs: number;
  /** Settles when the worker has drained, on its own account or asked; rejects with what ended it. */
  readonly ended: Promise<void>;
  /** Finishes the batches that are here, says goodbye and ends; all within the drain timeout of its ventilator. */
  stop(): Promise<void>;
}
