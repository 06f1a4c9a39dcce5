// Long work in slices: after each the event loop has its turn, so that heartbeats, acknowledgements and
// signals are not late.

import { setImmediate } from "node:timers/promises";
import { limits } from "../base/limits.ts";

export class TimeSlice {
  readonly #ms: number;
  #endMs: number;

  constructor(ms: number = limits.workSliceMs) {
    this.#ms = ms;
    this.#endMs = performance.now() + ms;
  }

  /** The slice is used up: wait for `next` before going on. */
  get isOver(): boolean {
    return performance.now() > this.#endMs;
  }

  /** Lets everything else go first. */
  async next(): Promise<void> {
    await setImmediate();
    this.#endMs = performance.now() + this.#ms;
  }
}

/** Does the steps, and lets everything else go first whenever a slice is used up. */
export async function inSlices<T>(steps: Iterator<void, T, undefined>): Promise<T> {
  const slice = new TimeSlice();
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (slice.isOver) await slice.next();
  }
}
