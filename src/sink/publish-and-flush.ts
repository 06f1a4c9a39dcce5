// Keeping what others see up to date with the store: outputs are published and the store is flushed,
// on a timer and whenever a ventilator has finished. One at a time, however many ask.
//
// An output whose disk is full is waited for, as the store waits for its own: a ventilator that asks
// to finish is answered when there was space for everything. A service waits as long as it takes, and says
// so; a run gives up after a while, so that it ends. The end of the process is not held up by it either:
// files hold what the store holds, and the next sink writes them.
//
// An output whose server is away is waited for in the same way, with one difference: the store, which has all that it
// needs, is flushed meanwhile, and whoever else waits has a turn.

import { LogmillError } from "../shared/base/errors.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { SinkMetrics } from "./metrics.ts";
import { isUnavailable, type Outputs } from "./output/outputs.ts";
import type { RowLimitAlerts } from "./row-limit-alerts.ts";
import { isOutOfSpace } from "../shared/base/system-error.ts";
import { pauseForSpace } from "./disk/retry-when-full.ts";
import type { FlushableStore } from "./store/store.ts";

export interface PublishAndFlushParts {
  readonly store: FlushableStore;
  readonly outputs: Pick<Outputs, "publish">;
  readonly rowLimitAlerts: Pick<RowLimitAlerts, "check">;
  readonly metrics: SinkMetrics;
  readonly logger: Logger;
  /** How long an output is waited for whose disk is full, or whose server is away. */
  readonly spaceWaitMs: number;
}

/** Names of abandoned files in one entry of the log, at most. */
const abandonedShown = 20;

/** Beyond this, timers of Node fire at once. */
const intervalMsMax = 2 ** 31 - 1;

export class PublishAndFlush {
  readonly #parts: PublishAndFlushParts;
  readonly #timer: NodeJS.Timeout;
  #last: Promise<unknown> = Promise.resolve();
  /**
   * When the oldest change was merged that the outputs do not show; null when they show all. The sink before
   * may have died with changes that it had not published.
   */
  #dirtySinceMs: number | null = performance.now();
  /** Files that were named as abandoned last, a line each. */
  #abandoned = "";
  /** Notes of outputs that were said last, a line each. */
  #notes = "";
  #isWaitingForSpace = false;
  #isUnavailable = false;
  readonly #closing = new AbortController();

  /** @param fail told of faults of logmill itself; everything else is tried again. */
  constructor(parts: PublishAndFlushParts, intervalMs: number, fail: (error: unknown) => void) {
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

  /** An output has no space, and is tried again and again. */
  get isWaitingForSpace(): boolean {
    return this.#isWaitingForSpace;
  }

  /** How long the oldest change has waited to be published, 0 when none has. */
  get lagSeconds(): number {
    return this.#dirtySinceMs === null ? 0 : (performance.now() - this.#dirtySinceMs) / 1000;
  }

  /**
   * Waits until everything submitted is durable, publishes and flushes; returns the outputs' paths.
   * Throws `output_failed`, `output_unavailable`, or what ended the store.
   */
  async complete(): Promise<readonly string[]> {
    const { signal } = this.#closing;
    const startMs = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#completeOnce();
      } catch (error) {
        if (!isUnavailable(error) || signal.aborted) throw error;
        if (performance.now() - startMs >= this.#parts.spaceWaitMs) throw error;
      }
      await pauseForSpace(attempt, signal);
    }
  }

