// The tasks side of the ventilator: workers on one socket, the flight and the credit between them.
// It sends what the flight has to whom the credit picks, and tells the flight what workers report.
//
// Nothing is awaited per batch: a send that fails is an event like any other. The flight keeps the payload.

import { failPoint } from "../../shared/base/fail-point.ts";
import type { Random } from "../../shared/base/prng.ts";
import type { Plan } from "../../shared/model/plan.ts";
import type { Router } from "../../shared/net/router.ts";
import { RouterSession } from "../../shared/net/router-session.ts";
import { decodeWorker, encodeTask } from "../../shared/protocol/codec.ts";
import { protocolVersion } from "../../shared/protocol/messages.ts";
import type { TaskMessage, WorkerMessage } from "../../shared/protocol/messages.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import { Credit } from "./core/credit.ts";
import type { CreditAction, CreditEvent, CreditLimits, RosterLine } from "./core/credit-events.ts";
import { holdUpOf } from "./core/stall-reason.ts";
import { type HoldUp } from "../batch/causes.ts";
import type { FlightAction, FlightEvent } from "./core/flight-events.ts";
import type { FlightLimits } from "./core/flight-entry.ts";
import { Flight } from "./core/flight.ts";
import type { VentilatorMetrics } from "../metrics.ts";
import { bytesToSend, releaseAll, releaseGone } from "./payload.ts";

export interface DispatcherOptions {
  readonly plan: Plan;
  readonly planFingerprint: string;
  /** Where workers send partials to. */
  readonly results: string;
  /** After so long on one batch a worker ends itself. */
  readonly batchTimeoutMs: number;
  /** After so long a worker that was asked to end is gone. */
  readonly drainTimeoutMs: number;
  readonly flight: FlightLimits;
  readonly credit: CreditLimits;
  readonly random: Random;
  /** Monotonic milliseconds, without this process's absences. */
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: VentilatorMetrics;
  /** Everything that the flight wants and that is not sending. */
  readonly onAction: (action: Exclude<FlightAction, { type: "send" }>) => void;
  /** There may be room, or nothing left. */
  readonly onChange: () => void;
}

/** Fresh batches that are cut before a worker can take them, besides one for each worker. */
const readAheadBatches = 4;

export class Dispatcher {
  readonly #peers: RouterSession<WorkerMessage, TaskMessage>;
  readonly #options: DispatcherOptions;
  readonly #credit: Credit;
  #session: bigint;
  #flight: Flight;
  #isPaused = false;

