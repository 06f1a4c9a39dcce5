// The flight: every batch that was cut and is not acknowledged yet, with its payload, bounded in
// count and bytes. It decides what is sent next, what is sent again, and what a message from the
// sink changes; the shell sends, counts and plans as the returned actions say.
// The states of a batch are drawn in `flight-entry.ts`.
//
// Invariants: only a message of the greeted store and of this session removes a batch. A batch is
// assigned to one worker at a time. Nothing is sent again without an action that names the cause.

import type { Random } from "../../../shared/base/prng.ts";
import { assert } from "../../../shared/base/assert.ts";
import { ackTimeoutMs, type ResendBudget } from "./backoff.ts";
import { isAnswerDue, latency, newEntry, resendBudget } from "./flight-entry.ts";
import type { Entry, FlightLimits } from "./flight-entry.ts";
import { FlightEntries } from "./flight-entries.ts";
import type { FlightAction, FlightEvent, NextBatch } from "./flight-events.ts";
import type { FlightBatch, Presence, RedeliverCause } from "../../batch/batch.ts";
import { defaultPool } from "../../../shared/model/pool.ts";
import { isSuspect, judge } from "./retry-policy.ts";

/**
 * A busy sink may have a partial among those that it has not answered for, but not for ever: connections
 * are served in turn. What so many flights of others have overtaken has been lost on its way.
 */
const flightsAheadMax = 8;

export class Flight {
  readonly #limits: FlightLimits;
  #session: bigint;
  readonly #random: Random;
  #budget: ResendBudget;
  readonly #entries: FlightEntries;
  #sendings = 0;
  #acknowledged = 0;
  #store: string | null = null;
  #sinkNumber = 0;
  /** A new incarnation was greeted and its ledger has not been seen. */
  #isLedgerDue = false;
  #isSinkSilent = true;

  /** @param poolOf the pool whose workers get the batches of a source */
  constructor(
    session: bigint,
    random: Random,
    flightLimits: FlightLimits,
    poolOf: (source: string) => string = () => defaultPool,
  ) {
    this.#entries = new FlightEntries(poolOf);
    this.#session = session;
    this.#random = random;
    this.#limits = flightLimits;
    this.#budget = resendBudget(flightLimits);
  }

  get batches(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.bytes;
  }

  /** Batches that could be sent now. */
  get waiting(): number {
    return this.#entries.waiting;
  }

  waitingIn(pool: string): number {
    return this.#entries.waitingIn(pool);
  }

  /** Pools in which a batch could be sent now. */
  waitingPools(): string[] {
    return this.#entries.waitingPools();
  }

  hasRoom(bytes: number): boolean {
    if (this.#entries.size === 0) return true;
    const { batchesMax, bytesMax } = this.#limits;
    return this.#entries.size < batchesMax && this.#entries.bytes + bytes <= bytesMax;
  }

  /** What to send next to a worker of a pool. */
  next(pool = defaultPool): NextBatch | null {
    const entry = this.#entries.firstWaiting(pool);
    if (entry === null) return null;
    return { batch: entry.batch, avoid: entry.worker, isAlone: isSuspect(entry) };
  }

  *all(): Generator<FlightBatch> {
    for (const { batch } of this.#entries.all()) yield batch;
  }

  /** @param nowMs monotonic milliseconds. */
  on(event: FlightEvent, nowMs: number): FlightAction[] {
    switch (event.type) {
      case "added":
        this.#entries.add(newEntry(event.batch, nowMs));
        return [];
      case "sent":
        return this.#send(event.batch, event.worker, nowMs);
      case "done":
        return this.#done(event, nowMs);
      case "held":
        return this.#held(event.worker, event.batches, nowMs);
      case "failed":
        return this.#failed(event);
      case "worker_lost":
        return this.#workerLost(event.worker, event.isFault);
      case "ack":
        return this.#ack(event, nowMs);
      case "nack":
        return this.#nack(event);
      case "sink_greeted":
        return this.#sinkGreeted(event.store);
      case "sink_silent":
      case "sink_heard":
        return this.#sinkHeard(event.type, nowMs);
      case "sink_busy":
        return this.#sinkBusy(nowMs);
      case "ledger":
        return this.#reconcile(event.presenceOf, nowMs);
      case "loaded":
        return this.#loaded(event.id, event.into, nowMs);
      case "split":
        return this.#split(event.batch, event.into, nowMs);
      case "dead_lettered":
        return this.#deadLettered(event.batch, nowMs);
      case "session":
        return this.#begin(event.session);
      case "tick":
        return this.#tick(nowMs);
    }
  }

  #send(id: number, worker: string, nowMs: number): FlightAction[] {
    const entry = this.#entries.get(id);
    assert(entry?.state === "waiting", "only a waiting batch is sent");
    this.#entries.move(entry, "assigned");
    entry.worker = worker;
    entry.attempts += 1;
    entry.sentMs = nowMs;
    entry.deadlineMs = nowMs + this.#timeoutMs(entry);
    this.#sendings += 1;
    entry.sending = this.#sendings;
    if (entry.attempts === 1) this.#budget.earn();
    return [{ type: "send", batch: entry.batch, worker, attempt: entry.attempts }];
  }

  #done(event: Extract<FlightEvent, { type: "done" }>, nowMs: number): FlightAction[] {
    const { session, batch: id, worker, partialBytes = 0 } = event;
    const entry = session === this.#session ? this.#entries.get(id) : undefined;
    if (entry === undefined) return [];
    if (entry.refusedWorker === worker) {
      entry.refusedWorker = null;
      return [];
    }
    const isAssignee = entry.state === "assigned" && entry.worker === worker;
    // A worker that was given up on has finished after all: its partial saves the second attempt.
    if (!isAssignee && entry.state !== "waiting") return [];
    this.#entries.move(entry, "done");
    entry.doneMs = nowMs;
    entry.worker = worker;
    entry.sinkNumber = this.#sinkNumber;
    entry.acknowledgedBefore = this.#acknowledged;
    entry.partialBytes = partialBytes;
    return [];
  }

