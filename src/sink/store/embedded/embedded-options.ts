// What the embedded store is opened with, besides its folder and the configuration.

import type { StoreOptions } from "../store.ts";

export interface EmbeddedOptions extends StoreOptions {
  /** Memory for live tables, in bytes; beyond half of it they are flushed, the other half fills meanwhile. */
  readonly liveBytesMax: number;
  /** Waits for space before another try, counted from 0; returns early when `signal` aborts. */
  readonly pause?: (attempt: number, signal: AbortSignal) => Promise<void>;
  /** Waits until a log that has just fallen idle counts as idle; returns early when `signal` aborts. */
  readonly rest?: (signal: AbortSignal) => Promise<void>;
}
