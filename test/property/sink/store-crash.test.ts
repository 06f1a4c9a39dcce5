// Cuts the power before every single operation of a run of the store, keeps what a disk may keep of
// it, and starts again: what was acknowledged is there, what was not can be sent again, and the end
// is that of a run without a cut.

import { expect, test } from "vitest";
import { seededRandom } from "../../../src/shared/base/prng.ts";
import { checkStore } from "../../../src/sink/store/check.ts";
import { Store, type StoreOptions } from "../../../src/sink/store/store.ts";
import { MemoryFileSystem, systemError, type Survival } from "../../support/memory-file-system.ts";
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
  options: Partial<StoreOptions> = {},
): Promise<Store> {
  return await Store.open(files, directory, definitions, {
    liveBytesMax: 1 << 26,
    onDurable: (group) => {
      for (const { header } of group) acknowledged.add(header.batch);
    },
    ...options,
  });
}

function submit(store: Store, { header, partial, crc32 }: ScriptBatch): string {
  return store.submit(header, partial, crc32).kind;
}

/** Commits alone and in groups, hints, flushes until compactions are due, and closes. */
async function runScript(files: MemoryFileSystem, acknowledged: Set<number>): Promise<void> {
  const store = await openNoting(files, acknowledged);
  for (const [index, batch] of batches.slice(0, -2).entries()) {
    submit(store, batch);
    if (index % 3 === 0) await store.settle();
    const { identity, hint } = batch.header;
    store.hint(identity, { ...hint, path: `${hint.path}.1`, inode: `2:${index}` });
    await store.flush();
  }
  for (const batch of batches.slice(-2)) submit(store, batch);
  await store.settle();
  await store.compact();
  await store.close();
}

/** What may be left of a run that was cut, opened and fed with everything again. */
async function converge(files: MemoryFileSystem, acknowledged: Set<number>): Promise<void> {
  const durable = new Set<number>();
  const store = await openNoting(files, durable);
  for (const batch of batches) {
    const kind = submit(store, batch);
    expect(["queued", "duplicate"]).toContain(kind);
    if (acknowledged.has(batch.header.batch)) expect(kind).toBe("duplicate");
    if (kind === "duplicate") durable.add(batch.header.batch);
  }
  await store.settle();
  expect(durable.size).toBe(batches.length);
  // Everything was acknowledged now, so from here on nothing may be lost, not even what was only
  // read back from a log that the cut process had not synced.
  const survivor = files.crash("nothing");
  const again = await openNoting(survivor, new Set());
  expect(await storedTables(again)).toEqual(tables);
  expect(linesOf(again)).toEqual(expectedLines(batches));
  await again.close();
  expect(await checkStore(survivor, directory)).toEqual([]);
  await store.close();
}

function linesOf(store: Store): Record<string, number> {
  return Object.fromEntries(
    Object.entries(store.balance()).map(([source, { lines }]) => [source, lines]),
  );
}

async function operationsOfAWholeRun(): Promise<number> {
  const files = new MemoryFileSystem();
  await runScript(files, new Set());
  return files.operations;
}

/** Runs until operation `cut`, from which on nothing works any more. */
async function runUntil(
  cut: number,
): Promise<{ files: MemoryFileSystem; acknowledged: Set<number> }> {
  const files = new MemoryFileSystem();
  const acknowledged = new Set<number>();
  files.before = ({ index, path }) => {
    if (index >= cut) throw systemError("EIO", path);
  };
  await runScript(files, acknowledged).catch(() => undefined);
  return { files, acknowledged };
}

test("a whole run compacts, so that the cuts reach a compaction", async () => {
  const files = new MemoryFileSystem();
  const store = await openNoting(files, new Set());
  for (const batch of batches) {
    submit(store, batch);
    await store.flush();
  }
  await store.compact();
  expect(store.stats().compactions).toBeGreaterThan(0);
  expect(await storedTables(store)).toEqual(tables);
  await store.close();
});

const survivals: readonly ((cut: number) => Survival)[] = [
  () => "nothing",
  () => "everything",
  // Some sectors and names.
  (cut) => seededRandom(cut),
  (cut) => seededRandom(cut + 1_000_000),
];
/** Each cut meets one kind of survival, and with LOGMILL_TEST_DEPTH=full every kind. */
const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";

test("after a cut before any operation the end is that of a run without one", async () => {
  const operations = await operationsOfAWholeRun();
  expect(operations).toBeGreaterThan(150);
  for (let cut = 0; cut <= operations; cut += 1) {
    const { files, acknowledged } = await runUntil(cut);
    const chosen = isFull ? survivals : [survivals[cut % survivals.length]!];
    for (const survivalOf of chosen) {
      try {
        await converge(files.crash(survivalOf(cut)), acknowledged);
      } catch (error) {
        throw new Error(`cut before operation ${cut}`, { cause: error });
      }
    }
  }
});

test("one failed operation acknowledges nothing falsely, and a restart is exact", async () => {
  const operations = await operationsOfAWholeRun();
  for (let failed = 0; failed < operations; failed += 1) {
    const files = new MemoryFileSystem();
    const acknowledged = new Set<number>();
    files.before = ({ index, path }) => {
      if (index === failed) throw systemError("EIO", path);
    };
    await runScript(files, acknowledged).catch(() => undefined);
    files.before = () => undefined;
    try {
      await converge(files.crash(seededRandom(failed)), acknowledged);
    } catch (error) {
      throw new Error(`operation ${failed} failed`, { cause: error });
    }
  }
});
