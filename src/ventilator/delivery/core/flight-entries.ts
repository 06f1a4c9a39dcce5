// The batches of a flight by number, oldest first: which of them wait for a worker of which pool, and how many
// bytes they hold.

import { assert } from "../../../shared/base/assert.ts";
import { newEntry } from "./flight-entry.ts";
import type { Entry } from "./flight-entry.ts";
import type { FlightBatch } from "../../batch/batch.ts";

export class FlightEntries {
  readonly #byId = new Map<number, Entry>();
  /** By pool; of each that ever had a batch. */
  readonly #waiting = new Map<string, WaitingList>();
  readonly #poolOf: (source: string) => string;
  #bytes = 0;

  constructor(poolOf: (source: string) => string) {
    this.#poolOf = poolOf;
  }

  get size(): number {
    return this.#byId.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get waiting(): number {
    let waiting = 0;
    for (const list of this.#waiting.values()) waiting += list.size;
    return waiting;
  }

  waitingIn(pool: string): number {
    return this.#waiting.get(pool)?.size ?? 0;
  }

  /** Those in which a batch waits. */
  waitingPools(): string[] {
    return [...this.#waiting].flatMap(([pool, { size }]) => (size > 0 ? [pool] : []));
  }

  /** In the order in which they were added; may be removed meanwhile. */
  all(): IterableIterator<Entry> {
    return this.#byId.values();
  }

  get(id: number): Entry | undefined {
    return this.#byId.get(id);
  }

  /** The one that is to be sent next to a worker of the pool. */
  firstWaiting(pool: string): Entry | null {
    const id = this.#waiting.get(pool)?.first() ?? null;
    return id === null ? null : this.#byId.get(id)!;
  }

  /** Adds one that waits. */
  add(entry: Entry): void {
    const id = entry.batch.header.batch;
    assert(!this.#byId.has(id), "a batch is added once");
    this.#byId.set(id, entry);
    this.#bytes += entry.batch.payload.length;
    this.#waitingFor(entry).add(id);
  }

  /** It changes from or to `waiting` here and nowhere else. */
  move(entry: Entry, state: Entry["state"]): void {
    const id = entry.batch.header.batch;
    const waiting = this.#waitingFor(entry);
    if (state === "waiting") waiting.add(id);
    else waiting.remove(id);
    entry.state = state;
  }

  /** Others take its place. */
  replace(entry: Entry, by: readonly FlightBatch[], nowMs: number): void {
    this.remove(entry);
    for (const batch of by) this.add(newEntry(batch, nowMs));
  }

  remove(entry: Entry): void {
    const { batch } = entry;
    const id = batch.header.batch;
    this.#byId.delete(id);
    this.#waitingFor(entry).remove(id);
    this.#bytes -= batch.payload.length;
  }

  #waitingFor({ batch }: Entry): WaitingList {
    const pool = this.#poolOf(batch.header.source);
    let list = this.#waiting.get(pool);
    if (list === undefined) {
      list = new WaitingList();
      this.#waiting.set(pool, list);
    }
    return list;
  }
}

/**
 * The batches of a pool that wait to be sent, by number. Numbers grow, so what is sent again comes before
 * what was never sent, and old content before new: ranges are completed and the ledger's gaps closed
 * as early as possible. A sorted array does: the flight is bounded by a thousand.
 */
class WaitingList {
  readonly #ids: number[] = [];

  get size(): number {
    return this.#ids.length;
  }

  /** The smallest number, or null. */
  first(): number | null {
    return this.#ids[0] ?? null;
  }

  add(id: number): void {
    let index = this.#ids.length;
    while (index > 0 && this.#ids[index - 1]! > id) index -= 1;
    if (this.#ids[index - 1] !== id) this.#ids.splice(index, 0, id);
  }

  remove(id: number): void {
    const index = this.#ids.indexOf(id);
    if (index >= 0) this.#ids.splice(index, 1);
  }
}
