// Virtual time. Everything that happens in the simulation is an event of this queue, ordered by
// time and then by the order of asking, so that equal seeds give equal runs. Code under test is
// asynchronous: after each event every promise that it settled runs to its end before the next
// event is taken, on behalf of the same process. A tick that is queued from a microtask runs only
// when no microtask is left, which is how that moment is found without a turn of the event loop.

import { nextTick } from "node:process";
import type { SimProcess } from "./sim-process.ts";

export interface Timer {
  isCancelled: boolean;
}

interface Event extends Timer {
  readonly atMs: number;
  readonly order: number;
  /** On whose behalf it happens: not at all when that is dead, later when it is stopped. */
  readonly process: SimProcess | null;
  readonly act: () => void;
}

/** Events without an end mean that something turns in circles. */
const eventsMax = 400_000;

export class Scheduler {
  nowMs = 0;
  /** Whose code runs now; null: the world's. */
  current: SimProcess | null = null;
  events = 0;
  readonly #heap: Event[] = [];
  #orders = 0;

  at(afterMs: number, process: SimProcess | null, act: () => void): Timer {
    this.#orders += 1;
    const atMs = this.nowMs + Math.max(0, afterMs);
    const event = { atMs, order: this.#orders, process, act, isCancelled: false };
    this.#push(event);
    return event;
  }

  /** For the world's own script. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.at(ms, null, resolve));
  }

  /** Runs until `isOver`; rejects when the queue is empty before, or an event throws. */
  run(isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          this.current = null;
          if (isOver()) {
            resolve();
            return;
          }
          this.#next();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        queueMicrotask(() => nextTick(step));
      };
      queueMicrotask(() => nextTick(step));
    });
  }

  #next(): void {
    const event = this.#pop();
    if (event === undefined) throw new Error("nothing is left to happen");
    this.events += 1;
    if (this.events > eventsMax) throw new Error(`more than ${eventsMax} events`);
    if (event.isCancelled) return;
    this.nowMs = Math.max(this.nowMs, event.atMs);
    const { process } = event;
    if (process?.isAlive === false) return;
    if (process?.isStopped === true) {
      process.deferred.push(() => void this.at(0, process, event.act));
      return;
    }
    this.current = process;
    event.act();
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
