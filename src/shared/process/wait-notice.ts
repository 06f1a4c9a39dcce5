// A role that waits for another one says so, once, when that has taken a while, and once more when it
// is over. It is asked again and again whom it waits for now, and is told the time.

import { limits } from "../base/limits.ts";
import type { Logger } from "../runtime/logger.ts";

export interface Wait {
  /** What is missing and where: `no ventilator answers at tcp://ventilator:5555`. */
  readonly missing: string;
  /** `the ventilator at tcp://ventilator:5555`. */
  readonly whom: string;
  /** Since when, where that is known; otherwise it counts from the first look. */
  readonly sinceMs?: number;
}

/** The wait of one who has dialled a server and hears nothing. */
export const waitForServer = (role: string, endpoint: string): Wait => ({
  missing: `no ${role} answers at ${endpoint}`,
  whom: `the ${role} at ${endpoint}`,
});

/** The wait of a server to which nobody has come. */
export const waitForClient = (role: string, endpoint: string): Wait => ({
  missing: `no ${role} has connected to ${endpoint}`,
  whom: `a ${role} at ${endpoint}`,
});

export class WaitNotice {
  readonly #logger: Logger;
  #wait: Wait | null = null;
  #sinceMs = 0;
  #isLogged = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * To be called about once a second, until the role is told to end.
   * @param nowMs monotonic milliseconds.
   * @param wait null when nobody is waited for.
   */
  look(nowMs: number, wait: Wait | null): void {
    const before = this.#wait;
    if (wait?.missing !== before?.missing || wait?.sinceMs !== before?.sinceMs) {
      if (before !== null && this.#isLogged)
        this.#log(nowMs, `no longer waiting for ${before.whom}`);
      this.#isLogged = false;
      this.#sinceMs = wait?.sinceMs ?? nowMs;
      this.#wait = wait;
    }
    if (wait === null || this.#isLogged || nowMs - this.#sinceMs < limits.waitLoggedAfterMs) return;
    this.#isLogged = true;
    this.#log(nowMs, `${wait.missing}; still waiting`);
  }

  #log(nowMs: number, words: string): void {
    this.#logger.warn({ waitedSeconds: Math.round((nowMs - this.#sinceMs) / 1000) }, words);
  }
}
