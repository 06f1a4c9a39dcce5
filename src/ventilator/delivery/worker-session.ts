// The tasks side of the ventilator: the workers on one socket, and the credit that they grant. What
// they report of batches, and their loss, goes to whoever owns the flight.
//
// Nothing is awaited per batch: a send that fails is an event like any other.

import { failPoint } from "../../shared/base/fail-point.ts";
import { limits } from "../../shared/base/limits.ts";
import type { Router } from "../../shared/net/router.ts";
import { RouterSession } from "../../shared/net/router-session.ts";
import { decodeWorker, encodeTask } from "../../shared/protocol/codec.ts";
import type { TaskMessage, WorkerMessage } from "../../shared/protocol/messages.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import type { VentilatorMetrics } from "../metrics.ts";
import { Credit } from "./core/credit.ts";
import type { CreditAction, CreditEvent, CreditLimits, RosterLine } from "./core/credit-events.ts";
import type { FlightAction, FlightEvent } from "./core/flight-events.ts";
import { bytesToSend } from "./payload.ts";

type PlanMessage = Extract<TaskMessage, { type: "plan" }>;

export interface WorkerSessionOptions {
  /** What every worker is told, but for the session. */
  readonly plan: Omit<PlanMessage, "session">;
  /** What the plan looks values up in, by checksum. Never written to: it may be on its way to workers. */
  readonly tables: ReadonlyMap<string, Uint8Array>;
  readonly credit: CreditLimits;
  /** Monotonic milliseconds, without this process's absences. */
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: VentilatorMetrics;
}

export interface WorkerSessionHandlers {
  readonly onReport: (
    event: Extract<FlightEvent, { type: "done" | "held" | "failed" | "worker_lost" }>,
  ) => void;
  /** There may be credit now that there was not before. */
  readonly onCredit: () => void;
}

export class WorkerSession {
  readonly #peers: RouterSession<WorkerMessage, TaskMessage>;
  readonly #options: WorkerSessionOptions;
  readonly #handlers: WorkerSessionHandlers;
  readonly #credit: Credit;
  #session: bigint;

