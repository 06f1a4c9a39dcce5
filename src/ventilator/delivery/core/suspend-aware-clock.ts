// Time as this process has lived it. A process that was stopped (SIGSTOP, a breakpoint, a machine
// that swaps) wakes up to timers that are all due and to messages that it has not read yet; judged
// by the plain clock, every peer has been silent for too long. So a gap between two looks at the
// clock counts for at most `gapMsMax`: whoever really is gone is found out that much later.
//
// Invariant: the result never decreases, and never runs faster than the clock it is fed with.

/** Turns monotonic milliseconds into monotonic milliseconds without this process's own absences. */
export class SuspendAwareClock {
  readonly #gapMsMax: number;
  #lastMs: number;
  #awakeMs = 0;

  /** @param nowMs the monotonic clock at the start. */
  constructor(gapMsMax: number, nowMs: number) {
    this.#gapMsMax = gapMsMax;
    this.#lastMs = nowMs;
  }

  /** Milliseconds since the start; to be asked at least every `gapMsMax`. */
  at(nowMs: number): number {
    const gapMs = Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    this.#awakeMs += Math.min(gapMs, this.#gapMsMax);
    return this.#awakeMs;
  }
}
