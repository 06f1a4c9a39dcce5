// Owns the flight: gives out what waits as far as there is credit, and does what the flight wants done.
// There is one switch over its actions, and it is here.
//
// Nothing is awaited per batch: what takes time comes back as an event. The flight keeps the payload.

import type { BatchHeader, LedgerMessage } from "../../shared/protocol/messages.ts";
import type { Router } from "../../shared/net/router.ts";
import { defaultPool } from "../../shared/model/pool.ts";
import { damagedAgain, mismatch } from "../fatal-errors.ts";
import { WaitNotice, waitForClient, type Wait } from "../../shared/process/wait-notice.ts";
import type { FlightBatch } from "../batch/batch.ts";
import type { BatchMaker } from "../batch/batch-maker.ts";
import type { StallReason } from "../batch/causes.ts";
import type { Pools } from "../batch/pools.ts";
import type { Bisection } from "./bisection.ts";
import type { FlightLimits } from "./core/flight-entry.ts";
import type { FlightAction, FlightEvent } from "./core/flight-events.ts";
import type { Flight } from "./core/flight.ts";
import type { RangeSizer } from "./core/range-size.ts";
import { stallReasonOf } from "./core/stall-reason.ts";
import { DeliveryStats } from "./delivery-stats.ts";
import { release } from "./payload.ts";
import { RangeLoader } from "./range-loader.ts";
import { WorkerSession, type WorkerSessionOptions } from "./worker-session.ts";

/** Who plans what is to be read hears what became of it. */
interface BatchOutcomes {
  /** It is merged. */
  released(header: BatchHeader): void;
  /** It was refused, since it overlaps what is merged. */
  overlapped(header: BatchHeader): void;
  /** It left without being merged. */
  abandoned(): void;
}

export interface DispatcherOptions extends WorkerSessionOptions {
  readonly flight: Flight;
  readonly limits: FlightLimits;
  readonly pools: Pools;
  readonly outcomes: BatchOutcomes;
  readonly bisection: Bisection;
  readonly maker: BatchMaker;
  readonly ranges: RangeSizer;
  /** Whom dead letters are reported to. */
  readonly sink: { offer(message: LedgerMessage): boolean };
  /** Ends the ventilator. */
  readonly fail: (error: unknown) => void;
  /** There may be room, or nothing left. */
  readonly onChange: () => void;
}

/** What is said when nobody works for a pool. */
interface PoolWait {
  readonly pool: string;
  readonly notice: WaitNotice;
  readonly wait: Wait;
}

/** Fresh batches that are cut before a worker can take them, besides one for each worker of the pool. */
const readAheadBatches = 4;

export class Dispatcher {
  readonly workers: WorkerSession;
  readonly flight: Flight;
  readonly stats: DeliveryStats;
  readonly #options: DispatcherOptions;
  readonly #loader: RangeLoader;
  readonly #waits: readonly PoolWait[];
  #isPaused = false;

