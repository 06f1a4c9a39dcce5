// The worker's shell: it connects to a ventilator by address alone, says hello, is given the plan
// and the address of the sink, and from then on turns batches into partials.
//
//   HELLO ──► PLAN ──► TASK … ──► (partial to the sink) ──► DONE … ──► BYE ──► … DONE ──► end
//
// - Where the plan has tables, it gets those first (`table-fetch.ts`), says that it is ready, and only then is sent batches.
// - It keeps nothing that outlives a batch. Whatever it loses, the ventilator sends again.
// - Credit bounds what is here: the ventilator sends no more batches than hello granted, and a batch
//   gives its credit back when ZeroMQ has taken its partial. So a slow sink holds up even the files.
// - A hello goes out on every new connection and whenever the ventilator asks `who`. A new plan
//   message may name a new session; batches of the session before are then forgotten.
// - To end it says goodbye, so that it is sent nothing more, and finishes what is here or on its way,
//   until a `drain` comes back. A ventilator that drains on its own account says `drain` first.
// - Between two batches the event loop gets its turn, so that beats leave once a second.

import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setImmediate as yieldToLoop } from "node:timers/promises";
import { failPoint } from "../shared/base/fail-point.ts";
import type { LogmillError } from "../shared/base/errors.ts";
import { limits } from "../shared/base/limits.ts";
import { defaultPool } from "../shared/model/pool.ts";
import { PeerSession } from "../shared/net/peer-session.ts";
import { thisHostOnly, type Security } from "../shared/net/security.ts";
import { drainDeadlines } from "./core/drain-deadlines.ts";
import type { Tables } from "./core/table-fetch.ts";
import { WaitNotice, waitForServer, type Wait } from "../shared/process/wait-notice.ts";
import { decodeTask, encodeWorker } from "../shared/protocol/codec.ts";
import type { PlanMessage, TaskMessage, WorkerMessage } from "../shared/protocol/messages.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import { BatchRunner, type Task } from "./batch-runner.ts";
import type { WorkerCounters } from "./counters.ts";
import { beatOf, helloOf } from "./greeting.ts";
import { exportWorkerMetrics } from "./metrics.ts";
import { PlanTables } from "./plan-tables.ts";
import { ResultsSocket } from "./results-socket.ts";
import { kernelSummariser } from "./summariser.ts";
import { timeoutMsFor, Watchdog } from "./watchdog.ts";
import type { Worker, WorkerOptions } from "./worker-options.ts";

const failuresToldMax = 10;

/** Returns at once, whether the ventilator is there or not. */
export function startWorker(options: WorkerOptions): Worker {
  const worker = new ConnectedWorker(options);
  if (options.registry) exportWorkerMetrics(options.registry, () => [["1", worker.counters]]);
  return worker;
}

class ConnectedWorker implements Worker {
  readonly id = `${hostname()}-${process.pid}-${randomBytes(4).toString("hex")}`;
  readonly ended: Promise<void>;
  readonly #logger: Logger;
  readonly #runner: BatchRunner;
  readonly #tasks: PeerSession<TaskMessage, WorkerMessage>;
  readonly #security: Security;
  readonly #options: WorkerOptions;
  readonly #waitNotice: WaitNotice;
  #results: ResultsSocket | null = null;
  #session: bigint | null = null;
  plan: string | null = null;
  /** The ventilator's, once it is known. */
  drainTimeoutMs: number = limits.drainTimeoutMsDefault;
  #batchTimeoutMs: number = limits.batchTimeoutMsDefault;
  readonly #watchdog: Watchdog;
  readonly #tables: PlanTables;
  #queue: Task[] = [];
  /** In work, or its partial waits for the sink to take it. */
  #inWork: Task | null = null;
  /** Waits for a batch. */
  #isIdle = false;
  /** Said goodbye. */
  #isDraining = false;
  /** No batch will come any more. */
  #hasLast = false;
  #failure: Error | null = null;
  #wake: () => void = () => undefined;

