// Several workers of one host under one process: `logmill worker tcp://… --concurrency N`. A
// summarise call keeps its thread, so each worker is a process of its own; the parent starts again
// what dies, gathers everybody's counters for one metrics endpoint, and passes a stop on.
//
// A child is in one of four states:
//   running ── exit 0 ──► ended (it drained, because the ventilator told it to)
//   running ── exit of a code that a restart cannot mend ──► the pool stops and fails
//   running ── any other death ──► waiting (back-off) ──► running
//   running ── stop ──► stopping ── exit, or SIGKILL when it takes too long ──► ended
//
// The pool has ended when all its children have. Counters never fall: what a dead child had counted
// stays in its slot's sum.

import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { assert } from "../shared/base/assert.ts";
import { LogmillError } from "../shared/base/errors.ts";
import { limits } from "../shared/base/limits.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import type { StatusBoard } from "../shared/runtime/http/status-board.ts";
import { waitAfterDeath } from "../shared/process/restart-backoff.ts";
import { addCounters, newCounters } from "./counters.ts";
import type { WorkerCounters } from "./counters.ts";
import { exportWorkerMetrics } from "./metrics.ts";
import { workerStatus } from "./status.ts";
import { isPoolReport } from "./pool-messages.ts";
import { watchdogSignal } from "./watchdog.ts";

/** What a child runs: a module and its arguments. */
interface PoolEntry {
  readonly module: string;
  readonly args: readonly string[];
}

export interface PoolOptions {
  /** Where the ventilator is. */
  readonly tasks: string;
  /** Children, at least 1. */
  readonly concurrency: number;
  readonly logger: Logger;
  /** Gets the metrics of all children, told apart by the label `worker`, "1" to N. */
  readonly registry: Registry;
  /** Gets what the pool says at /status. */
  readonly status?: StatusBoard;
  /** More arguments for the children, such as where their keys are. */
  readonly childArgs?: readonly string[];
  /** This program with `worker TASKS --child` when absent. */
  readonly entry?: PoolEntry;
}

export interface Pool {
  /** At least one child is connected and has a plan. */
  readonly isReady: boolean;
  /** Settles when all children have ended; rejects when they cannot work at all. */
  readonly ended: Promise<void>;
  /** Lets every child drain; settles when they have ended. */
  stop(): Promise<void>;
  /** Ends the children now. */
  kill(): void;
}

/** Forks the children; they connect by themselves. */
export function startPool(options: PoolOptions): Pool {
  return new ForkedPool(options);
}

/** Usage, configuration, another version of the protocol: the next child would say the same. */
const hopelessExitCodes: readonly number[] = [2, 78];

/** A child that keeps to its time has ended by then. */
const graceMs = 1_000;

interface Slot {
  readonly label: string;
  child: ChildProcess | null;
  restart: NodeJS.Timeout | null;
  startedMs: number;
  fastDeaths: number;
  isReady: boolean;
  hasWorked: boolean;
  drainTimeoutMs: number;
  plan: string | null;
  hasEnded: boolean;
  /** What earlier children of the slot counted, and what the present one has reported. */
  readonly before: WorkerCounters;
  now: Readonly<WorkerCounters>;
}

class ForkedPool implements Pool {
  readonly ended: Promise<void>;
  readonly #logger: Logger;
  readonly #entry: PoolEntry;
  readonly #slots: readonly Slot[];
  #isStopping = false;
  #failure: LogmillError | null = null;
  #end: () => void = () => undefined;

  constructor(options: PoolOptions) {
    const { tasks, concurrency, logger, registry } = options;
    assert(concurrency >= 1, "a pool has a worker");
    this.#logger = logger;
    this.#entry = options.entry ?? {
      module: process.argv[1] ?? "",
      args: ["worker", tasks, "--child", ...(options.childArgs ?? [])],
    };
    this.#slots = Array.from({ length: concurrency }, (_, index) => newSlot(`${index + 1}`));
    options.status?.provide(() =>
      workerStatus(
        tasks,
        this.#slots.map((slot) => [slot.label, { ...slot, counters: sum(slot) }]),
      ),
    );
    exportWorkerMetrics(registry, () => this.#slots.map((slot) => [slot.label, sum(slot)]));
    this.ended = this.#run();
  }

  get isReady(): boolean {
    return this.#slots.some((slot) => slot.isReady);
  }