  constructor(router: Router, session: bigint, options: DispatcherOptions) {
    this.#options = options;
    this.flight = options.flight;
    this.stats = new DeliveryStats(options.metrics);
    this.#loader = new RangeLoader(options.maker, options.ranges);
    this.#waits = options.pools.names.map((pool) => ({
      pool,
      notice: new WaitNotice(options.logger),
      wait: waitForClient(
        pool === defaultPool ? "worker" : `worker of pool ${pool}`,
        router.endpoint,
      ),
    }));
    this.workers = new WorkerSession(router, session, options, {
      onReport: (event) => this.#advance(event),
      onCredit: () => this.#pump(),
    });
  }

  /** Batches that are at a worker or on their way to the sink. */
  get underWay(): number {
    return this.flight.batches - this.flight.waiting;
  }

  hasRoom(pool: string, bytes: number): boolean {
    return !this.#isAhead(pool) && this.flight.hasRoom(bytes);
  }

  /** Why there is no room now; asked after `hasRoom` said so. */
  stallReason(pool: string): StallReason {
    const workers = this.workers.workersOf(pool);
    return stallReasonOf({ workers }, this.flight, this.#options.limits, this.#isAhead(pool));
  }

  /**
   * Enough is cut for the next to be taken by a worker at once. Beside other pools, one that has no worker
   * has a single batch cut, so that it takes no room from them.
   */
  #isAhead(pool: string): boolean {
    const workers = this.workers.workersOf(pool);
    const isIdle = workers === 0 && this.#options.pools.names.length > 1;
    return this.flight.waitingIn(pool) >= (isIdle ? 1 : readAheadBatches + workers);
  }

  on(event: FlightEvent): void {
    this.#advance(event);
    this.#pump();
  }

  /** Everything from here on belongs to a new session; the flight is empty. */
  begin(session: bigint): void {
    this.#advance({ type: "session", session });
    this.workers.begin(session);
  }

  /** Sends nothing more. */
  pause(): void {
    this.#isPaused = true;
  }

  /** To be called a few times a second. */
  tick(): void {
    this.workers.tick();
    this.on({ type: "tick" });
    if (this.#isPaused) return;
    for (const { pool, notice, wait } of this.#waits) {
      const isWaiting = this.workers.workersOf(pool) === 0 && this.flight.waitingIn(pool) > 0;
      notice.look(this.#options.nowMs(), isWaiting ? wait : null);
    }
  }

  async close(): Promise<void> {
    this.#isPaused = true;
    for (const { payload } of this.flight.all()) release(payload);
    await this.workers.close();
  }

  #advance(event: FlightEvent): void {
    for (const action of this.flight.on(event, this.#options.nowMs())) this.#perform(action);
  }

  /** Gives out what waits, as far as there is credit. */
  #pump(): void {
    for (const pool of this.flight.waitingPools()) this.#pumpPool(pool);
    this.#options.onChange();
  }

  #pumpPool(pool: string): void {
    while (!this.#isPaused) {
      const next = this.flight.next(pool);
      const worker = next === null ? null : this.workers.pick(next.avoid, next.isAlone, pool);
      if (next === null || worker === null) break;
      const { batch } = next.batch.header;
      this.workers.assign(worker, batch, next.isAlone);
      this.#advance({ type: "sent", batch, worker });
    }
  }

  #perform(action: FlightAction): void {
    const { stats } = this;
    const { outcomes, sink, fail } = this.#options;
    switch (action.type) {
      case "send":
        this.workers.send(action);
        break;
      case "redeliver":
        stats.redelivered(action.cause);
        break;
      case "load":
        stats.redelivered(action.cause);
        this.#answer(this.#loader.load(action.batch));
        break;
      case "give_up":
        this.#answer(this.#options.bisection.giveUp(action));
        break;
      case "dead_letter": {
        // Offered again in time, if there is no sink or it did not hear it.
        const { header, sealed } = action.batch;
        sink.offer({ type: "dead_letter", header, sealed });
        break;
      }
      case "acknowledged": {
        const { header } = action.batch;
        stats.acknowledged(action);
        const { parts, partialBytes } = action;
        this.#options.ranges.worked(header.to - header.from, parts.workMs, partialBytes);
        this.#merged(action.batch);
        break;
      }
      case "merged":
        stats.merged(action.batch);
        this.#merged(action.batch);
        break;
      case "repeated":
        stats.repeated();
        break;
      case "replan":
        stats.replanned();
        outcomes.overlapped(action.batch.header);
        release(action.batch.payload);
        break;
      case "unreadable":
        outcomes.abandoned();
        release(action.batch.payload);
        break;
      case "dropped":
        release(action.batch.payload);
        break;
      case "hopeless":
        fail(damagedAgain(action.batch, action.detail));
        break;
      case "stop":
        fail(mismatch("plan_mismatch"));
        break;
      case "ignored":
        stats.ignored(action.what);
        break;
    }
  }

  /** The batch is in the ledger. */
  #merged({ header, piece, payload }: FlightBatch): void {
    const { outcomes, bisection } = this.#options;
    outcomes.released(header);
    // A line among the dead letters is no success.
    if (piece !== "line") bisection.succeeded();
    release(payload);
  }

  /** What takes time is answered with an event. */
  #answer(work: Promise<FlightEvent>): void {
    work.then((event) => this.on(event)).catch(this.#options.fail);
  }
}
