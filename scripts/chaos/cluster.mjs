// The roles apart, over TCP on this host, and the faults done to them.

import { createServer } from "node:net";
import { Slot } from "./processes.mjs";
import { faultName } from "./recovery.mjs";

/** @typedef {import("./random.mjs").Fault} Fault */
/** @typedef {import("./recovery.mjs").Recovery} Recovery */

/** How long a role may take to drain at the end; its own limit is 20 s. */
const drainWithinMs = 25_000;

/** Ports that were free a moment ago. @param {number} count @returns {Promise<number[]>} */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  /** @type {Promise<number>[]} */
  const listening = servers.map(
    (server) =>
      new Promise((resolve) => {
        server.listen(0, "127.0.0.1", () => {
          const address = server.address();
          resolve(typeof address === "object" && address !== null ? address.port : 0);
        });
      }),
  );
  const ports = await Promise.all(listening);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export class Cluster {
  kills = 0;
  stops = 0;
  terms = 0;
  workersMax = 0;
  ventilator;
  sink;
  /** @type {Slot[]} */
  workers = [];
  /** Workers that were sent home. @type {Slot[]} */
  #former = [];
  /** What each role is coming back from. @type {Map<Slot, string>} */
  #away = new Map();
  #tasks;
  #logs;
  #recovery;
  #made = 0;

  /** @param {string} config path @param {string} tasks endpoint @param {string} logs folder @param {Recovery} recovery */
  constructor(config, tasks, logs, recovery) {
    this.#tasks = tasks;
    this.#logs = logs;
    this.#recovery = recovery;
    this.ventilator = this.#slot("ventilator", ["ventilator", "-c", config]);
    this.sink = this.#slot("sink", ["sink", "-c", config]);
  }

  get slots() {
    return [this.ventilator, this.sink, ...this.workers];
  }

  /** Ends that no fault explains. @returns {string[]} */
  get ownDeaths() {
    return [...this.slots, ...this.#former].flatMap(({ ownDeaths }) => ownDeaths);
  }

  /** @param {number} count */
  scale(count) {
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

  /** @param {Fault} fault */
  inflict({ kind, victim, pick, forMs, workers }) {
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

  /** Ends all in the order of the data. @returns {Promise<string[]>} what did not end well */
  async rest() {
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

  /** @param {string} name @param {readonly string[]} args */
  #slot(name, args) {
    return new Slot(name, [...args, "--http", "127.0.0.1:0"], this.#logs, (slot) => {
      const kind = this.#away.get(slot);
      this.#away.delete(slot);
      if (kind !== undefined) {
        this.#recovery.back(kind, this.ventilator.starts, slot === this.ventilator);
      }
    });
  }

  /** @param {Fault["victim"]} victim @param {number} pick @returns {Slot[]} */
  #victims(victim, pick) {
    if (victim === "all") return this.slots;
    if (victim === "sink") return [this.sink];
    if (victim === "ventilator") return [this.ventilator];
    const at = Math.floor(pick * this.workers.length);
    return this.workers.slice(at, at + 1);
  }
}
