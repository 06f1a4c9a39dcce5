// Seeded chaos: batches in random order, some twice, commits and flushes and compactions all at once
// on small budgets, a disk that fills and empties, and crashes at random operations, life after life
// of one store. In each life nothing acknowledged before may be missing; in the end the tables are
// those of a plain run. A failure names its seed.

import { expect, test } from "vitest";
import { randomBelow, seededRandom, type Random } from "../../../src/shared/base/prng.ts";
import { checkStore } from "../../../src/sink/store/embedded/check.ts";
import type { EmbeddedStore } from "../../../src/sink/store/embedded/embedded-store.ts";
import { MemoryFileSystem, systemError } from "../../support/memory-file-system.ts";
import { openForTest, storeDirectory, answerTo } from "../../support/open-store.ts";
import {
  expectedTables,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "../../support/store-script.ts";

const seeds = process.env["LOGMILL_TEST_DEPTH"] === "full" ? 1000 : 25;
const livesMax = 4;
const batches = scriptedBatches(77, {
  sources: 3,
  batchesPerSource: 14,
  eventsPerBatch: 30,
  values: 200,
});
const tables = expectedTables(batches);

/** What all lives together went through. */
const met = { flushes: 0, compactions: 0, fullRetries: 0 };

function shuffled(random: Random, list: readonly ScriptBatch[]): ScriptBatch[] {
  return [...list]
    .map((batch) => ({ batch, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ batch }) => batch);
}

/** One process: submits everything until it is done or the power goes. */
async function live(
  files: MemoryFileSystem,
  random: Random,
  acknowledged: Set<number>,
): Promise<void> {
  const { store, groups } = await openForTest(files, {
    liveBytesMax: 1 << (15 + randomBelow(random, 4)),
    pause: () => {
      files.spaceBytes = Infinity;
      return Promise.resolve();
    },
  });
  try {
    await mustHave(store, acknowledged);
    for (const batch of shuffled(random, [...batches, ...batches.slice(0, 9)])) {
      await store.ready();
      const answer = await answerTo(store, batch);
      expect(["queued", "duplicate"]).toContain(answer);
      if (answer === "duplicate") acknowledged.add(batch.header.batch);
      if (random() < 0.2) await store.settle();
      if (random() < 0.1) void store.flush().catch(() => undefined);
      if (random() < 0.05) files.spaceBytes = usedBytes(files) + randomBelow(random, 5000);
      if (random() < 0.1) await storedTables(store);
    }
    await store.settle();
    await store.close();
  } finally {
    const { flushes, compactions, fullRetries } = store.stats();
    met.flushes += flushes;
    met.compactions += compactions;
    met.fullRetries += fullRetries;
    for (const { header } of groups.flat()) acknowledged.add(header.batch);
  }
}

function usedBytes(files: MemoryFileSystem): number {
  return files.paths().reduce((sum, path) => sum + files.file(path).length, 0);
}

async function mustHave(store: EmbeddedStore, acknowledged: ReadonlySet<number>): Promise<void> {
  for (const batch of batches) {
    if (acknowledged.has(batch.header.batch))
      expect(await answerTo(store, batch)).toBe("duplicate");
  }
}

test("after any number of crashes in the middle of everything the tables are exact", async () => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = seededRandom(seed);
    const acknowledged = new Set<number>();
    let files = new MemoryFileSystem();
    try {
      for (let life = randomBelow(random, livesMax); life > 0; life -= 1) {
        const cut = randomBelow(random, 400);
        files.before = ({ index, path }) => {
          if (index >= cut) throw systemError("EIO", path);
        };
        await live(files, random, acknowledged).catch(expectDiskFailure);
        // The process is gone, whatever it was still doing.
        files.before = ({ path }) => {
          throw systemError("EIO", path);
        };
        files = files.crash(random() < 0.3 ? "everything" : random);
      }
      await live(files, random, acknowledged);
      expect(acknowledged.size).toBe(batches.length);
      const survivor = files.crash("nothing");
      const { store } = await openForTest(survivor);
      expect(await storedTables(store)).toEqual(tables);
      await store.close();
      expect(await checkStore(survivor, storeDirectory)).toEqual([]);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  expect(Math.min(met.flushes, met.compactions, met.fullRetries)).toBeGreaterThan(seeds / 5);
}, 240_000);

/** A life ends by the disk and by nothing else. */
function expectDiskFailure(error: unknown): void {
  expect(error).toMatchObject({ code: "disk_failed" });
}
