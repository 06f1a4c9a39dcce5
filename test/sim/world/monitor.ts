// What `socket.events` of zeromq.js is: a queue of what happens to a socket's connections.

import { SimProcess } from "./sim-process.ts";

export interface MonitorEvent {
  readonly type: "handshake" | "disconnect" | "end";
}

export class Monitor {
  readonly #queue: MonitorEvent[] = [];
  #waiting: ((event: MonitorEvent) => void) | null = null;
  readonly #process: SimProcess;

  constructor(process: SimProcess) {
    this.#process = process;
  }

  receive(): Promise<MonitorEvent> {
    if (!this.#process.isAlive) return SimProcess.never;
    const event = this.#queue.shift();
    if (event !== undefined) return Promise.resolve(event);
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  push(type: MonitorEvent["type"]): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) this.#queue.push({ type });
    else waiting({ type });
  }
}
