// Keeping what others see up to date with the store: outputs are published and the store is flushed,
// on a timer and whenever a ventilator has finished. One at a time, however many ask.

import { LogmillError } from "../shared/base/errors.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { SinkMetrics } from "./metrics.ts";
import type { Outputs } from "./outputs.ts";
import type { RowWatch } from "./row-watch.ts";
import type { Store } from "./store/store.ts";

export interface UpkeepParts {
  readonly store: Pick<Store, "settle" | "flush">;
  readonly outputs: Pick<Outputs, "publish">;
  readonly rowWatch: Pick<RowWatch, "check">;
  readonly metrics: SinkMetrics;
  readonly logger: Logger;
}

/** Beyond this, timers of Node fire at once. */
const intervalMsMax = 2 ** 31 - 1;

export class Upkeep {
  readonly #parts: UpkeepParts;
  readonly #timer: NodeJS.Timeout;
  #last: Promise<unknown> = Promise.resolve();
  /** When the oldest change was merged that the outputs do not show; null when they show all. */
  #dirtySinceMs: number | null = null;

  /** @param fail told of faults of logmill itself; everything else is tried again. */
  constructor(parts: UpkeepParts, intervalMs: number, fail: (error: unknown) => void) {
    this.#parts = parts;
    this.#timer = setInterval(
      () => void this.#onTimer().catch(fail),
      Math.min(intervalMs, intervalMsMax),
    );
  }

  /** Something new is in the store. */
  touch(): void {
    this.#dirtySinceMs ??= performance.now();
  }

  /** How long the oldest change has waited to be published, 0 when none has. */
  get lagSeconds(): number {
    return this.#dirtySinceMs === null ? 0 : (performance.now() - this.#dirtySinceMs) / 1000;
  }

  /**
   * Waits until everything submitted is durable, publishes and flushes; returns the outputs' paths.
   * Throws `output_failed`, or what ended the store.
   */
  complete(): Promise<string[]> {
    return this.#inTurn(async () => {
      await this.#parts.store.settle();
      const paths = await this.#publish();
      await this.#parts.store.flush();
      this.#parts.rowWatch.check();
      return paths;
    });
  }

  /** Publishes what is not published yet, for the last time. Throws as `complete`. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#inTurn(async () => {
      await this.#parts.store.settle();
      if (this.#dirtySinceMs !== null) await this.#publish();
    });
  }

  async #onTimer(): Promise<void> {
    if (this.#dirtySinceMs === null) return;
    try {
      await this.complete();
    } catch (error) {
      // A store that has failed ends the sink by itself.
      if (!(error instanceof LogmillError)) throw error;
      this.#parts.logger.error({ err: error }, "the outputs fell behind; trying again later");
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #publish(): Promise<string[]> {
    const { outputs, metrics } = this.#parts;
    // Before publishing: what is merged meanwhile may have come too late for it.
    const dirtySinceMs = this.#dirtySinceMs;
    this.#dirtySinceMs = null;
    const startMs = performance.now();
    try {
      const paths = await outputs.publish();
      metrics.publishes.inc({ result: "ok" });
      return paths;
    } catch (error) {
      this.#dirtySinceMs = dirtySinceMs ?? startMs;
      metrics.publishes.inc({ result: "failed" });
      throw error;
    } finally {
      metrics.busySeconds.inc({ stage: "publish" }, (performance.now() - startMs) / 1000);
    }
  }
}