  async stop(): Promise<void> {
    this.#stopChildren();
    await this.ended;
  }

  kill(): void {
    this.#stopChildren();
    for (const { child } of this.#slots) child?.kill("SIGKILL");
  }

  async #run(): Promise<void> {
    const allEnded = new Promise<void>((resolve) => (this.#end = resolve));
    for (const slot of this.#slots) this.#fork(slot);
    await allEnded;
    if (this.#failure !== null) throw this.#failure;
  }

  #fork(slot: Slot): void {
    slot.restart = null;
    slot.startedMs = performance.now();
    // Nothing that a child prints is a result.
    const child = fork(this.#entry.module, [...this.#entry.args], {
      stdio: ["ignore", 2, 2, "ipc"],
    });
    slot.child = child;
    child.on("message", (message) => {
      if (!isPoolReport(message)) return;
      slot.now = message.counters;
      slot.isReady = message.isReady;
      slot.hasWorked = message.hasWorked;
      slot.drainTimeoutMs = message.drainTimeoutMs;
      slot.plan = message.plan;
    });
    // Sending a signal to a child that has just died, or failing to start one, ends in its exit.
    child.on("error", (error) => this.#logger.warn({ err: error }, "a worker cannot be reached"));
    // Not `exit`: what the child said last may still lie in the channel.
    child.once("close", (code, signal) => this.#onDeath(slot, code, signal));
    this.#logger.info({ slot: slot.label, childPid: child.pid }, `started worker ${slot.label}`);
  }

  #onDeath(slot: Slot, code: number | null, signal: NodeJS.Signals | null): void {
    addCounters(slot.before, slot.now);
    slot.now = newCounters();
    slot.child = null;
    slot.isReady = false;
    slot.plan = null;
    if (this.#isStopping || code === 0) {
      this.#onEnd(slot);
      return;
    }
    const how = signal ?? `exit code ${code ?? "unknown"}`;
    if (code !== null && hopelessExitCodes.includes(code)) {
      this.#failure ??= new LogmillError(
        "role_failed",
        `worker ${slot.label} ended with ${how}, which starting it again cannot mend; its log says why`,
      );
      this.#onEnd(slot);
      this.#stopChildren();
      return;
    }
    const livedMs = performance.now() - slot.startedMs;
    const death = { livedMs, hasWorked: slot.hasWorked };
    const { fastDeaths, afterMs: delayMs } = waitAfterDeath(slot.fastDeaths, death);
    slot.fastDeaths = fastDeaths;
    slot.hasWorked = false;
    const hung = signal === watchdogSignal;
    if (hung) slot.before.watchdogKills += 1;
    const what = hung ? "hung on a batch and was ended by its watchdog" : `died (${how})`;
    this.#logger.warn({ slot: slot.label, how, delayMs }, `worker ${slot.label} ${what}`);
    slot.restart = setTimeout(() => this.#fork(slot), delayMs);
  }

  #onEnd(slot: Slot): void {
    slot.hasEnded = true;
    if (this.#slots.every(({ hasEnded }) => hasEnded)) this.#end();
  }

  #stopChildren(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    for (const slot of this.#slots) {
      const { child, restart } = slot;
      if (restart !== null) clearTimeout(restart);
      if (child !== null) this.#stopChild(slot, child);
      else if (!slot.hasEnded) this.#onEnd(slot);
    }
  }

  #stopChild(slot: Slot, child: ChildProcess): void {
    child.kill("SIGTERM");
    const patience = setTimeout(() => {
      this.#logger.error({ slot: slot.label }, `worker ${slot.label} did not drain; killing it`);
      child.kill("SIGKILL");
    }, slot.drainTimeoutMs + graceMs);
    child.once("close", () => clearTimeout(patience));
  }
}

function newSlot(label: string): Slot {
  return {
    label,
    child: null,
    restart: null,
    startedMs: 0,
    fastDeaths: 0,
    isReady: false,
    hasWorked: false,
    drainTimeoutMs: limits.drainTimeoutMsDefault,
    plan: null,
    hasEnded: false,
    before: newCounters(),
    now: newCounters(),
  };
}

function sum(slot: Slot): WorkerCounters {
  const total = newCounters();
  addCounters(total, slot.before);
  addCounters(total, slot.now);
  return total;
}
