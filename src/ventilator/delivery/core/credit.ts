// The workers, and which of them gets the next batch. A worker grants a few batches at a time
// (credit); a batch takes one credit when it is sent and gives it back when the worker reports it
// done or failed. So a slow worker never hoards, and what a dead one had is known.
//
// A worker is known by its name, which it drew at its start, and reached at a peer id, which is
// another one after every reconnect. It is lost when nothing was heard from it for `lostAfterMs`,
// when a message could not be delivered, when one of its messages came damaged (it may have returned
// credit), or when it greets under a new peer id (what was in its old connection is gone). A worker that said goodbye gets nothing more and is kept until it has
// reported what it still had, or falls silent.
//
// A worker works for one pool and gets batches of that alone. Where the plan has tables, a worker gets its first
// batch when it has said that it has them all: those that have them do not wait for it.
//
// Invariants: a worker never holds more batches than its credit. A peer belongs to one worker.

import type { CreditAction, CreditEvent, CreditLimits, RosterLine } from "./credit-events.ts";
import { defaultPool } from "../../../shared/model/pool.ts";
import type { LossReason } from "../../batch/causes.ts";

/** Batches that one worker may grant, whatever it says. */
const creditMax = 16;
/** Peers that have left and are remembered. */
const departedMax = 256;

interface Worker {
  readonly name: string;
  readonly host: string;
  readonly release: string | null;
  readonly peer: string;
  readonly credit: number;
  /** A batch that is sent again to the same worker, which still has it, counts twice. */
  batches: number[];
  heardMs: number;
  /** Counts sendings of all workers; the smallest was used least recently. */
  usedAt: number;
  isLeaving: boolean;
  /** Has a batch that has to be alone. */
  isAlone: boolean;
  readonly pool: string;
  /** Has not got the plan's tables yet. */
  isPreparing: boolean;
}

export class Credit {
  readonly #limits: CreditLimits;
  readonly #workers = new Map<string, Worker>();
  readonly #byPeer = new Map<string, Worker>();
  /** Peers that have left but may still say something: asked who they are, they would come back. */
  readonly #departed = new Set<string>();
  #sendings = 0;
  #beatenMs = -Infinity;

  constructor(creditLimits: CreditLimits) {
    this.#limits = creditLimits;
  }

  /** Workers that are there, leaving ones included. */
  get workers(): number {
    return this.#workers.size;
  }

  /** Everybody who is there, in order of arrival. */
  roster(nowMs: number): RosterLine[] {
    return [...this.#workers.values()].map(
      ({ name, host, release, credit, batches, heardMs, isLeaving, pool, isPreparing }) => ({
        worker: name,
        host,
        version: release,
        credit,
        batches: batches.length,
        heardSecondsAgo: (nowMs - heardMs) / 1000,
        isLeaving,
        pool,
        isPreparing,
      }),
    );
  }

