// How long a worker waits for each part of its end. All of them together fit into the drain timeout of
// its ventilator, however short that is.

export interface DrainDeadlines {
  /** For a ventilator to answer a goodbye, before it is taken for one that never does. */
  readonly lastWordMs: number;
  /** For the last partials to leave. */
  readonly partialFlushMs: number;
  /** For the goodbye to leave. */
  readonly byeFlushMs: number;
  /** From the request to end until no batch that is here is waited for any more. */
  readonly giveUpMs: number;
}

export function drainDeadlines(drainTimeoutMs: number): DrainDeadlines {
  const lastWordMs = Math.min(500, drainTimeoutMs / 8);
  const partialFlushMs = Math.min(2_000, drainTimeoutMs / 2);
  const byeFlushMs = Math.min(500, drainTimeoutMs / 8);
  const giveUpMs = drainTimeoutMs - partialFlushMs - byeFlushMs;
  return { lastWordMs, partialFlushMs, byeFlushMs, giveUpMs };
}