  constructor(options: WorkerOptions) {
    const { logger, security = thisHostOnly, makeSummariser = kernelSummariser } = options;
    this.#options = options;
    this.#security = security;
    this.#watchdog = new Watchdog(options.onWork ?? ((): void => undefined));
    this.#logger = logger.child({ worker: this.id });
    this.#waitNotice = new WaitNotice(this.#logger);
    this.#tables = new PlanTables({
      request: (piece) => this.#tasks.offer({ type: "table_request", worker: this.id, ...piece }),
      onWhole: (message, tables) => this.#adoptWhole(message, tables),
    });
    this.#runner = new BatchRunner(this.id, makeSummariser);
    this.#tasks = new PeerSession({
      endpoint: options.tasks,
      security: security.client("ventilator"),
      codec: { decode: decodeTask, encode: encodeWorker },
      hello: () => (this.#isDraining ? null : helloOf(this.id, options.pool ?? defaultPool)),
      beat: () => beatOf(this.id, this.#session, this.#here),
      onMessage: (message) => this.#take(message),
      onDropped: (error) => this.#onDropped(error),
      onDisconnect: () => {
        if (this.#isDraining) this.#endQueue();
      },
      onTick: () => {
        // The next batch opens the file again; nobody waits for what is closed here.
        if (this.#isIdle) this.#runner.rest().catch(() => undefined);
        if (!this.#isDraining) this.#waitNotice.look(performance.now(), this.#wait);
        if (this.#tasks.isGreeted) this.#fetch(() => this.#tables.tick());
      },
    });
    this.ended = this.#run();
  }

  /** Batches that are late at worst, but not lost. */
  get #here(): Task[] {
    return this.#inWork === null ? this.#queue : [this.#inWork, ...this.#queue];
  }

  get counters(): Readonly<WorkerCounters> {
    return this.#runner.counters;
  }

  get isReady(): boolean {
    return this.#tasks.isGreeted && this.#tables.isComplete && !this.#isDraining;
  }

  get #wait(): Wait | null {
    const { tasks, isOfPool = false } = this.#options;
    if (this.#tasks.isGreeted) return this.#tables.wait(tasks) ?? this.#results?.wait ?? null;
    return isOfPool ? null : waitForServer("ventilator", tasks);
  }

  async stop(): Promise<void> {
    this.#sayGoodbye();
    const giveUp = setTimeout(() => {
      this.#logger.warn("the sink takes nothing; unfinished batches will be sent again");
      void this.#results?.close();
    }, drainDeadlines(this.drainTimeoutMs).giveUpMs);
    try {
      await this.ended;
    } finally {
      clearTimeout(giveUp);
    }
  }

  async #run(): Promise<void> {
    const listening = this.#tasks.ended.catch((error: unknown) => this.#fail(error));
    await this.#work();
    await this.#watchdog.stop();
    const { partialFlushMs, byeFlushMs } = drainDeadlines(this.drainTimeoutMs);
    await this.#results?.close(partialFlushMs);
    await this.#tasks.close(byeFlushMs, true);
    await listening;
    if (this.#failure !== null) throw this.#failure;
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.#queue = [];
    this.#endQueue();
  }

  /** Works the queue off until nothing is left and nothing more will come. */
  async #work(): Promise<void> {
    for (;;) {
      const task = this.#queue.shift();
      if (task !== undefined) {
        this.#inWork = task;
        await this.#process(task);
        this.#inWork = null;
        await yieldToLoop();
      } else if (this.#hasLast) {
        return;
      } else {
        this.#isIdle = true;
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#isIdle = false;
      }
    }
  }

  async #process(task: Task): Promise<void> {
    const { session, batch } = task.header;
    const { counters } = this.#runner;
    if (session !== this.#session || this.#results === null) {
      counters.dropped += 1;
      return;
    }
    const startMs = performance.now();
    const timeoutMs = timeoutMsFor(this.#batchTimeoutMs, task.header.to - task.header.from);
    const result = await this.#watchdog.over(timeoutMs, () => this.#runner.run(task));
    const doneMs = performance.now();
    counters.busySeconds += (doneMs - startMs) / 1000;
    if (result.kind === "failed") {
      const { reason, detail } = result;
      const level = counters.failed[reason] <= failuresToldMax ? "warn" : "debug";
      this.#logger[level]({ batch, reason, detail }, "a batch failed");
      this.#tasks.offer({ type: "batch_failed", session, batch, reason, detail });
      return;
    }
    failPoint("worker.batch.summarised");
    const isSent = await this.#results.send(task.header, result.frames);
    failPoint("worker.partial.sent");
    counters.blockedSeconds += (performance.now() - doneMs) / 1000;
    // Never before the partial: done says that it is on its way.
    const { partialBytes } = result;
    if (isSent) this.#tasks.offer({ type: "batch_done", session, batch, partialBytes });
  }

  /**
   * Only what is no message is dropped. Another version is no accident on the wire, and leaves nothing
   * to do: it ends the worker, as a plan does that cannot be compiled.
   */
  #onDropped(error: LogmillError): void {
    if (error.consequence !== "drop_peer") throw error;
    this.#runner.counters.dropped += 1;
    this.#logger.warn({ err: error }, "dropped a message from the ventilator");
    // It may have been a batch, which would hold its credit for ever.
    this.#tasks.garbled();
  }

  async #take(message: TaskMessage): Promise<void> {
    switch (message.type) {
      case "plan":
        await this.#adopt(message);
        break;
      case "task":
        this.#queue.push(message);
        this.#wake();
        break;
      case "who":
        this.#tasks.asked();
        break;
      case "table_piece":
        this.#fetch(() => this.#tables.piece(message));
        break;
      case "table_unknown":
        this.#fetch(() => this.#tables.unknown(message.table));
        break;
      case "drain":
        this.#sayGoodbye();
        this.#endQueue();
        break;
      case "ventilator_beat":
        break;
    }
  }

  async #adopt(message: PlanMessage): Promise<void> {
    const { session, fingerprint, results: endpoint } = message;
    this.drainTimeoutMs = message.drainTimeoutMs;
    this.#batchTimeoutMs = message.batchTimeoutMs;
    this.#tasks.answered();
    if (session !== this.#session) {
      this.#session = session;
      this.#queue = [];
      this.#logger.info({ session: session.toString(16), plan: fingerprint }, "joined a session");
    }
    if (this.#results?.endpoint !== endpoint) {
      await this.#results?.close();
      this.#results = new ResultsSocket(endpoint, this.#logger, this.#security.client("sink"));
    }
    this.#fetch(() => this.#tables.begin(message));
  }

  /** Everything that its plan needs is here. */
  #adoptWhole(message: PlanMessage, tables: Tables): void {
    const { fingerprint, plan } = message;
    this.#runner.adopt(fingerprint, plan, tables);
    this.plan = fingerprint;
    if (tables.size > 0) this.#tasks.offer({ type: "worker_ready", worker: this.id });
  }

  /** A plan that cannot be worked by, or a table that cannot be had, ends the worker. */
  #fetch(step: () => void): void {
    if (this.#isDraining) return;
    try {
      step();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** From now on no batch is wanted; those on their way are still worked off. */
  #sayGoodbye(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    if (!this.#tasks.isGreeted) {
      this.#endQueue();
      return;
    }
    this.#tasks.offer({ type: "worker_bye", worker: this.id });
    setTimeout(() => this.#endQueue(), drainDeadlines(this.drainTimeoutMs).lastWordMs);
  }

  #endQueue(): void {
    this.#hasLast = true;
    this.#wake();
  }
}
