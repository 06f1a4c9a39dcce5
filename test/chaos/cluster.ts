// The roles apart, over TCP on this host, and the faults done to them.

import { Slot } from "./processes.ts";
import type { Fault } from "./random.ts";
import { faultName, type Recovery } from "./recovery.ts";

/** How long a role may take to drain at the end; its own limit is 20 s. */
const drainWithinMs = 25_000;

export class Cluster {
  kills = 0;
  stops = 0;
  terms = 0;
  workersMax = 0;
  ventilator;
  sink;
  workers: Slot[] = [];
  /** Workers that were sent home. */
  #former: Slot[] = [];
  /** What each role is coming back from. */
  #away = new Map<Slot, string>();
  #tasks;
  #logs;
  #recovery;
  #made = 0;

  /**
   * @param config path
   * @param tasks endpoint
   * @param logs folder
   */
  constructor(config: string, tasks: string, logs: string, recovery: Recovery) {
    this.#tasks = tasks;
    this.#logs = logs;
    this.#recovery = recovery;
    this.ventilator = this.#slot("ventilator", ["ventilator", "-c", config]);
    this.sink = this.#slot("sink", ["sink", "-c", config]);
  }

  get slots() {
    return [this.ventilator, this.sink, ...this.workers];
  }

  /** Ends that no fault explains. */
  get ownDeaths(): string[] {
    return [...this.slots, ...this.#former].flatMap(({ ownDeaths }) => ownDeaths);
  }

  scale(count: number) {
    while (this.workers.length < count) {
      this.#made += 1;
      this.workers.push(this.#slot(`worker ${this.#made}`, ["worker", this.#tasks]));
    }
    this.workersMax = Math.max(this.workersMax, count);
    for (const worker of this.workers.splice(count)) {
      this.#former.push(worker);
      void worker.rest(drainWithinMs);
    }
  }

  inflict({ kind, victim, pick, forMs, workers }: Fault) {
    if (kind === "scale") {
      this.scale(workers);
      return;
    }
    for (const slot of this.#victims(victim, pick)) {
      const name = victim === "all" ? "kill -9 of all roles at once" : faultName(kind, victim);
      if (kind === "stop") {
        const isStopped = slot.stop(forMs, () => {
          this.#recovery.back(name, this.ventilator.starts, false);
        });
        if (isStopped) this.stops += 1;
      } else if (slot.end(kind === "kill" ? "SIGKILL" : "SIGTERM", forMs)) {
        if (kind === "kill") this.kills += 1;
        else this.terms += 1;
        this.#away.set(slot, name);
      }
    }
  }

  /**
   * Ends all in the order of the data.
   * @returns what did not end well
   */
  async rest(): Promise<string[]> {
    const faults = [];
    for (const slots of [[this.ventilator], this.workers, [this.sink]]) {
      for (const slot of slots) {
        const { code, signal } = await slot.rest(drainWithinMs);
        if (code !== 0) faults.push(`${slot.name} did not drain: ended with ${signal ?? code}`);
      }
    }
    return faults;
  }

  abandon() {
    for (const slot of [...this.slots, ...this.#former]) slot.abandon();
  }

  #slot(name: string, args: readonly string[]) {
    return new Slot(name, [...args, "--http", "127.0.0.1:0"], this.#logs, (slot) => {
      const kind = this.#away.get(slot);
      this.#away.delete(slot);
      if (kind !== undefined) {
        this.#recovery.back(kind, this.ventilator.starts, slot === this.ventilator);
      }
    });
  }

  #victims(victim: Fault["victim"], pick: number): Slot[] {
    if (victim === "all") return this.slots;
    if (victim === "sink") return [this.sink];
    if (victim === "ventilator") return [this.ventilator];
    const at = Math.floor(pick * this.workers.length);
    return this.workers.slice(at, at + 1);
  }
}