  constructor(router: Router, session: bigint, options: DispatcherOptions) {
    this.#options = options;
    this.#peers = new RouterSession(router, {
      name: "tasks",
      codec: { decode: decodeWorker, encode: encodeTask },
      logger: options.logger,
      onMessage: (peer, message) => {
        this.#receive(peer, message);
        this.#pump();
      },
      onDropped: (peer, { code }) => {
        options.metrics.ignoredMessages.inc({ reason: code });
        this.#creditEvent({ type: "garbled", peer });
        this.#pump();
      },
      onUnreachable: (peer) => {
        this.#creditEvent({ type: "unreachable", peer });
        this.#pump();
      },
    });
    this.#session = session;
    this.#credit = new Credit(options.credit);
    this.#flight = this.#newFlight();
  }

  get flight(): Flight {
    return this.#flight;
  }

  get workers(): number {
    return this.#credit.workers;
  }

  /** Everybody who is there. */
  roster(): RosterLine[] {
    return this.#credit.roster(this.#options.nowMs());
  }

  get grantedCredit(): number {
    return this.#credit.granted;
  }

  get freeCredit(): number {
    return this.#credit.free;
  }

  /** Batches that are at a worker or on their way to the sink. */
  get underWay(): number {
    return this.#flight.batches - this.#flight.waiting;
  }

  hasRoom(bytes: number): boolean {
    return !this.#isAhead && this.#flight.hasRoom(bytes);
  }

  /** Why there is no room now; asked after `hasRoom` said so. */
  holdUp(): HoldUp {
    return holdUpOf(this.#credit, this.#flight, this.#options.flight, this.#isAhead);
  }

  /** Enough is cut for the next to be taken by a worker at once. */
  get #isAhead(): boolean {
    return this.#flight.waiting >= readAheadBatches + this.#credit.workers;
  }

  /** Everything from here on belongs to a new session; the flight is empty. */
  begin(session: bigint): void {
    this.#session = session;
    releaseAll(this.#flight);
    this.#flight = this.#newFlight();
    this.#creditEvent({ type: "session" });
  }

  /** Sends nothing more. */
  pause(): void {
    this.#isPaused = true;
  }

  on(event: FlightEvent): void {
    this.#act(this.#flight.on(event, this.#options.nowMs()));
    this.#pump();
  }

  /** To be called a few times a second. */
  tick(): void {
    this.#creditEvent({ type: "tick" });
    this.on({ type: "tick" });
  }

  /** A connection has ended; sending finds out whose. */
  probe(): void {
    for (const peer of this.#credit.peers()) this.#send(peer, { type: "ventilator_beat" });
  }

  /** Tells every worker that no more batches will come. */
  async drain(): Promise<void> {
    const peers = this.#credit.peers();
    await Promise.all(peers.map((peer) => this.#peers.send(peer, { type: "drain" })));
  }

  async close(): Promise<void> {
    this.#isPaused = true;
    releaseAll(this.#flight);
    await this.#peers.close();
  }

  /** Takes messages until the socket closes. */
  listen(): Promise<void> {
    return this.#peers.listen();
  }

  #newFlight(): Flight {
    return new Flight(this.#session, this.#options.random, this.#options.flight);
  }

  #receive(peer: string, message: WorkerMessage): void {
    switch (message.type) {
      case "worker_hello":
        this.#creditEvent({ ...message, type: "hello", peer });
        break;
      case "worker_beat":
        this.#creditEvent({ type: "heard", peer });
        break;
      case "worker_bye":
        this.#creditEvent({ type: "bye", peer });
        break;
      case "batch_done":
      case "batch_failed": {
        const worker = this.#credit.workerAt(peer);
        // The flight first: a leaving worker is let go with its last batch.
        if (worker !== null) {
          const type = message.type === "batch_done" ? "done" : "failed";
          const event = { ...message, type, worker } as FlightEvent;
          this.#act(this.#flight.on(event, this.#options.nowMs()));
        }
        this.#creditEvent({ type: "returned", peer, batch: message.batch });
        break;
      }
    }
  }

  #creditEvent(event: CreditEvent): void {
    for (const action of this.#credit.on(event, this.#options.nowMs())) this.#actOn(action);
  }

  #actOn(action: CreditAction): void {
    const { plan, planFingerprint, results, batchTimeoutMs, drainTimeoutMs } = this.#options;
    const { logger, metrics, nowMs } = this.#options;
    switch (action.type) {
      case "greet":
        this.#send(action.peer, {
          type: "plan",
          version: protocolVersion,
          session: this.#session,
          fingerprint: planFingerprint,
          plan,
          results,
          batchTimeoutMs,
          drainTimeoutMs,
        });
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
      case "joined":
        logger.info(
          { worker: action.worker, host: action.host, version: action.release },
          "a worker joined",
        );
        break;
      case "lost": {
        const { worker, reason } = action;
        metrics.lostWorkers.inc({ reason });
        if (reason === "goodbye") logger.info({ worker }, "a worker left");
        else logger.warn({ worker, reason }, "a worker was lost; its batches go out again");
        const isFault = reason === "silence" || reason === "unreachable";
        this.#act(this.#flight.on({ type: "worker_lost", worker, isFault }, nowMs()));
        break;
      }
    }
  }

  #act(actions: readonly FlightAction[]): void {
    for (const action of actions) {
      if (action.type === "send") this.#sendBatch(action);
      else this.#options.onAction(action);
      releaseGone(action);
    }
  }

  /** Gives out what waits, as far as there is credit. */
  #pump(): void {
    while (!this.#isPaused) {
      const next = this.#flight.next();
      const worker = next === null ? null : this.#credit.pick(next.avoid, next.isAlone);
      if (next === null || worker === null) break;
      const { batch } = next.batch.header;
      this.#creditEvent({ type: "sent", worker, batch, isAlone: next.isAlone });
      this.#act(this.#flight.on({ type: "sent", batch, worker }, this.#options.nowMs()));
    }
    this.#options.onChange();
  }

  #sendBatch({ batch, worker, attempt }: Extract<FlightAction, { type: "send" }>): void {
    const { header, sealed, payload, payloadCrc32 } = batch;
    const peer = this.#credit.peerOf(worker);
    if (peer === null) return;
    this.#options.metrics.sentBatches.inc();
    failPoint("ventilator.batch.before-send");
    const task = { header, sealed, attempt, payloadCrc32, payload: bytesToSend(payload) };
    this.#send(peer, { type: "task", ...task });
    failPoint("ventilator.batch.sent");
  }

  #send(peer: string, message: TaskMessage): void {
    void this.#peers.send(peer, message);
  }
}
