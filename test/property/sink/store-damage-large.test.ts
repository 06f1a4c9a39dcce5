// Random damage to a store of some size that has been flushed and compacted again and again: files with
// dead runs beside live ones, several groups in the log. Whatever is read from it is either refused or
// exactly what its own ledger says that was merged. A failure names its seed.

import { expect, test } from "vitest";
import { LogmillError } from "../../../src/shared/base/errors.ts";
import { randomBelow, seededRandom, type Random } from "../../../src/shared/base/prng.ts";
import { checkStore } from "../../../src/sink/store/embedded/check.ts";
import type { EmbeddedStore } from "../../../src/sink/store/embedded/embedded-store.ts";
import { recordEvidence } from "../../support/evidence.ts";
import { MemoryFileSystem } from "../../support/memory-file-system.ts";
import { openForTest, storeDirectory, untilNoted } from "../../support/open-store.ts";
import {
  dailyKey,
  expectedTables,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "../../support/store-script.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const rounds = isFull ? 12_000 : 240;
/** Each so many rounds the slower look with `store check` is taken, too. */
const checkEvery = isFull ? 20 : 12;
const batches = scriptedBatches(99, {
  sources: 3,
  batchesPerSource: 12,
  eventsPerBatch: 40,
  values: 300,
});
/** The last of them stay in the log, each in a group of its own. */
const logged = 6;

async function largeStore(): Promise<MemoryFileSystem> {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  for (const [index, batch] of batches.entries()) {
    store.submit(batch);
    await store.settle();
    if (index < batches.length - logged) await store.flush();
    if (index % 13 === 12) await store.compact();
  }
  expect(store.stats().compactions).toBeGreaterThan(1);
  expect(store.stats().segmentFiles).toBeGreaterThan(3);
  await untilNoted(files);
  return files.crash("everything");
}

const kinds = ["flip", "byte", "cut", "zeros", "longer"] as const;

function damage(files: MemoryFileSystem, random: Random): string {
  const paths = files.paths();
  const path = paths[randomBelow(random, paths.length)]!;
  const kind = kinds[randomBelow(random, kinds.length)]!;
  const bytes = files.file(path);
  const at = randomBelow(random, bytes.length);
  switch (kind) {
    case "flip":
      bytes[at]! ^= 1 << randomBelow(random, 8);
      break;
    case "byte":
      bytes[at] = (bytes[at]! + 1 + randomBelow(random, 255)) & 0xff;
      break;
    case "cut":
      files.place(path, bytes.slice(0, at));
      break;
    case "zeros":
      bytes.fill(0, at - (at % 512), at - (at % 512) + 512);
      break;
    case "longer":
      files.place(path, Buffer.concat([bytes, bytes.subarray(0, 1 + randomBelow(random, 64))]));
      break;
  }
  return `${kind} at byte ${at} of ${path}`;
}

const known = new Map<string, Map<string, string>>();

/** What the tables have to be by a store's own ledger. */
async function tablesOfLedger(store: EmbeddedStore): Promise<Map<string, string>> {
  const sources = (await store.ledger()).sources;
  const isMerged = ({ header }: ScriptBatch): boolean =>
    sources.some(
      ({ identity, merged }) =>
        identity.id === header.identity.id &&
        (merged[dailyKey] ?? []).some(({ from, to }) => from <= header.from && header.to <= to),
    );
  const merged = batches.filter(isMerged);
  const name = merged.map(({ header }) => header.batch).join();
  const tables = known.get(name) ?? expectedTables(merged);
  known.set(name, tables);
  return tables;
}

function isRefusal(error: unknown): boolean {
  const codes = ["store_damaged", "store_version", "bad_table"];
  return error instanceof LogmillError && codes.includes(error.code);
}

/** Whether it was refused; fails where it gives a number that its ledger does not stand for. */
async function refusedOrExact(files: MemoryFileSystem): Promise<boolean> {
  let store: EmbeddedStore;
  try {
    ({ store } = await openForTest(files));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return true;
  }
  try {
    const merged = await tablesOfLedger(store);
    // All that is in segments had been synced and acknowledged long ago.
    expect((await store.ledger()).sources).toHaveLength(3);
    expect(await storedTables(store)).toEqual(merged);
    return false;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return true;
  } finally {
    await store.close();
  }
}

test(
  "random damage to a large store is refused or harmless, and never a silently different number",
  async () => {
    const original = await largeStore();
    const counts = { refused: 0, harmless: 0 };
    for (let seed = 1; seed <= rounds; seed += 1) {
      const random = seededRandom(seed);
      const files = original.crash("everything");
      const what = damage(files, random);
      try {
        const damaged = files.crash("everything");
        const isRefused = await refusedOrExact(files);
        counts[isRefused ? "refused" : "harmless"] += 1;
        if (seed % checkEvery > 0) continue;
        const findings = await checkStore(damaged, storeDirectory);
        if (isRefused) expect(findings.map(({ severity }) => severity)).toContain("damage");
      } catch (error) {
        throw new Error(`seed ${seed}: ${what}`, { cause: error });
      }
    }
    expect(counts.refused).toBeGreaterThan(rounds / 4);
    recordEvidence({
      part: "disk",
      fault: "random bits, bytes, sectors and lengths of a large store damaged",
      expected: "refused, or what was never proved to be written is asked for again",
      observed: `${counts.refused} refused, ${counts.harmless} harmless; no number was silently another`,
      runs: rounds,
      ...{ lost: 0, twice: 0 },
    });
  },
  isFull ? 3_600_000 : 120_000,
);
