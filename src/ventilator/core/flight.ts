// The flight: every batch that was cut and is not acknowledged yet, with its payload, bounded in
// count and bytes. It decides what is sent next, what is sent again, and what a message from the
// sink changes; the shell sends, counts and plans as the returned actions say.
//
//   added ─► waiting ──sent──► assigned ──done──► done ──ack──► gone
//              ▲                  │                │
//              └──── redeliver ◄──┴────────────────┘
//
// waiting: to be sent, oldest batch first. assigned: a worker has it. done: its partial is on the
// way to the sink. A batch goes back to waiting when its worker is lost, when a new incarnation of
// the sink does not have it in its ledger, when it is refused, and as a backstop when nothing was
// heard of it for long. It leaves when it is acknowledged or found in the ledger, when its range is
// refused as overlapping (its source is planned anew), or when it has failed `failuresMax` times:
// then it is given up and stands still, to be taken apart by whoever handles `give_up`. One that fails
// by reference is loaded (`loading`), and from then on sent with its bytes.
// Invariants: only a message of the greeted store and of this session removes a batch. A batch is
// assigned to one worker at a time. Nothing is sent again without an action that names the cause.

import type { Random } from "../../shared/base/prng.ts";
import { assert } from "../../shared/base/assert.ts";
import { ackTimeoutMs, type ResendBudget } from "./backoff.ts";
import { latency, newEntry, resendBudget, type Entry, type FlightLimits } from "./flight-entry.ts";
export type { FlightLimits } from "./flight-entry.ts";
import type {
  FlightAction,
  FlightBatch,
  FlightEvent,
  Presence,
  RedeliverCause,
} from "./flight-events.ts";
import { WaitingList } from "./waiting-list.ts";

export class Flight {
  readonly #limits: FlightLimits;
  readonly #session: bigint;
  readonly #random: Random;
  readonly #budget: ResendBudget;
  readonly #entries = new Map<number, Entry>();
  readonly #waiting = new WaitingList();
  #bytes = 0;
  #sendings = 0;
  #store: string | null = null;
  #sinkNumber = 0;
  /** A new incarnation was greeted and its ledger has not been seen. */
  #isLedgerDue = false;
  #isSinkSilent = true;

  constructor(session: bigint, random: Random, flightLimits: FlightLimits) {
    this.#session = session;
    this.#random = random;
    this.#limits = flightLimits;
    this.#budget = resendBudget(flightLimits);
  }

  get batches(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Batches that could be sent now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  hasRoom(bytes: number): boolean {
    if (this.#entries.size === 0) return true;
    return (
      this.#entries.size < this.#limits.batchesMax && this.#bytes + bytes <= this.#limits.bytesMax
    );
  }

  /** The batch to send next, and the worker that rather not gets it: the one it was taken from. */
  next(): { readonly batch: FlightBatch; readonly avoid: string | null } | null {
    const id = this.#waiting.first();
    if (id === null) return null;
    const { batch, worker } = this.#entries.get(id)!;
    return { batch, avoid: worker };
  }

  *all(): Generator<FlightBatch> {
    for (const { batch } of this.#entries.values()) yield batch;
  }

  /** @param nowMs monotonic milliseconds. */
  on(event: FlightEvent, nowMs: number): FlightAction[] {
    switch (event.type) {
      case "added":
        return this.#add(event.batch, nowMs);
      case "sent":
        return this.#send(event.batch, event.worker, nowMs);
      case "done":
        return this.#done(event.session, event.batch, event.worker, nowMs);
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
      case "ledger":
        return this.#reconcile(event.presenceOf);
      case "loaded":
        return this.#loaded(event.id, event.batch);
      case "tick":
        return this.#tick(nowMs);
    }
  }

  #add(batch: FlightBatch, nowMs: number): FlightAction[] {
    const { batch: id } = batch.header;
    assert(!this.#entries.has(id), "a batch is added once");
    this.#entries.set(id, newEntry(batch, nowMs));
    this.#bytes += batch.payload.length;
    this.#waiting.add(id);
    return [];
  }

  #send(id: number, worker: string, nowMs: number): FlightAction[] {
    const entry = this.#entries.get(id);
    assert(entry?.state === "waiting", "only a waiting batch is sent");
    this.#waiting.remove(id);
    entry.state = "assigned";
    entry.worker = worker;
    entry.attempts += 1;
    entry.sentMs = nowMs;
    entry.deadlineMs = nowMs + this.#timeoutMs(entry);
    this.#sendings += 1;
    entry.sending = this.#sendings;
    if (entry.attempts === 1) this.#budget.earn();
    return [{ type: "send", batch: entry.batch, worker, attempt: entry.attempts }];
  }

  #done(session: bigint, id: number, worker: string, nowMs: number): FlightAction[] {
    const entry = session === this.#session ? this.#entries.get(id) : undefined;
    if (entry === undefined) return [];
    if (entry.refusedWorker === worker) {
      entry.refusedWorker = null;
      return [];
    }
    const isAssignee = entry.state === "assigned" && entry.worker === worker;
    // A worker that was given up on has finished after all: its partial saves the second attempt.
    if (!isAssignee && entry.state !== "waiting") return [];
    if (entry.state === "waiting") this.#waiting.remove(id);
    entry.state = "done";
    entry.doneMs = nowMs;
    entry.worker = worker;
    entry.sinkNumber = this.#sinkNumber;
    return [];
  }

  #failed(event: Extract<FlightEvent, { type: "failed" }>): FlightAction[] {
    const entry = event.session === this.#session ? this.#entries.get(event.batch) : undefined;
    if (entry?.state !== "assigned" || entry.worker !== event.worker) return [];
    const cause = event.reason === "checksum" ? "checksum" : "worker_failed";
    return this.#fail(entry, cause, event.detail);
  }