  /** Batches that all workers together have granted. */
  get granted(): number {
    let granted = 0;
    for (const { credit } of this.#workers.values()) granted += credit;
    return granted;
  }

  /** Batches that could be sent at once. */
  get free(): number {
    let free = 0;
    for (const worker of this.#workers.values()) free += freeOf(worker);
    return free;
  }

  /** Workers of a pool that are there. */
  workersOf(pool: string): number {
    let workers = 0;
    for (const worker of this.#workers.values()) workers += Number(worker.pool === pool);
    return workers;
  }

  peerOf(worker: string): string | null {
    return this.#workers.get(worker)?.peer ?? null;
  }

  /** Of all workers. */
  peers(): string[] {
    return [...this.#byPeer.keys()];
  }

  workerAt(peer: string): string | null {
    return this.#byPeer.get(peer)?.name ?? null;
  }

  /**
   * The worker of a pool for the next batch: the one with the fewest batches, among equals the one that has
   * waited longest; `avoid` only if there is no other. Null when nobody has credit.
   * @param isAlone only a worker that has nothing will do.
   */
  pick(avoid: string | null, isAlone = false, pool = defaultPool): string | null {
    let best: Worker | null = null;
    for (const worker of this.#workers.values()) {
      if (worker.pool !== pool) continue;
      if (freeOf(worker) === 0 || (isAlone && worker.batches.length > 0)) continue;
      if (best === null || isBetter(worker, best, avoid)) best = worker;
    }
    return best?.name ?? null;
  }

  /** @param nowMs monotonic milliseconds. */
  on(event: CreditEvent, nowMs: number): CreditAction[] {
    switch (event.type) {
      case "hello":
        return this.#hello(event, nowMs);
      case "ready":
        return this.#ready(event.peer, nowMs);
      case "heard":
        return this.#heard(event.peer, nowMs) === null ? this.#ask(event.peer) : [];
      case "sent":
        this.#sent(event.worker, event.batch, event.isAlone ?? false);
        return [];
      case "returned":
        return this.#returned(event.peer, event.batch, nowMs);
      case "bye":
        return this.#bye(event.peer, nowMs);
      case "unreachable":
        return this.#unreachable(event.peer);
      case "garbled":
        return this.#garbled(event.peer);
      case "session":
        for (const worker of this.#workers.values()) worker.batches = [];
        return [...this.#byPeer.keys()].map((peer) => ({ type: "greet", peer }));
      case "tick":
        return this.#tick(nowMs);
    }
  }

  #hello(event: Extract<CreditEvent, { type: "hello" }>, nowMs: number): CreditAction[] {
    const { worker: name, host = "unknown", release = null, peer, credit } = event;
    const { pool = defaultPool } = event;
    const known = this.#workers.get(name);
    if (known?.peer === peer) {
      // It has not had the plan yet, or was asked twice.
      known.heardMs = nowMs;
      return [{ type: "greet", peer }];
    }
    const actions: CreditAction[] = known === undefined ? [] : this.#lose(known, "reconnect");
    const squatter = this.#byPeer.get(peer);
    if (squatter !== undefined) actions.push(...this.#lose(squatter, "reconnect"));
    const worker: Worker = {
      name,
      host,
      release,
      peer,
      credit: Math.max(1, Math.min(creditMax, credit)),
      batches: [],
      heardMs: nowMs,
      usedAt: 0,
      isLeaving: false,
      isAlone: false,
      pool,
      isPreparing: this.#limits.hasTables ?? false,
    };
    this.#workers.set(name, worker);
    this.#byPeer.set(peer, worker);
    const joined = { type: "joined", worker: name, host, release, pool } as const;
    return [...actions, { type: "greet", peer }, joined];
  }

  #ready(peer: string, nowMs: number): CreditAction[] {
    const worker = this.#heard(peer, nowMs);
    if (worker === null) return this.#ask(peer);
    worker.isPreparing = false;
    return [];
  }

  #heard(peer: string, nowMs: number): Worker | null {
    const worker = this.#byPeer.get(peer) ?? null;
    if (worker !== null) worker.heardMs = nowMs;
    return worker;
  }

  #sent(name: string, batch: number, isAlone: boolean): void {
    const worker = this.#workers.get(name);
    if (worker === undefined) return;
    this.#sendings += 1;
    worker.usedAt = this.#sendings;
    worker.batches.push(batch);
    worker.isAlone = isAlone;
  }

  #returned(peer: string, batch: number, nowMs: number): CreditAction[] {
    const worker = this.#heard(peer, nowMs);
    if (worker === null) return this.#ask(peer);
    const index = worker.batches.indexOf(batch);
    if (index >= 0) worker.batches.splice(index, 1);
    return worker.isLeaving && worker.batches.length === 0 ? this.#lose(worker, "goodbye") : [];
  }

  #bye(peer: string, nowMs: number): CreditAction[] {
    const drain: CreditAction = { type: "drain", peer };
    const worker = this.#heard(peer, nowMs);
    if (worker === null) return [drain];
    worker.isLeaving = true;
    return worker.batches.length === 0 ? [drain, ...this.#lose(worker, "goodbye")] : [drain];
  }

  #ask(peer: string): CreditAction[] {
    return this.#departed.has(peer) ? [] : [{ type: "ask", peer }];
  }

  #unreachable(peer: string): CreditAction[] {
    const worker = this.#byPeer.get(peer);
    if (worker === undefined) return [];
    return this.#lose(worker, "unreachable");
  }

  /** Asked who it is, it greets and has all its credit again. */
  #garbled(peer: string): CreditAction[] {
    const worker = this.#byPeer.get(peer);
    return worker === undefined ? [] : [...this.#lose(worker, "garbled"), ...this.#ask(peer)];
  }

  #tick(nowMs: number): CreditAction[] {
    const actions: CreditAction[] = [];
    for (const worker of [...this.#workers.values()]) {
      const isSilent = nowMs - worker.heardMs > this.#limits.lostAfterMs;
      if (isSilent) actions.push(...this.#lose(worker, "silence"));
    }
    if (nowMs - this.#beatenMs >= this.#limits.beatEveryMs) {
      this.#beatenMs = nowMs;
      for (const peer of this.#byPeer.keys()) actions.push({ type: "beat", peer });
    }
    return actions;
  }

  #lose(worker: Worker, reason: LossReason): CreditAction[] {
    this.#workers.delete(worker.name);
    this.#byPeer.delete(worker.peer);
    if (!worker.isLeaving) return [{ type: "lost", worker: worker.name, reason }];
    if (this.#departed.size >= departedMax) this.#departed.clear();
    this.#departed.add(worker.peer);
    return [{ type: "lost", worker: worker.name, reason: "goodbye" }];
  }
}

function freeOf(worker: Worker): number {
  const isFull =
    worker.isLeaving || worker.isPreparing || (worker.isAlone && worker.batches.length > 0);
  return isFull ? 0 : worker.credit - worker.batches.length;
}

function isBetter(a: Worker, b: Worker, avoid: string | null): boolean {
  if (a.name === avoid || b.name === avoid) return b.name === avoid && a.name !== avoid;
  if (a.batches.length !== b.batches.length) return a.batches.length < b.batches.length;
  return a.usedAt < b.usedAt;
}
