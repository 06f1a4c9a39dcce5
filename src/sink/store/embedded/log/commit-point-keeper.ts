// Moves the commit point when the log has been idle for a moment, beside everything else: a batch
// that arrives meanwhile waits for nothing.

import { limits } from "../../../../shared/base/limits.ts";
import { waitOrAbort } from "../../../../shared/runtime/wait-or-abort.ts";
import type { CommitPoint, LogPosition } from "./commit-point.ts";

export interface KeeperSteps {
  /** Where the log ends now, if everything in it was reported; else null. */
  readonly position: () => LogPosition | null;
  readonly fail: (error: unknown) => void;
  /** Waits a moment; returns early when `signal` aborts. */
  readonly rest: (signal: AbortSignal) => Promise<void>;
}

export class CommitPointKeeper {
  readonly #point: CommitPoint;
  readonly #steps: KeeperSteps;
  readonly #ending = new AbortController();
  #running: Promise<void> | null = null;

  constructor(point: CommitPoint, steps: KeeperSteps) {
    this.#point = point;
    this.#steps = steps;
  }

  /** The log has fallen idle. */
  idle(): void {
    const { signal } = this.#ending;
    if (signal.aborted || this.#running !== null) return;
    this.#running = this.#restAndWrite(signal)
      .catch(this.#steps.fail)
      .finally(() => (this.#running = null));
  }

  /**
   * Writes it a last time and closes the file.
   * @param position where the log ends for good; null when it failed.
   */
  async close(position: LogPosition | null): Promise<void> {
    this.#ending.abort();
    await this.#running;
    try {
      if (position !== null) await this.#point.write(position);
    } finally {
      await this.#point.close();
    }
  }

  async #restAndWrite(signal: AbortSignal): Promise<void> {
    await this.#steps.rest(signal);
    // The end of the store writes it.
    if (signal.aborted) return;
    const position = this.#steps.position();
    // While the log is busy the next group proves the one before; it will fall idle again.
    if (position !== null) await this.#point.write(position);
  }
}

export async function restWhileIdle(signal: AbortSignal): Promise<void> {
  await waitOrAbort(limits.logIdleMs, signal, { ref: false });
}
