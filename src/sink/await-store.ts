// Opening the store on a disk that may be full. The first start writes a log and a manifest, and a
// later one a manifest when summaries were added: what has no space then is waited for, as every
// other write of a sink is. Opening can be cut short anywhere and done again, so each try is a whole one.

import { LogmillError } from "../shared/base/errors.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import { StartAbandoned } from "../shared/runtime/lifecycle.ts";
import { OutOfSpace } from "./disk/disk-error.ts";
import type { FileSystem } from "./disk/file-system.ts";
import { pauseForSpace } from "./disk/retry-when-full.ts";
import type { Store, StoreState } from "./store/store.ts";

/** What operators are told. */
export const waitingForSpace = "waiting for disk space";

export interface SpaceWait {
  readonly files: FileSystem;
  readonly folder: string;
  readonly logger: Logger;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Told why it waits, in a few words; null when it does no more. */
  readonly onHeldUp?: (reason: string | null) => void;
  readonly space: SpacePatience;
  /** It waits now. */
  isOn: boolean;
}

/**
 * Opens the store, as soon as there is space for that.
 * @throws LogmillError of the store, or `store_full`; StartAbandoned when the signal came first.
 */
export async function openWhenThereIsSpace(
  open: () => Promise<Store>,
  wait: SpaceWait,
): Promise<Store> {
  const { signal = new AbortController().signal, space } = wait;
  const startMs = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      const store = await open();
      if (wait.isOn) goOn(wait);
      return store;
    } catch (error) {
      const { cause } = error as Error;
      if (!(cause instanceof OutOfSpace)) throw error;
      if (performance.now() - startMs >= space.waitMs) throw space.error(cause.message);
      if (!wait.isOn) await beginWait(wait, cause);
    }
    await pauseForSpace(attempt, signal);
    if (signal.aborted) throw new StartAbandoned();
  }
}

/** Waits for a store whose disk is full as long as it may, and gives up then. */
export class SpacePatience {
  readonly waitMs: number;
  readonly #folder: string;
  readonly #giveUp: (error: LogmillError) => void;
  #timer: NodeJS.Timeout | null = null;

  /** @param waitMs may be `Infinity` */
  constructor(folder: string, waitMs: number, giveUp: (error: LogmillError) => void) {
    this.#folder = folder;
    this.waitMs = waitMs;
    this.#giveUp = giveUp;
  }

  on(state: StoreState): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (state.kind !== "full" || this.waitMs === Infinity) return;
    const { reason } = state;
    this.#timer = setTimeout(() => this.#giveUp(this.error(reason)), this.waitMs);
    this.#timer.unref();
  }

  error(reason: string): LogmillError {
    return new LogmillError(
      "store_full",
      `${this.#folder} has had no space for ${this.waitMs / 1000} s (${reason}). What was acknowledged is ` +
        "in the store; make space and run again: the next run goes on from there",
      { fields: { path: this.#folder } },
    );
  }
}

async function beginWait(wait: SpaceWait, { message }: OutOfSpace): Promise<void> {
  const { files, folder, logger, onHeldUp } = wait;
  wait.isOn = true;
  onHeldUp?.(waitingForSpace);
  // The folder may be what there was no space for.
  const space = await files.space(folder).catch(() => ({}));
  logger.error(
    { reason: message, ...space },
    "waiting for disk space to open the store; nothing is lost",
  );
}

function goOn(wait: SpaceWait): void {
  wait.isOn = false;
  wait.onHeldUp?.(null);
  wait.logger.info("there is disk space again");
}

/** What is said when the state of a store that is open changes. */
export function logStoreState(state: StoreState, logger: Logger): void {
  if (state.kind === "full") {
    const { reason } = state;
    logger.error({ reason }, "waiting for disk space; nothing is lost, and nothing acknowledged");
  } else if (state.kind === "open") logger.info("there is disk space again");
  else logger.debug({ state: state.kind }, "the store has changed its state");
}
