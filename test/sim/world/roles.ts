// The roles: the real ventilator, workers and sink, each in a process of its own, with a supervisor
// that starts again what has ended, as `logmill run` or a service manager does. What a role may end
// with is listed here; anything else is a fault of logmill and fails the run.

import { LogmillError, type ErrorCode } from "../../../src/shared/base/errors.ts";
import { randomBelow } from "../../../src/shared/base/prng.ts";
import type { Config } from "../../../src/shared/config/config.ts";
import { configured, defaultConfig, defaultSource } from "../../support/default-config.ts";
import type { SummaryDefinition } from "../../../src/shared/model/plan.ts";
import type { LogFields, Logger } from "../../../src/shared/runtime/logger.ts";
import { startSink, type Sink } from "../../../src/sink/sink.ts";
import { startVentilator, type Ventilator } from "../../../src/ventilator/ventilator.ts";
import { kernelSummariser, type Summariser } from "../../../src/worker/summariser.ts";
import { startWorker } from "../../../src/worker/worker.ts";
import type { Tables } from "../../../src/worker/core/table-fetch.ts";
import type { Worker } from "../../../src/worker/worker-options.ts";
import type { Survival } from "../../support/memory-file-system.ts";
import { Registry } from "../stand-ins/metrics.ts";
import { lineBytesMax, poisonUrl } from "./content.ts";
import { hits, pages } from "./oracle.ts";
import { dataPath, logsPath } from "./paths.ts";
import { expectTables, tablesOf } from "./tables.ts";
import { SimProcess, type Role } from "./sim-process.ts";
import type { World } from "./world.ts";

const workersMax = 8;

/** With what a role may end while faults happen: the supervisor starts it again. */
const expectedCodes: ReadonlyMap<Role, readonly ErrorCode[]> = new Map([
  ["ventilator", ["plan_mismatch", "batch_failed", "address_unusable", "disk_failed"]],
  ["sink", ["disk_failed", "store_locked", "address_unusable"]],
  ["worker", ["table_unavailable"]],
]);

const poisonProblem = /dead-lettered, since no worker gets through/;
/** What a ventilator may say that follows files, when it is asked to stop before they have settled. */
const passingProblems = [
  // It was truncated; what it held before lies in its copy, and what it holds now is looked at anew.
  /shrank from \d+ to \d+ bytes while it was read/,
  /was written over before byte \d+ while it was read/,
  // It is being written again, and so far it is like another one.
  /is not counted: it begins like what was counted of/,
];

export interface Slot {
  readonly role: Role;
  readonly host: string;
  /** The supervisor keeps it running. */
  isWanted: boolean;
  process: SimProcess | null;
  /** Started when there was a second summary. */
  isSecond: boolean;
  /** Started to end when everything is read. */
  isOnce: boolean;
  handle: { stop(): Promise<void> } | null;
  /** The process that runs has got SIGTERM. */
  isStopAsked: boolean;
}

type Ended = { readonly outcome: unknown } | { readonly error: unknown };

export class Roles {
  readonly ventilator: Slot = newSlot("ventilator", "V");
  readonly sink: Slot = newSlot("sink", "S");
  readonly workers: readonly Slot[];
  /** Ventilators that have read everything and had it published. */
  completions = 0;
  isOnce: boolean;
  isSecondSummary = false;
  isFlakyOff = false;
  sinkHandle: Sink | null = null;
  ventilatorHandle: Ventilator | null = null;
  registry = new Registry();
  readonly #world: World;
  #starts = 0;

  constructor(world: World) {
    this.#world = world;
    this.workers = Array.from({ length: workersMax }, (_, index) =>
      newSlot("worker", `W${index + 1}`),
    );
    this.isOnce = world.scenario.once;
  }

  get all(): readonly Slot[] {
    return [this.ventilator, this.sink, ...this.workers];
  }

  get summaries(): readonly SummaryDefinition[] {
    return this.isSecondSummary ? [hits, pages] : [hits];
  }

  /** From now on the slot's role runs, and is started again when it ends. */
  want(slot: Slot, afterMs = 0): void {
    slot.isWanted = true;
    this.#startAfter(slot, afterMs);
  }

  /** kill -9. @param isSilent its host is gone with it. */
  kill(slot: Slot, isSilent = false): void {
    const { process } = slot;
    if (process?.isAlive !== true) return;
    process.diesSilently = isSilent;
    this.#world.trace(`${process.name} is killed`);
    this.#gone(slot, process);
  }

