// Ends a worker that hangs. A batch that never ends keeps the worker's thread, and with it every timer
// and every beat: the ventilator gives such a worker up after three seconds of silence, but the process
// would hang on for good, and with it a core and a place in the pool. Whoever started the worker starts
// another in its place.
//
// So a second thread looks on. What they share is two numbers: which batch is in work, and how long it
// may take. The time is counted in the looks of that thread, not by a clock: a process that was stopped
// or a machine that was asleep has not looked, and a machine that is overloaded looks less often.
//
// A batch of 1 MiB takes some ten milliseconds, and is given `cluster.batch_timeout`, 30 s; a larger one,
// which may have 32 MiB where workers read the file themselves, as much for every MiB; a smaller one its
// share, but not less than an eighth, so that the search for the one bad line does not take as long at
// every step. An honest batch on a slow machine is not ended by this before it
// is a thousand times slower than usual; it is taken apart when it takes longer than the three seconds
// after which its worker is given up, and its pieces take a sixteenth of the time each.

import { SHARE_ENV, Worker } from "node:worker_threads";

/** What a process that its watchdog has ended dies of; nothing else sends it. */
export const watchdogSignal = "SIGVTALRM";

/** Bytes that `cluster.batch_timeout` is for. */
const timeoutBytes = 1024 * 1024;
const shareMin = 1 / 8;
const lookMs = 100;

/** The numbers that are shared. */
const batchAt = 0;
const looksAt = 1;
const sleepAt = 2;

/** How long a batch of so many bytes may take, milliseconds. */
export function timeoutMsFor(batchTimeoutMs: number, bytes: number): number {
  return batchTimeoutMs * Math.max(shareMin, bytes / timeoutBytes);
}

export class Watchdog {
  readonly #shared = new Int32Array(new SharedArrayBuffer(12));
  readonly #onStart: () => void;
  #thread: Worker | null = null;
  #batches = 0;

  /** @param onStart told before the first batch. */
  constructor(onStart: () => void) {
    this.#onStart = onStart;
  }

  /** Does the work of one batch, which may take so long at most. */
  async over<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
    if (this.#thread === null) this.#start();
    this.#batches = (this.#batches % 0x7fff_ffff) + 1;
    Atomics.store(this.#shared, looksAt, Math.ceil(timeoutMs / lookMs));
    Atomics.store(this.#shared, batchAt, this.#batches);
    try {
      return await work();
    } finally {
      Atomics.store(this.#shared, batchAt, 0);
    }
  }

  async stop(): Promise<void> {
    await this.#thread?.terminate();
  }

  #start(): void {
    const workerData = { shared: this.#shared, lookMs, signal: watchdogSignal, pid: process.pid };
    this.#thread = new Worker(looker, { eval: true, env: SHARE_ENV, workerData });
    // It ends with the process, and keeps it from nothing.
    this.#thread.unref();
    this.#onStart();
  }
}

/**
 * The code of the second thread, as text, since it must not share a module with the first: nothing of
 * what a worker uses may be loaded in two threads.
 */
const looker = `
const { workerData: { shared, lookMs, signal, pid } } = require("node:worker_threads");
let batch = 0;
let looks = 0;
for (;;) {
  Atomics.wait(shared, ${sleepAt}, 0, lookMs);
  const now = Atomics.load(shared, ${batchAt});
  looks = now !== 0 && now === batch ? looks + 1 : 0;
  batch = now;
  if (looks > Atomics.load(shared, ${looksAt})) {
    process.kill(pid, looks > 2 * Atomics.load(shared, ${looksAt}) ? "SIGKILL" : signal);
  }
}
`;
