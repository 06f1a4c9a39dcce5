// Cuts the power before every single operation of a run of the store, keeps what a disk may keep of
// it, and starts again: what was acknowledged is there, what was not can be sent again, and the end
// is that of a run without a cut.

import { expect, test } from "vitest";
import { seededRandom } from "../../../src/shared/base/prng.ts";
import { compactionLimits } from "../../../src/sink/store/embedded/segment/compaction-plan.ts";
import { checkStore } from "../../../src/sink/store/embedded/check.ts";
import { EmbeddedStore } from "../../../src/sink/store/embedded/embedded-store.ts";
import type { EmbeddedOptions } from "../../../src/sink/store/embedded/embedded-options.ts";
import { MemoryFileSystem, systemError, type Survival } from "../../support/memory-file-system.ts";
import { answerTo, noting } from "../../support/open-store.ts";
import {
  daily,
  expectedLines,
  expectedTables,
  hourly,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "../../support/store-script.ts";

const directory = "/data/store";
const definitions = [daily, hourly];
const batches = scriptedBatches(11, {
  sources: 2,
  batchesPerSource: 6,
  eventsPerBatch: 2,
  values: 3,
});
const tables = expectedTables(batches);

/** Opens a store that notes which batches were acknowledged. */
async function openNoting(
  files: MemoryFileSystem,
  acknowledged: Set<number>,
  options: Partial<EmbeddedOptions> = {},
): Promise<EmbeddedStore> {
  return await EmbeddedStore.open(
    files,
    directory,
    { summaries: definitions, sources: [] },
    noting({
      onDurable: (group) => {
        for (const { header } of group) acknowledged.add(header.batch);
      },
      ...options,
    }),
  );
}

/** Batches that are in segments of their own before the script begins, one less than compaction waits for. */
const before = compactionLimits.runsPerTableMax;

/** A closed store with as many runs of each table as are left alone. */
async function preparedStore(): Promise<MemoryFileSystem> {
  const files = new MemoryFileSystem();
  const store = await openNoting(files, new Set());
  for (const batch of batches.slice(0, before)) {
    store.submit(batch);
    await store.flush();
  }
  expect(store.stats()).toMatchObject({ compactions: 0, segmentFiles: before });
  await store.close();
  return files.crash("everything");
}

/** Commits alone and in groups, hints, flushes, compacts, and closes. */
async function runScript(
  files: MemoryFileSystem,
  acknowledged: Set<number>,
): Promise<EmbeddedStore> {
  const store = await openNoting(files, acknowledged);
  const [first, second, ...rest] = batches.slice(before) as [ScriptBatch, ScriptBatch];
  store.submit(first);
  await store.settle();
  const { identity, hint } = first.header;
  store.hint(identity, { ...hint, path: `${hint.path}.1` });
  store.submit(second);
  await store.flush();
  for (const batch of rest) store.submit(batch);
  await store.compact();
  await store.settle();
  await store.close();
  return store;
}

/** What may be left of a run that was cut, opened and fed with everything again. */
async function converge(files: MemoryFileSystem, acknowledged: Set<number>): Promise<void> {
  const durable = new Set<number>();
  const store = await openNoting(files, durable);
  for (const batch of batches) {
    const answer = await answerTo(store, batch);
    expect(["queued", "duplicate"]).toContain(answer);
    if (acknowledged.has(batch.header.batch)) expect(answer).toBe("duplicate");
  }
  await store.settle();
  expect(durable.size).toBe(batches.length);
  // Everything was acknowledged now, so from here on nothing may be lost, not even what was only
  // read back from a log that the cut process had not synced.
  const survivor = files.crash("nothing");
  const again = await openNoting(survivor, new Set());
  expect(await storedTables(again)).toEqual(tables);
  expect(await linesOf(again)).toEqual(expectedLines(batches));
  await again.close();
  expect(await checkStore(survivor, directory)).toEqual([]);
  await store.close();
}

async function linesOf(store: EmbeddedStore): Promise<Record<string, number>> {
  return Object.fromEntries(
    Object.entries((await store.sheets()).sources).map(([source, { lines }]) => [source, lines]),
  );
}

/** Each beginning, by whether the store is new. */
const beginnings: readonly (readonly [string, MemoryFileSystem])[] = [
  ["a new store", new MemoryFileSystem()],
  ["a store with many segments", await preparedStore()],
];

/** What was there before the script counts as acknowledged. */
function acknowledgedBefore(beginning: MemoryFileSystem): Set<number> {
  const count = beginning.paths().length === 0 ? 0 : before;
  return new Set(Array.from({ length: count }, (_, index) => index));
}

async function operationsOfAWholeRun(beginning: MemoryFileSystem): Promise<number> {
  const files = beginning.crash("everything");
  await runScript(files, new Set());
  return files.operations;
}

/** Runs the script while operations fail that `isFailing` names. */
async function runFailing(
  beginning: MemoryFileSystem,
  isFailing: (index: number) => boolean,
): Promise<{ files: MemoryFileSystem; acknowledged: Set<number> }> {
  const files = beginning.crash("everything");
  const acknowledged = acknowledgedBefore(beginning);
  files.before = ({ index, path }) => {
    if (isFailing(index)) throw systemError("EIO", path);
  };
  await runScript(files, acknowledged).catch(() => undefined);
  // The process is gone: nothing that it was still doing reaches the disk.
  files.before = ({ path }) => {
    throw systemError("EIO", path);
  };
  return { files, acknowledged };
}

const survivals: readonly ((cut: number) => Survival)[] = [
  () => "nothing",
  () => "everything",
  // Some sectors and names.
  (cut) => seededRandom(cut),
  (cut) => seededRandom(cut + 1_000_000),
];
const timeoutMs = 240_000;
const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";

/** Of a new store each cut meets every kind of survival, of a large one (but for full depth) one. */
function survivalsOf(beginning: MemoryFileSystem, cut: number): readonly Survival[] {
  const isNew = beginning.paths().length === 0;
  const chosen = isFull || isNew ? survivals : [survivals[cut % survivals.length]!];
  return chosen.map((survivalOf) => survivalOf(cut));
}

test("the script compacts, so that cuts and failures reach a compaction", async () => {
  const store = await runScript(beginnings[1]![1].crash("everything"), new Set());
  expect(store.stats().compactions).toBeGreaterThan(0);
});

test.each(beginnings)(
  "after a cut before any operation on %s the end is that of a run without one",
  async (_, beginning) => {
    const operations = await operationsOfAWholeRun(beginning);
    expect(operations).toBeGreaterThan(50);
    for (let cut = 0; cut <= operations; cut += 1) {
      const { files, acknowledged } = await runFailing(beginning, (index) => index >= cut);
      for (const survival of survivalsOf(beginning, cut)) {
        try {
          await converge(files.crash(survival), acknowledged);
        } catch (error) {
          throw new Error(`cut before operation ${cut}`, { cause: error });
        }
      }
    }
  },
  timeoutMs,
);

test.each(beginnings)(
  "one failed operation on %s acknowledges nothing falsely, and a restart is exact",
  async (_, beginning) => {
    const operations = await operationsOfAWholeRun(beginning);
    for (let failed = 0; failed < operations; failed += 1) {
      const { files, acknowledged } = await runFailing(beginning, (index) => index === failed);
      try {
        await converge(files.crash(seededRandom(failed)), acknowledged);
      } catch (error) {
        throw new Error(`operation ${failed} failed`, { cause: error });
      }
    }
  },
  timeoutMs,
);
