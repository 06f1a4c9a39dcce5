// The receiving half of a zeromq.js socket: one `receive` at a time, rejected when the socket closes.

import { systemError } from "../../support/memory-file-system.ts";
import { SimProcess } from "./sim-process.ts";

interface Waiter<T> {
  readonly resolve: (message: T) => void;
  readonly reject: (error: Error) => void;
}

export class Inbox<T> {
  readonly #process: SimProcess;
  readonly #queue: T[] = [];
  #waiting: Waiter<T> | null = null;
  isClosed = false;

  constructor(process: SimProcess) {
    this.#process = process;
  }

  get length(): number {
    return this.#queue.length;
  }

  receive(): Promise<T> {
    if (!this.#process.isAlive) return SimProcess.never;
    if (this.isClosed) throw systemError("EBADF", "receive");
    if (this.#waiting !== null) throw systemError("EBUSY", "receive");
    const message = this.#queue.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  push(message: T): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) this.#queue.push(message);
    else waiting.resolve(message);
  }

  clear(): void {
    this.#queue.length = 0;
  }

  close(): void {
    this.isClosed = true;
    this.#queue.length = 0;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(systemError("EAGAIN", "receive"));
  }
}
