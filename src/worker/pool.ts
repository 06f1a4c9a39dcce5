// Several workers of one host under one process: `logmill worker tcp://… --concurrency N`. A
// summarise call keeps its thread, so each worker is a process of its own; the parent starts again
// what dies, gathers everybody's counters for one metrics endpoint, and passes a stop on.
//
// A child that exits with 0 has drained, because the ventilator told it to. One that exits with a code
// that a restart cannot fix ends the pool. Any other death is followed by another process, as
// `supervised-child.ts` says.
//
// The pool has ended when all its children have. Counters never fall: what a dead child had counted
// stays in its slot's sum.

import { fork } from "node:child_process";
import { assert } from "../shared/base/assert.ts";
import { LogmillError } from "../shared/base/errors.ts";
import { limits } from "../shared/base/limits.ts";
import { SupervisedChild } from "../shared/process/supervised-child.ts";
import type { ChildDeath } from "../shared/process/supervised-child.ts";
import { WaitNotice, waitForServer } from "../shared/process/wait-notice.ts";
import { systemClock } from "../shared/runtime/clock.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import type { StatusBoard } from "../shared/runtime/http/status-board.ts";
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

/** Usage, configuration, another version of the protocol: the next process would say the same. */
const hopelessExitCodes: readonly number[] = [2, 78];

/** A child that keeps to its time has ended by then. */
const graceMs = 1_000;

/** What is known of one child, whichever process it is. */
interface Slot {
  readonly label: string;
  isReady: boolean;
  drainTimeoutMs: number;
  plan: string | null;
  /** What earlier processes of the slot counted, and what the present one has reported. */
  readonly before: WorkerCounters;
  now: Readonly<WorkerCounters>;
}

class ForkedPool implements Pool {
  readonly ended: Promise<void>;
  readonly #options: PoolOptions;
  readonly #slots: readonly Slot[];
  readonly #children: readonly SupervisedChild[];
  readonly #waitNotice: WaitNotice;
  #isStopping = false;
  #failure: LogmillError | null = null;

  constructor(options: PoolOptions) {
    const { tasks, concurrency, registry } = options;
    assert(concurrency >= 1, "a pool has a worker");
    this.#options = options;
    this.#waitNotice = new WaitNotice(options.logger);
    this.#slots = Array.from({ length: concurrency }, (_, index) => newSlot(`${index + 1}`));
    options.status?.provide(() =>
      workerStatus(
        tasks,
        this.#slots.map((slot) => [slot.label, { ...slot, counters: sum(slot) }]),
      ),
    );
    exportWorkerMetrics(registry, () => this.#slots.map((slot) => [slot.label, sum(slot)]));
    this.#children = this.#slots.map((slot) => this.#newChild(slot));
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
    for (const child of this.#children) child.kill();
  }

  async #run(): Promise<void> {
    for (const child of this.#children) child.start();
    await Promise.all(this.#children.map((child) => child.ended));
    if (this.#failure !== null) throw this.#failure;
  }

  #newChild(slot: Slot): SupervisedChild {
    const { tasks, childArgs = [], logger } = this.#options;
    const { module, args } = this.#options.entry ?? {
      module: process.argv[1] ?? "",
      args: ["worker", tasks, "--child", ...childArgs],
    };
    const child: SupervisedChild = new SupervisedChild({
      name: `worker ${slot.label}`,
      logger,
      clock: systemClock,
      // Nothing that a child prints is a result.
      fork: () => fork(module, [...args], { stdio: ["ignore", 2, 2, "ipc"] }),
      askToEnd: (running) => void running.kill("SIGTERM"),
      onMessage: (message) => {
        if (!isPoolReport(message)) return;
        slot.now = message.counters;
        slot.isReady = message.isReady;
        slot.drainTimeoutMs = message.drainTimeoutMs;
        slot.plan = message.plan;
        if (message.hasWorked) child.hasBegun();
        this.#lookAtWait();
      },
      onGone: () => {
        addCounters(slot.before, slot.now);
        slot.now = newCounters();
        slot.isReady = false;
        slot.plan = null;
      },
      onDeath: (death) => this.#onDeath(slot, death),
    });
    return child;
  }

  #onDeath(slot: Slot, { code, signal, how }: ChildDeath): string | null {
    if (code === 0) return null;
    if (code !== null && hopelessExitCodes.includes(code)) {
      this.#failure ??= new LogmillError(
        "role_failed",
        `worker ${slot.label} ended with ${how}, which starting it again cannot fix; its log says why`,
      );
      this.#stopChildren();
      return null;
    }
    if (signal !== watchdogSignal) return `died (${how})`;
    slot.before.watchdogKills += 1;
    return "hung on a batch and was ended by its watchdog";
  }

  /** Every child reports once a second, and none of them says that it waits for the ventilator. */
  #lookAtWait(): void {
    if (this.#isStopping) return;
    const wait = this.isReady ? null : waitForServer("ventilator", this.#options.tasks);
    this.#waitNotice.look(performance.now(), wait);
  }

  #stopChildren(): void {
    this.#isStopping = true;
    for (const [index, child] of this.#children.entries()) {
      void child.stop(this.#slots[index]!.drainTimeoutMs + graceMs);
    }
  }
}

function newSlot(label: string): Slot {
  return {
    label,
    isReady: false,
    drainTimeoutMs: limits.drainTimeoutMsDefault,
    plan: null,
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