  constructor(
    router: Router,
    session: bigint,
    options: WorkerSessionOptions,
    handlers: WorkerSessionHandlers,
  ) {
    const { logger, metrics } = options;
    this.#options = options;
    this.#handlers = handlers;
    this.#session = session;
    this.#credit = new Credit(options.credit);
    router.onDisconnect(() => this.#probe());
    this.#peers = new RouterSession(router, {
      name: "tasks",
      codec: { decode: decodeWorker, encode: encodeTask },
      logger,
      onMessage: (peer, message) => {
        this.#receive(peer, message);
        handlers.onCredit();
      },
      onDropped: (peer, { code }) => {
        metrics.ignoredMessages.inc({ reason: code });
        this.#on({ type: "garbled", peer });
        handlers.onCredit();
      },
      onUnreachable: (peer) => {
        this.#on({ type: "unreachable", peer });
        handlers.onCredit();
      },
    });
  }

  get workers(): number {
    return this.#credit.workers;
  }

  get grantedCredit(): number {
    return this.#credit.granted;
  }

  get freeCredit(): number {
    return this.#credit.free;
  }

  /** Everybody who is there. */
  roster(): RosterLine[] {
    return this.#credit.roster(this.#options.nowMs());
  }

  workersOf(pool: string): number {
    return this.#credit.workersOf(pool);
  }

  /** As `Credit.pick`. */
  pick(avoid: string | null, isAlone: boolean, pool: string): string | null {
    return this.#credit.pick(avoid, isAlone, pool);
  }

  /** The worker is about to be sent the batch. */
  assign(worker: string, batch: number, isAlone: boolean): void {
    this.#on({ type: "sent", worker, batch, isAlone });
  }

  send({ batch, worker, attempt }: Extract<FlightAction, { type: "send" }>): void {
    const { header, sealed, payload, payloadCrc32 } = batch;
    const peer = this.#credit.peerOf(worker);
    if (peer === null) return;
    this.#options.metrics.sentBatches.inc();
    failPoint("ventilator.batch.before-send");
    const task = { header, sealed, attempt, payloadCrc32, payload: bytesToSend(payload) };
    this.#send(peer, { type: "task", ...task });
    failPoint("ventilator.batch.sent");
  }

  /** Everything from here on belongs to a new session. */
  begin(session: bigint): void {
    this.#session = session;
    this.#on({ type: "session" });
  }

  /** To be called a few times a second. */
  tick(): void {
    this.#on({ type: "tick" });
  }

  /** Tells every worker that no more batches will come. */
  async drain(): Promise<void> {
    const peers = this.#credit.peers();
    await Promise.all(peers.map((peer) => this.#peers.send(peer, { type: "drain" })));
  }

  /** Takes messages until the socket closes. */
  listen(): Promise<void> {
    return this.#peers.listen();
  }

  close(): Promise<void> {
    return this.#peers.close();
  }

  /** A connection has ended; sending finds out whose. */
  #probe(): void {
    for (const peer of this.#credit.peers()) this.#send(peer, { type: "ventilator_beat" });
  }

  #receive(peer: string, message: WorkerMessage): void {
    switch (message.type) {
      case "worker_hello":
        this.#on({ ...message, type: "hello", peer });
        break;
      case "worker_beat": {
        this.#on({ type: "heard", peer });
        const worker = this.#credit.workerAt(peer);
        if (worker !== null && message.session === this.#session) {
          this.#handlers.onReport({ type: "held", worker, batches: message.batches ?? [] });
        }
        break;
      }
      case "worker_ready":
        this.#on({ type: "ready", peer });
        break;
      case "table_request":
        this.#on({ type: "heard", peer });
        this.#sendPiece(peer, message.table, message.from);
        break;
      case "worker_bye":
        this.#on({ type: "bye", peer });
        break;
      case "batch_done":
      case "batch_failed": {
        const worker = this.#credit.workerAt(peer);
        // The flight first: a leaving worker is let go with its last batch.
        if (worker !== null) this.#handlers.onReport(reportOf(message, worker));
        this.#on({ type: "returned", peer, batch: message.batch });
        break;
      }
    }
  }

  #on(event: CreditEvent): void {
    for (const action of this.#credit.on(event, this.#options.nowMs())) this.#perform(action);
  }

  #perform(action: CreditAction): void {
    const { plan, logger, metrics } = this.#options;
    switch (action.type) {
      case "greet":
        this.#send(action.peer, { ...plan, session: this.#session });
        break;
      case "ask":
        this.#send(action.peer, { type: "who" });
        break;
      case "beat":
        this.#send(action.peer, { type: "ventilator_beat" });
        break;
      case "drain":
        this.#send(action.peer, { type: "drain" });
        break;
      case "joined": {
        const { worker, host, release: version, pool } = action;
        logger.info({ worker, host, version, pool }, "a worker joined");
        break;
      }
      case "lost": {
        const { worker, reason } = action;
        metrics.lostWorkers.inc({ reason });
        if (reason === "goodbye") logger.info({ worker }, "a worker left");
        else logger.warn({ worker, reason }, "a worker was lost; its batches go out again");
        const isFault = reason === "silence" || reason === "unreachable";
        this.#handlers.onReport({ type: "worker_lost", worker, isFault });
        break;
      }
    }
  }

  /** A worker has one piece under way at a time, so that no socket holds more of a table than that. */
  #sendPiece(peer: string, table: string, from: number): void {
    if (this.#credit.workerAt(peer) === null) return;
    const bytes = this.#options.tables.get(table);
    if (bytes === undefined || from >= bytes.length) {
      this.#send(peer, { type: "table_unknown", table });
      return;
    }
    const payload = bytes.subarray(from, from + limits.tablePieceBytes);
    this.#send(peer, { type: "table_piece", table, from, payload });
  }

  #send(peer: string, message: TaskMessage): void {
    void this.#peers.send(peer, message);
  }
}

function reportOf(
  message: Extract<WorkerMessage, { type: "batch_done" | "batch_failed" }>,
  worker: string,
): Extract<FlightEvent, { type: "done" | "failed" }> {
  if (message.type === "batch_failed") return { ...message, type: "failed", worker };
  return { ...message, type: "done", worker };
}
