// When to send again what nobody has answered. The acknowledgement timeout is a backstop: lost
// workers, restarted sinks and refusals are noticed otherwise, and what is merely late must not be
// sent again and again by a ventilator that thinks it helps. So the timeout doubles with every
// use, is spread by jitter, and re-sends are paid from a budget that fresh sends earn.

import type { Random } from "../../../shared/base/prng.ts";

/** Doublings of the timeout at most: 10 s grow to 80 s. */
const doublingsMax = 3;

/**
 * How long to wait for the acknowledgement of a batch that has timed out `timeouts` times before,
 * in milliseconds: 0.75 to 1.25 times the doubled base.
 */
export function ackTimeoutMs(baseMs: number, timeouts: number, random: Random): number {
  return baseMs * 2 ** Math.min(timeouts, doublingsMax) * (0.75 + 0.5 * random());
}

/**
 * Bounds re-sends after a timeout to a share of what is sent for the first time. When nothing at all
 * moves, one re-send per `trickleMs` remains, so that a lost batch is never stuck for good.
 */
export class ResendBudget {
  readonly #sendsPerResend: number;
  readonly #sendsSavedMax: number;
  readonly #trickleMs: number;
  #sendsSaved = 0;
  #lastMs: number | null = null;

  /** @param resendsSavedMax how many may be saved up, and so come at once. */
  constructor(sendsPerResend: number, resendsSavedMax: number, trickleMs: number) {
    this.#sendsPerResend = sendsPerResend;
    this.#sendsSavedMax = resendsSavedMax * sendsPerResend;
    this.#trickleMs = trickleMs;
  }

  /** A batch was sent for the first time. */
  earn(): void {
    this.#sendsSaved = Math.min(this.#sendsSavedMax, this.#sendsSaved + 1);
  }

  /**
   * A re-send was needed: what it brought had not arrived before. Others may have been lost with it, as
   * behind a link that was cut, and need not wait for the trickle.
   */
  refund(): void {
    this.#sendsSaved = Math.min(this.#sendsSavedMax, this.#sendsSaved + this.#sendsPerResend);
  }

  /** Takes one re-send if there is one. */
  spend(nowMs: number): boolean {
    const isTrickleDue = this.#lastMs === null || nowMs - this.#lastMs >= this.#trickleMs;
    if (this.#sendsSaved >= this.#sendsPerResend) this.#sendsSaved -= this.#sendsPerResend;
    else if (!isTrickleDue) return false;
    this.#lastMs = nowMs;
    return true;
  }
}
