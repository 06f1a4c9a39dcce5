// Child processes that are kept running: forked, forked again after a wait when they die, and in the
// end asked to end, and killed when they do not. What a death means is for their owner to say.
//
//   running ── exits ──► its owner restarts it ──► waiting (back-off) ──► running
//                  └───► its owner does not ─────► ended
//   running or waiting ── stop, or its end is expected ──► exits, or SIGKILL after a time ──► ended
//
// Invariant: a child has one process at most, and none once it has ended.

import type { ChildProcess } from "node:child_process";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { waitAfterDeath } from "./restart-backoff.ts";

/** The end of a process that nobody had asked for. */
export interface ChildDeath {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** `SIGKILL`, `exit code 3`, `could not be started: EAGAIN`. */
  readonly how: string;
  /** It had begun with its work. */
  readonly hasWorked: boolean;
  /** Deaths in a row, with this one, of processes that had not lived long. */
  readonly fastDeaths: number;
}

export interface ChildOptions {
  /** In the log: `worker 1`. */
  readonly name: string;
  readonly fork: () => ChildProcess;
  /** Asks the process to end by itself. */
  readonly askToEnd: (process: ChildProcess) => void;
  readonly onMessage: (message: unknown) => void;
  /** A process has been forked, the first one or another. */
  readonly onStart?: () => void;
  /** The process is gone, however it ended; `onDeath` comes after it, if it does. */
  readonly onGone?: () => void;
  /** What happened, in words for the log, if it is to be started again; null if that is of no use. */
  readonly onDeath: (death: ChildDeath) => string | null;
}

export interface SupervisionOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Tests do not wait. */
  readonly waitAfterDeath?: typeof waitAfterDeath;
}

export class SupervisedChild {
  readonly name: string;
  /** Settles when its process is gone and there will be no other. */
  readonly ended: Promise<void>;
  readonly #options: ChildOptions & SupervisionOptions;
  #process: ChildProcess | null = null;
  #startedMs = 0;
  #fastDeaths = 0;
  #hasWorked = false;
  #isEnding = false;
  #isAsked = false;
  #restart: NodeJS.Timeout | null = null;
  #end: () => void = () => undefined;

  constructor(options: ChildOptions & SupervisionOptions) {
    this.name = options.name;
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  start(): void {
    const { name, fork, logger, clock, onMessage, onStart } = this.#options;
    this.#restart = null;
    this.#startedMs = clock.nowMs();
    const child = fork();
    this.#process = child;
    child.on("message", onMessage);
    // A message to one that has just died fails here, and its end says the same. One that could not
    // even be started has no other word than this error, and no exit code.
    let notStarted: string | null = null;
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined)
        notStarted = `could not be started: ${error.code ?? error.message}`;
      logger.debug({ err: error, child: name }, "could not reach a child");
    });
    // Not `exit`: what the child said last may still lie in the channel, and decides what it means.
    child.once("close", (code, signal) => {
      const how = notStarted ?? signal ?? `exit code ${code ?? "unknown"}`;
      this.#onClose(code, signal, how);
    });
    logger.info({ child: name, childPid: child.pid }, `started ${name}`);
    onStart?.();
  }

  /** It has begun with its work: a death from here on is not one of its start. */
  hasBegun(): void {
    this.#hasWorked = true;
  }

  /** Tells its process something, if it has one that listens. */
  send(message: object): void {
    if (this.#process?.connected === true) this.#process.send(message);
  }

  /** The next exit is its end and no death. */
  expectEnd(): void {
    this.#isEnding = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#restart = null;
    if (this.#process === null) this.#end();
  }

  /** Asks it to end; settles when it has, which is after this time at the latest. */
  async stop(timeoutMs: number): Promise<void> {
    this.expectEnd();
    if (!this.#isAsked && this.#process !== null) this.#ask(this.#process, timeoutMs);
    await this.ended;
  }

  /** Ends it now. */
  kill(): void {
    this.expectEnd();
    this.#process?.kill("SIGKILL");
  }

  /** Once: a process that is asked twice may take it for an order to drop everything. */
  #ask(child: ChildProcess, timeoutMs: number): void {
    const { name, logger, askToEnd } = this.#options;
    this.#isAsked = true;
    askToEnd(child);
    const timer = setTimeout(() => {
      logger.error({ child: name }, `${name} did not drain; killing it`);
      this.kill();
    }, timeoutMs);
    void this.ended.then(() => clearTimeout(timer));
  }

  #onClose(code: number | null, signal: NodeJS.Signals | null, how: string): void {
    const { name, logger, clock, onGone, onDeath } = this.#options;
    this.#process = null;
    onGone?.();
    if (this.#isEnding) {
      logger.debug({ child: name, how }, `${name} has ended`);
      this.#end();
      return;
    }
    const hasWorked = this.#hasWorked;
    this.#hasWorked = false;
    const wait = this.#options.waitAfterDeath ?? waitAfterDeath;
    const livedMs = clock.nowMs() - this.#startedMs;
    const { fastDeaths, afterMs: delayMs } = wait(this.#fastDeaths, { livedMs, hasWorked });
    this.#fastDeaths = fastDeaths;
    // Before its owner is told, who may end it right there.
    this.#restart = setTimeout(() => this.start(), delayMs);
    const what = onDeath({ code, signal, how, hasWorked, fastDeaths });
    if (what === null) {
      this.expectEnd();
      return;
    }
    logger.warn(
      { child: name, how, delayMs },
      `${name} ${what}; starting it again in ${delayMs} ms`,
    );
  }
}
