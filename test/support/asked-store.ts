// A store whose answers a test can wait for, and the place that it is kept in.

import { onTestFinished } from "vitest";
import type { Configured } from "../../src/shared/model/reading.ts";
import type { BatchHeader, LedgerRange } from "../../src/shared/protocol/messages.ts";
import type {
  DurableBatch,
  Refusal,
  Store,
  StoreOptions,
  StoreReader,
  Submission,
} from "../../src/sink/store/store.ts";
import { batchOf, daily, hourly, type ScriptBatch } from "./store-script.ts";

export const both: Configured = { summaries: [daily, hourly], sources: [] };

/** One place that a store is kept in, new for every test. */
export interface StorePlace {
  /** Takes it as its owner; may be called again once the store before is closed, or has lost its process. */
  open(configured: Configured, options: StoreOptions): Promise<Store>;
  /** Reads it beside its owner. */
  openReader(): Promise<StoreReader>;
  /** Ends the owner as a kill would: what was reported durable stays, and the place can be opened. */
  kill(): Promise<void>;
}

export type Answer = Omit<DurableBatch, "header"> | Refusal;

/** A store whose answers can be waited for. */
export class AskedStore {
  readonly store: Store;
  /** Groups in the order in which they were reported. */
  readonly groups: (readonly DurableBatch[])[];
  /** By the number of the batch. */
  readonly #answers: ReadonlyMap<number, Answer>;
  #asked = 1000;

  private constructor(
    store: Store,
    groups: (readonly DurableBatch[])[],
    answers: ReadonlyMap<number, Answer>,
  ) {
    this.store = store;
    this.groups = groups;
    this.#answers = answers;
  }

  static async open(place: StorePlace, configured: Configured = both): Promise<AskedStore> {
    const groups: (readonly DurableBatch[])[] = [];
    const answers = new Map<number, Answer>();
    const store = await place.open(configured, {
      onDurable: (group) => {
        groups.push(group);
        for (const { header, ...answer } of group) answers.set(header.batch, answer);
      },
      onRefused: ({ header }, refusal) => answers.set(header.batch, refusal),
    });
    onTestFinished(() => store.close());
    return new AskedStore(store, groups, answers);
  }

  /** The answer to a batch, under a number of its own, once everything is settled. */
  async answer({ header, partial, crc32 }: Submission): Promise<Answer | undefined> {
    const batch = (this.#asked += 1);
    await this.store.ready();
    this.store.submit({ header: { ...header, batch }, partial, crc32 });
    await this.store.settle();
    return this.#answers.get(batch);
  }

  /** The same for a dead letter. */
  async answerToDeadLetter(header: BatchHeader): Promise<Answer | undefined> {
    const batch = (this.#asked += 1);
    this.store.deadLetter({ ...header, batch });
    await this.store.settle();
    return this.#answers.get(batch);
  }

  async mergedOf(batch: ScriptBatch, key: string): Promise<readonly LedgerRange[]> {
    const { sources } = await this.store.ledger();
    const source = sources.find(({ identity }) => identity.id === batch.header.identity.id);
    return source?.merged[key] ?? [];
  }
}

/** A new place and a store in it. */
export type Trial = (configured?: Configured) => Promise<{ place: StorePlace; asked: AskedStore }>;

/** The same content cut otherwise, or for other summaries. */
export function changed(batch: ScriptBatch, changes: Partial<BatchHeader>): ScriptBatch {
  return batchOf({ ...batch.header, ...changes }, batch.sheet, batch.tables);
}