  #workerLost(worker: string, isFault: boolean): FlightAction[] {
    const lost = [...this.#entries.values()].filter(
      ({ state, worker: holder }) =>
        holder === worker && (state === "assigned" || (state === "done" && isFault)),
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
      this.#remove(entry);
      const { batch } = entry;
      return { type: "acknowledged", batch, duplicate, lines, ...latency(entry, nowMs) };
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
      this.#remove(entry);
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
    for (const entry of this.#entries.values()) {
      if (entry.state === "assigned" || entry.state === "done") {
        entry.deadlineMs = nowMs + this.#timeoutMs(entry);
      }
    }
    return [];
  }

  #reconcile(presenceOf: (batch: FlightBatch) => Presence): FlightAction[] {
    if (!this.#isLedgerDue) return [];
    this.#isLedgerDue = false;
    return [...this.#entries.values()].flatMap((entry) => {
      const presence = presenceOf(entry.batch);
      if (presence !== "absent") {
        this.#remove(entry);
        return [{ type: presence === "merged" ? "merged" : "replan", batch: entry.batch }];
      }
      // Its partial went to an incarnation that is no more.
      const isLost = entry.state === "done" && entry.sinkNumber < this.#sinkNumber;
      return isLost ? this.#redeliver(entry, "sink_changed") : [];
    });
  }

  #tick(nowMs: number): FlightAction[] {
    if (this.#isSinkSilent) return [];
    const actions: FlightAction[] = [];
    for (const entry of this.#entries.values()) {
      const isSent = entry.state === "assigned" || entry.state === "done";
      if (!isSent || nowMs < entry.deadlineMs) continue;
      if (!this.#budget.spend(nowMs)) break;
      entry.timeouts += 1;
      actions.push(...this.#redeliver(entry, "timeout"));
    }
    return actions;
  }

  #fail(entry: Entry, cause: RedeliverCause, detail: string): FlightAction[] {
    entry.failures += 1;
    if (!(entry.batch.payload instanceof Uint8Array)) {
      entry.state = "loading";
      return [{ type: "load", batch: entry.batch, cause }];
    }
    if (entry.failures < this.#limits.failuresMax) return this.#redeliver(entry, cause);
    entry.state = "given_up";
    return [{ type: "give_up", batch: entry.batch, failures: entry.failures, detail }];
  }

  #loaded(id: number, batch: FlightBatch | null): FlightAction[] {
    const entry = this.#entries.get(id);
    if (entry?.state !== "loading") return [];
    if (batch === null) {
      this.#remove(entry);
      return [{ type: "unreadable", batch: entry.batch }];
    }
    entry.batch = batch;
    entry.state = "waiting";
    this.#waiting.add(id);
    return [];
  }

  #redeliver(entry: Entry, cause: RedeliverCause): FlightAction[] {
    entry.state = "waiting";
    this.#waiting.add(entry.batch.header.batch);
    return [{ type: "redeliver", batch: entry.batch, cause }];
  }

  #remove(entry: Entry): void {
    const id = entry.batch.header.batch;
    this.#entries.delete(id);
    this.#waiting.remove(id);
    this.#bytes -= entry.batch.payload.length;
  }

  #timeoutMs(entry: Entry): number {
    return ackTimeoutMs(this.#limits.ackTimeoutMs, entry.timeouts, this.#random);
  }
}
