// A process of the simulation: whose timers, sockets and files end when it is killed, wait while it
// is stopped, and whose clock is its own. Its code needs nothing from it: what is asked of the
// stand-ins is asked on behalf of whoever runs at that moment.

import { seededRandom, type Random } from "../../../src/shared/base/prng.ts";
import type { Scheduler } from "./scheduler.ts";

export type Role = "ventilator" | "worker" | "sink";

/** A promise of a process that is no more: nobody waits for it any longer. */
const never = new Promise<never>(() => undefined);

export class SimProcess {
  readonly name: string;
  readonly role: Role;
  /** Where it runs; what cuts a host off cuts off all of its processes. */
  readonly host: string;
  readonly pid: number;
  readonly random: Random;
  readonly deferred: (() => void)[] = [];
  isAlive = true;
  isStopped = false;
  /** Sends and disk operations so far, and the one at which it dies. */
  effects = 0;
  killAtEffect = Infinity;
  onKilled: () => void = () => undefined;
  /** Its host loses power: nobody is told that its connections have ended. */
  diesSilently = false;
  /** Who holds sockets for it and lets them go. */
  readonly closers = new Set<() => void>();
  readonly #scheduler: Scheduler;
  /** A monotonic clock starts anywhere, and time passes while code runs. */
  readonly #originMs: number;
  #spentMs = 0;

  constructor(scheduler: Scheduler, role: Role, name: string, host: string, seed: number) {
    this.#scheduler = scheduler;
    this.role = role;
    this.name = name;
    this.host = host;
    this.random = seededRandom(seed);
    this.pid = 1000 + Math.floor(this.random() * 30_000);
    this.#originMs = this.random() * 1e6;
  }

  /** Its monotonic clock. Every look takes a moment, and some a longer one. */
  nowMs(): number {
    const random = this.random();
    this.#spentMs += random < 0.005 ? 2 : random * 0.01;
    return this.#originMs + this.#scheduler.nowMs + this.#spentMs;
  }

  /** To be called before everything that leaves the process; false when it died of it. */
  effect(): boolean {
    if (!this.isAlive) return false;
    this.effects += 1;
    if (this.effects < this.killAtEffect) return true;
    this.onKilled();
    return false;
  }

  /** Runs `act` on its behalf. */
  do(act: () => void): void {
    this.#scheduler.at(0, this, act);
  }

  /** kill -9: not another step. */
  kill(): void {
    this.isAlive = false;
    this.deferred.length = 0;
    for (const close of [...this.closers]) close();
    this.closers.clear();
  }

  stop(): void {
    this.isStopped = true;
  }

  resume(): void {
    this.isStopped = false;
    for (const again of this.deferred.splice(0)) again();
  }

  /** The answer to whoever asks on behalf of the dead. */
  static get never(): Promise<never> {
    return never;
  }
}
