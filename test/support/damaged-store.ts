// A small store that is damaged in tests, and what may become of it: it is refused, or what was never proved to
// be written is asked for again.

import { expect } from "vitest";
import { LogmillError } from "../../src/shared/base/errors.ts";
import { EmbeddedStore } from "../../src/sink/store/embedded/embedded-store.ts";
import { recordEvidence } from "./evidence.ts";
import { MemoryFileSystem } from "./memory-file-system.ts";
import { noting, untilNoted } from "./open-store.ts";
import {
  daily,
  dailyKey,
  expectedTables,
  hourly,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "./store-script.ts";

export const directory = "/data/store";
const script = scriptedBatches(5, { sources: 2, batchesPerSource: 4, eventsPerBatch: 2 });
export const batches = script.slice(0, 6);
/** Comes after the log was idle. */
export const more = script[6]!;

/** Batches that are flushed to a segment before the rest is left in the log. */
export const flushed = 2;

export async function open(files: MemoryFileSystem): Promise<EmbeddedStore> {
  return await EmbeddedStore.open(
    files,
    directory,
    { summaries: [daily, hourly], sources: [] },
    noting(),
  );
}

/** A store as a killed process leaves it: some batches in a segment, each other one in its own group. */
export async function smallStore(): Promise<MemoryFileSystem> {
  const files = new MemoryFileSystem();
  const store = await open(files);
  for (const [index, batch] of batches.entries()) {
    store.submit(batch);
    await store.settle();
    if (index === flushed - 1) await store.flush();
  }
  await untilNoted(files, directory);
  return files.crash("everything");
}

export function copyOf(files: MemoryFileSystem): MemoryFileSystem {
  return files.crash("everything");
}

/** What was tried, for the record: each was refused, or cost nothing but the unproved end of the log. */
export function recordDamage(fault: string, runs: number): void {
  recordEvidence({
    part: "disk",
    fault,
    expected: "refused, or what was never proved to be written is asked for again",
    observed: "no number was silently another",
    runs,
    ...{ lost: 0, twice: 0 },
  });
}

export function flip(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3]! ^= 1 << (bit & 7);
}

export function expectRefusal(error: unknown): void {
  const code = error instanceof LogmillError ? error.code : error;
  expect(["store_damaged", "store_version"]).toContain(code);
}

/**
 * Opens a store that was damaged, sends everything again and compares; true if it was refused.
 * @param held batches that have to be there before anything is sent again.
 */
export async function refusedOrExact(
  files: MemoryFileSystem,
  held: readonly ScriptBatch[] = [],
): Promise<boolean> {
  let store: EmbeddedStore;
  try {
    store = await open(files);
  } catch (error) {
    expectRefusal(error);
    expect((error as LogmillError).message).toMatch(/byte \d+|missing/u);
    return true;
  }
  expect(await storedTables(store)).toEqual(await tablesOfLedger(store));
  if (held.length > 0) expect(await storedTables(store)).toEqual(expectedTables(held));
  for (const batch of batches) store.submit(batch);
  await store.settle();
  expect(await storedTables(store)).toEqual(expectedTables(batches));
  await store.close();
  return false;
}

/** What the tables have to be by the store's own ledger. */
async function tablesOfLedger(store: EmbeddedStore): Promise<Map<string, string>> {
  const sources = (await store.ledger()).sources;
  const isMerged = ({ header }: ScriptBatch): boolean =>
    sources.some(
      ({ identity, merged }) =>
        identity.id === header.identity.id &&
        (merged[dailyKey] ?? []).some(({ from, to }) => from <= header.from && header.to <= to),
    );
  return expectedTables(batches.filter(isMerged));
}