  #completeOnce(): Promise<readonly string[]> {
    const { store, rowLimitAlerts } = this.#parts;
    return this.#inTurn(async () => {
      await store.settle();
      const paths = await this.#publish().catch((error: unknown) => {
        if (!isUnavailable(error)) throw error;
        return error as LogmillError;
      });
      await store.flush();
      await rowLimitAlerts.check();
      if (paths instanceof LogmillError) throw paths;
      return paths;
    });
  }

  /** Publishes what is not published yet, for the last time, as far as there is space. Throws as `complete`. */
  async close(): Promise<void> {
    const { store, logger } = this.#parts;
    clearInterval(this.#timer);
    store.waitNoLonger();
    this.#closing.abort();
    await this.#inTurn(async () => {
      await store.settle();
      if (this.#dirtySinceMs === null) return;
      try {
        await this.#publish();
      } catch (error) {
        if (!isForSpace(error) && !isUnavailable(error)) throw error;
        const why = isUnavailable(error) ? "since a server is away" : "for lack of space";
        logger.warn({ err: error }, `the outputs are left behind ${why}; run again`);
      }
    });
  }

  async #onTimer(): Promise<void> {
    if (this.#dirtySinceMs === null) return;
    try {
      await this.#completeOnce();
    } catch (error) {
      // It has been said, and is tried again.
      if (isUnavailable(error)) return;
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

  async #publish(): Promise<readonly string[]> {
    const { signal } = this.#closing;
    const startMs = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        const paths = await this.#publishOnce();
        this.#setWaitingForSpace(null);
        return paths;
      } catch (error) {
        if (!isForSpace(error) || signal.aborted) throw error;
        if (performance.now() - startMs >= this.#parts.spaceWaitMs) throw error;
        this.#setWaitingForSpace(error);
      }
      await pauseForSpace(attempt, signal);
    }
  }

  #setWaitingForSpace(error: unknown): void {
    const { logger } = this.#parts;
    const isWaiting = error !== null;
    if (isWaiting === this.#isWaitingForSpace) return;
    this.#isWaitingForSpace = isWaiting;
    if (isWaiting) logger.error({ err: error }, "an output waits for disk space; nothing is lost");
    else logger.info("the outputs have space again");
  }

  #setUnavailable(error: unknown): void {
    const { logger } = this.#parts;
    const isAway = isUnavailable(error);
    if (isAway === this.#isUnavailable) return;
    this.#isUnavailable = isAway;
    if (isAway) logger.error({ err: error }, "an output waits for its server; counting goes on");
    else logger.info("the outputs are reached again");
  }

  /** Once for every set of them. */
  #warnOf(notes: readonly string[]): void {
    const text = notes.join("\n");
    if (text === "" || text === this.#notes) return;
    this.#notes = text;
    for (const note of notes) this.#parts.logger.warn(note);
  }

  /** Once for every set of them. */
  #warnOfAbandoned(paths: readonly string[]): void {
    const text = paths.join("\n");
    if (text === this.#abandoned) return;
    this.#abandoned = text;
    const [first] = paths;
    if (first === undefined) return;
    const others = paths.length === 1 ? "" : ` and ${paths.length - 1} others`;
    this.#parts.logger.warn(
      { paths: paths.slice(0, abandonedShown) },
      `${first}${others} of earlier runs may hold old numbers: the store has no such bucket, or no output ` +
        "writes there any more. Remove what nobody needs",
    );
  }

  async #publishOnce(): Promise<readonly string[]> {
    const { outputs, metrics } = this.#parts;
    // Before publishing: what is merged meanwhile may have come too late for it.
    const dirtySinceMs = this.#dirtySinceMs;
    this.#dirtySinceMs = null;
    const startMs = performance.now();
    try {
      const { paths, abandoned, notes } = await outputs.publish();
      metrics.publishes.inc({ result: "ok" });
      this.#setUnavailable(null);
      this.#warnOfAbandoned(abandoned);
      this.#warnOf(notes);
      return paths;
    } catch (error) {
      this.#setUnavailable(error);
      this.#dirtySinceMs = dirtySinceMs ?? startMs;
      metrics.publishes.inc({ result: "failed" });
      throw error;
    } finally {
      metrics.busySeconds.inc({ stage: "publish" }, (performance.now() - startMs) / 1000);
    }
  }
}

/** The error of an output that has no space. */
function isForSpace(error: unknown): boolean {
  return (
    error instanceof LogmillError && error.code === "output_failed" && isOutOfSpace(error.cause)
  );
}