  /** Slowness alone is no reason to send anything again. */
  #held(worker: string, batches: readonly number[], nowMs: number): FlightAction[] {
    for (const id of batches) {
      const entry = this.#entries.get(id);
      if (entry?.state === "assigned" && entry.worker === worker) this.#waitOn(entry, nowMs);
    }
    return [];
  }

  #sinkBusy(nowMs: number): FlightAction[] {
    const aheadMax = flightsAheadMax * this.#limits.batchesMax;
    for (const entry of this.#entries.all()) {
      if (entry.state !== "done") continue;
      if (this.#acknowledged - entry.acknowledgedBefore <= aheadMax) this.#waitOn(entry, nowMs);
    }
    return [];
  }

  #waitOn(entry: Entry, nowMs: number): void {
    entry.deadlineMs = Math.max(entry.deadlineMs, nowMs + this.#timeoutMs(entry));
  }

  #failed(event: Extract<FlightEvent, { type: "failed" }>): FlightAction[] {
    const entry = event.session === this.#session ? this.#entries.get(event.batch) : undefined;
    if (entry?.state !== "assigned" || entry.worker !== event.worker) return [];
    const cause = event.reason === "checksum" ? "checksum" : "worker_failed";
    return this.#fail(entry, cause, event.detail);
  }

  #workerLost(worker: string, isFault: boolean): FlightAction[] {
    const lost = [...this.#entries.all()].filter(
      ({ state, worker: assignee }) =>
        assignee === worker && (state === "assigned" || (state === "done" && isFault)),
    );
    // Workers work in order, so only the batch sent first can have been the end of this one.
    const inWork = lost
      .filter(({ state }) => state === "assigned")
      .sort((a, b) => a.sending - b.sending)[0];
    return lost.flatMap((entry) =>
      isFault && entry === inWork
        ? this.#fail(entry, "worker_lost", `worker ${worker} was lost while it had the batch`)
        : this.#redeliver(entry, "worker_lost"),
    );
  }

  #ack(event: Extract<FlightEvent, { type: "ack" }>, nowMs: number): FlightAction[] {
    if (event.store !== this.#store || event.session !== this.#session) {
      return [{ type: "ignored", what: "ack" }];
    }
    return event.batches.map(({ batch: id, duplicate, lines }) => {
      const entry = this.#entries.get(id);
      if (entry === undefined) return { type: "repeated", batch: id };
      this.#entries.remove(entry);
      this.#acknowledged += 1;
      const { batch, timeouts, partialBytes } = entry;
      if (timeouts > 0 && !duplicate) this.#budget.refund();
      const took = latency(entry, nowMs);
      return { type: "acknowledged", batch, duplicate, lines, ...took, partialBytes };
    });
  }

  #nack(event: Extract<FlightEvent, { type: "nack" }>): FlightAction[] {
    if (event.store !== this.#store || event.session !== this.#session) {
      return [{ type: "ignored", what: "nack" }];
    }
    const entry = this.#entries.get(event.batch);
    if (entry === undefined) return [];
    if (event.reason === "plan") return [{ type: "stop", batch: entry.batch }];
    if (event.reason === "overlap") {
      this.#entries.remove(entry);
      return [{ type: "replan", batch: entry.batch }];
    }
    // Refusals of an attempt that is not the current one have been answered already.
    if (entry.state !== "assigned" && entry.state !== "done") return [];
    if (entry.state === "assigned") entry.refusedWorker = entry.worker;
    return this.#fail(entry, event.reason, `the sink refused its partial: ${event.reason}`);
  }

  #sinkGreeted(store: string): FlightAction[] {
    this.#store = store;
    this.#sinkNumber += 1;
    this.#isLedgerDue = true;
    return [];
  }

  #sinkHeard(what: "sink_silent" | "sink_heard", nowMs: number): FlightAction[] {
    this.#isSinkSilent = what === "sink_silent";
    if (this.#isSinkSilent) return [];
    // While the sink was away nothing could be acknowledged: the waits begin anew.
    for (const entry of this.#entries.all()) {
      if (isAnswerDue(entry)) entry.deadlineMs = nowMs + this.#timeoutMs(entry);
    }
    return [];
  }

  #reconcile(presenceOf: (batch: FlightBatch) => Presence, nowMs: number): FlightAction[] {
    if (!this.#isLedgerDue) return [];
    this.#isLedgerDue = false;
    return [...this.#entries.all()].flatMap((entry) => {
      const presence = presenceOf(entry.batch);
      if (presence !== "absent") {
        this.#entries.remove(entry);
        return [{ type: presence === "merged" ? "merged" : "replan", batch: entry.batch }];
      }
      if (entry.state === "dead_letter") return this.#deadLetter(entry, nowMs);
      // Its partial went to an incarnation that is no more.
      const isLost = entry.state === "done" && entry.sinkNumber < this.#sinkNumber;
      return isLost ? this.#redeliver(entry, "sink_changed") : [];
    });
  }

  #tick(nowMs: number): FlightAction[] {
    if (this.#isSinkSilent) return [];
    const actions: FlightAction[] = [];
    for (const entry of this.#entries.all()) {
      if (!isAnswerDue(entry) || nowMs < entry.deadlineMs) continue;
      if (entry.state === "dead_letter") {
        entry.timeouts += 1;
        actions.push(...this.#deadLetter(entry, nowMs));
        continue;
      }
      if (!this.#budget.spend(nowMs)) break;
      entry.timeouts += 1;
      actions.push(...this.#redeliver(entry, "timeout"));
    }
    return actions;
  }

  #fail(entry: Entry, cause: RedeliverCause, detail: string): FlightAction[] {
    const verdict = judge(entry, cause, this.#limits);
    const { batch, failures } = entry;
    if (!(batch.payload instanceof Uint8Array)) {
      this.#entries.move(entry, "loading");
      return [{ type: "load", batch, cause }];
    }
    if (verdict === "again") return this.#redeliver(entry, cause);
    this.#entries.move(entry, "given_up");
    if (verdict === "hopeless") return [{ type: "hopeless", batch, detail }];
    return [{ type: "give_up", batch, failures, cause, detail }];
  }

  #split(id: number, into: readonly FlightBatch[], nowMs: number): FlightAction[] {
    const entry = this.#entries.get(id);
    if (entry?.state !== "given_up") return [];
    this.#entries.replace(entry, into, nowMs);
    return [];
  }

  #deadLettered(id: number, nowMs: number): FlightAction[] {
    const entry = this.#entries.get(id);
    if (entry?.state !== "given_up") return [];
    this.#entries.move(entry, "dead_letter");
    return this.#deadLetter(entry, nowMs);
  }

  #deadLetter(entry: Entry, nowMs: number): FlightAction[] {
    entry.deadlineMs = nowMs + this.#timeoutMs(entry);
    return [{ type: "dead_letter", batch: entry.batch }];
  }

  #begin(session: bigint): FlightAction[] {
    const all = [...this.#entries.all()];
    for (const entry of all) this.#entries.remove(entry);
    this.#session = session;
    this.#budget = resendBudget(this.#limits);
    this.#store = null;
    this.#isLedgerDue = false;
    this.#isSinkSilent = true;
    return all.map(({ batch }) => ({ type: "dropped", batch }));
  }

  #loaded(id: number, into: readonly FlightBatch[] | null, nowMs: number): FlightAction[] {
    const entry = this.#entries.get(id);
    if (entry?.state !== "loading") return [];
    const [first] = into ?? [];
    if (first?.header.batch === id) {
      entry.batch = first;
      this.#entries.move(entry, "waiting");
      return [];
    }
    this.#entries.replace(entry, into ?? [], nowMs);
    return into === null ? [{ type: "unreadable", batch: entry.batch }] : [];
  }

  #redeliver(entry: Entry, cause: RedeliverCause): FlightAction[] {
    this.#entries.move(entry, "waiting");
    return [{ type: "redeliver", batch: entry.batch, cause }];
  }

  #timeoutMs(entry: Entry): number {
    return ackTimeoutMs(this.#limits.ackTimeoutMs, entry.timeouts, this.#random);
  }
}