  /** SIGTERM. */
  stop(slot: Slot): void {
    const { process } = slot;
    if (process === null) return;
    this.#world.trace(`${process.name} is asked to stop`);
    process.do(() => {
      slot.isStopAsked = true;
      this.#stopIfAsked(slot);
    });
  }

  /** A role that is just being started stops as soon as it runs. */
  #stopIfAsked(slot: Slot): void {
    // What it ended with is told by `ended`.
    if (slot.isStopAsked) slot.handle?.stop().catch(() => undefined);
  }

  powerCut(slot: Slot, survival: Survival): void {
    this.kill(slot, true);
    const { sinkDisk, deadLetterDisk, watcher } = this.#world;
    if (slot === this.ventilator) deadLetterDisk.crash(survival);
    if (slot !== this.sink) return;
    sinkDisk.crash(survival);
    if (sinkDisk.hasLied) watcher.forget();
  }

  #startAfter(slot: Slot, afterMs: number): void {
    this.#world.scheduler.at(afterMs, null, () => {
      if (slot.isWanted && slot.process === null) this.#start(slot);
    });
  }

  #start(slot: Slot): void {
    const world = this.#world;
    this.#starts += 1;
    const name = `${slot.host}${this.#starts}`;
    const seed = Math.imul(world.seed, 7919) + this.#starts;
    const process = new SimProcess(world.scheduler, slot.role, name, slot.host, seed);
    slot.process = process;
    slot.isSecond = this.isSecondSummary;
    slot.isOnce = this.isOnce;
    slot.isStopAsked = false;
    process.onKilled = () => {
      world.trace(`${name} dies at effect ${process.effects}`);
      this.#gone(slot, process);
    };
    world.trace(`${name} starts`);
    const ended = (end: Ended): void => {
      world.scheduler.at(0, null, () => this.#ended(slot, process, end));
    };
    process.do(() => {
      this.#run(slot, process).then(
        (outcome) => ended({ outcome }),
        (error: unknown) => ended({ error }),
      );
    });
  }

  async #run(slot: Slot, process: SimProcess): Promise<unknown> {
    const world = this.#world;
    const logger = loggerFor(world, process.name);
    const config = this.#config();
    switch (slot.role) {
      case "ventilator": {
        this.registry = new Registry();
        const registry = this.registry as never;
        const settings = { once: this.isOnce, logger, registry, rescanMs: 300 };
        const ventilator = await startVentilator(config, settings);
        slot.handle = ventilator;
        this.#stopIfAsked(slot);
        this.ventilatorHandle = ventilator;
        return ventilator.ended;
      }
      case "sink": {
        const disk = world.sinkDisk;
        const files = disk.mountedBy(process);
        const registry = new Registry() as never;
        const sink = await startSink(config, { logger, registry, files });
        slot.handle = sink;
        this.#stopIfAsked(slot);
        this.sinkHandle = sink;
        return sink.ended;
      }
      case "worker": {
        const { tasks } = config.cluster;
        const makeSummariser = (plan: Config["plan"], tables: Tables): Summariser => {
          expectTables(this.#world.scenario, tables.keys());
          return this.#summariser(plan, slot, process);
        };
        const worker: Worker = startWorker({ tasks, logger, makeSummariser });
        slot.handle = worker;
        return worker.ended;
      }
    }
  }

  #ended(slot: Slot, process: SimProcess, end: Ended): void {
    if (slot.process !== process || !process.isAlive) return;
    const world = this.#world;
    if ("error" in end) this.#failed(slot, process, end.error);
    else {
      world.trace(`${process.name} ends`);
      const outcome = end.outcome as
        { isComplete?: boolean; problems?: readonly string[] } | undefined;
      // What another store has been told is no news of the one that is there now.
      const isOfThisStore = world.watcher.finishedDisk === world.disk;
      const isUpToDate = slot.isSecond === this.isSecondSummary;
      if (outcome?.isComplete === true && isOfThisStore && isUpToDate) this.completions += 1;
      for (const problem of outcome?.problems ?? []) {
        if (poisonProblem.test(problem)) continue;
        if (!slot.isOnce && passingProblems.some((pattern) => pattern.test(problem))) continue;
        world.fail(new Error(`${process.name} has a problem: ${problem}`));
      }
    }
    this.#gone(slot, process);
  }

  #failed(slot: Slot, process: SimProcess, error: unknown): void {
    const world = this.#world;
    const code = error instanceof LogmillError ? error.code : null;
    world.trace(`${process.name} fails: ${String(error)}`);
    world.tally.add(`${slot.role} failed ${code ?? "unknown"}`);
    const disk = world.sinkDisk;
    if (slot.role === "sink" && code === "store_damaged" && disk.hasLied) {
      // Found out; whoever runs it moves the store away.
      for (const path of disk.files.paths()) disk.files.remove(path);
      return;
    }
    const isExpected = code !== null && expectedCodes.get(slot.role)!.includes(code);
    if (isExpected && !(world.isCalm && code === "disk_failed")) return;
    world.fail(new Error(`${process.name} failed`, { cause: error }));
  }

  /** The process is no more. */
  #gone(slot: Slot, process: SimProcess): void {
    process.kill();
    if (slot.process !== process) return;
    slot.process = null;
    slot.handle = null;
    const world = this.#world;
    if (slot === this.sink) {
      this.sinkHandle = null;
      // The machine lives: what was written is there, synced or not.
      world.sinkDisk.crash("everything");
    }
    if (slot === this.ventilator) {
      this.ventilatorHandle = null;
      world.deadLetterDisk.crash("everything");
    }
    if (slot.isWanted) this.#startAfter(slot, 100 + world.random() * (world.isCalm ? 200 : 2500));
  }

  #summariser(plan: Config["plan"], slot: Slot, process: SimProcess): Summariser {
    const world = this.#world;
    const summarise = kernelSummariser(plan);
    return (header, payload, watch) => {
      if (world.poison !== "none" && Buffer.from(payload).includes(poisonUrl)) {
        world.tally.fault(`poison: ${world.poison}`);
        if (world.poison === "crash") this.#world.scheduler.at(0, null, () => this.kill(slot));
        if (world.poison === "hang") {
          process.stop();
          // A watchdog ends what hangs.
          world.scheduler.at(4000, null, () => slot.process === process && this.kill(slot));
        }
        throw new Error("poisoned");
      }
      if (!this.isFlakyOff && process.random() < world.scenario.flaky) {
        world.tally.fault("worker failed by chance");
        throw new Error("a bad day");
      }
      return summarise(header, payload, watch);
    };
  }

  #config(): Config {
    const { scenario, random } = this.#world;
    const { summaries } = this;
    const format = { type: "common" } as const;
    const about = { name: "web", format, maxLineBytes: lineBytesMax };
    return {
      ...defaultConfig,
      path: "/sim/logmill.yaml",
      dataDir: dataPath,
      cluster: {
        ...defaultConfig.cluster,
        tasks: scenario.isTcp ? "tcp://127.0.0.1:5555" : "ipc:///sim/tasks",
        results: scenario.isTcp ? "tcp://127.0.0.1:5556" : "ipc:///sim/results",
        acks: scenario.isTcp ? "tcp://127.0.0.1:5557" : "ipc:///sim/acks",
        // Another one after a restart: what was cut before does not fit what is cut then.
        batch: { maxBytes: 200 + randomBelow(random, 900) },
        maxInFlight: scenario.maxInFlight,
        batchTimeoutMs: 60_000,
        drainTimeoutMs: 10_000,
        ackTimeoutMs: scenario.ackTimeoutMs,
      },
      sources: [{ ...defaultSource, ...about, include: [`${logsPath}/*`] }],
      summaries: configured(summaries),
      tables: tablesOf(scenario),
      store: { liveBytesMax: scenario.liveBytesMax, flushIntervalMs: scenario.flushIntervalMs },
      plan: { version: 1, timezone: "UTC", sources: [about], summaries },
    };
  }
}

function newSlot(role: Role, host: string): Slot {
  return {
    role,
    host,
    isWanted: false,
    process: null,
    isSecond: false,
    isOnce: false,
    handle: null,
    isStopAsked: false,
  };
}

function loggerFor(world: World, name: string): Logger {
  const write = (...record: [string] | [LogFields, string]): void => {
    const message = record.length === 1 ? record[0] : record[1];
    const { err, ...fields } = record.length === 1 ? { err: undefined } : record[0];
    const about = Object.keys(fields).length === 0 ? "" : ` ${JSON.stringify(fields, plain)}`;
    if (message.includes("come back with another store")) {
      world.tally.add("began anew with another store");
    }
    if (message.includes("it is taken apart")) {
      world.watcher.takenApart(fields["from"] as number, fields["to"] as number);
    }
    if (message === "a batch failed" && fields["reason"] === "source") {
      world.watcher.lost(fields["batch"] as number);
    }
    const cause = err instanceof Error ? ` (${err.message})` : "";
    world.trace(`${name} logs: ${message}${about}${cause}`);
  };
  const logger: Logger = {
    debug: write,
    info: write,
    warn: write,
    error: write,
    fatal: write,
    child: () => logger,
  };
  return logger;
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
