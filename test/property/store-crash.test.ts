// Cuts the power before every single operation of a run of the store, keeps what a disk may keep of
// it, and starts again: what was acknowledged is there, what was not can be sent again, and the end
// is that of a run without a cut.

import { describe, expect, test } from "vitest";
import { seededRandom } from "../../src/shared/base/prng.ts";
import { checkStore } from "../../src/sink/store/check.ts";
import { Store, type StoreOptions } from "../../src/sink/store/store.ts";
import { MemoryFileSystem, systemError, type Survival } from "../support/memory-file-system.ts";
import {
  daily,
  expectedLines,
  expectedTables,
  hourly,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "../support/store-script.ts";

const directory = "/data/store";
const definitions = [daily, hourly];
const batches = scriptedBatches(11, { sources: 2, batchesPerSource: 12, eventsPerBatch: 3 });
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

/** Commits one by one and in groups, hints, flushes until a compaction is due, and closes. */
async function runScript(files: MemoryFileSystem, acknowledged: Set<number>): Promise<void> {
  const store = await openNoting(files, acknowledged);
  for (let next = 0; next < batches.length; next += 2) {
    const [first, second] = [batches[next]!, batches[next + 1]!];
    submit(store, first);
    if (next % 3 === 0) await store.settle();
    submit(store, second);
    const { identity, hint } = first.header;
    store.hint(identity, { ...hint, path: `${hint.path}.1`, inode: `2:${next}` });
    if (next < batches.length - 4) await store.flush();
  }
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

describe("after a cut before any operation the end is that of a run without one", () => {
  const cases: readonly (readonly [string, (cut: number) => Survival])[] = [
    ["nothing unsynced survives", () => "nothing"],
    ["only the process died", () => "everything"],
    ["some sectors and names survive", (cut) => seededRandom(cut)],
    ["others do", (cut) => seededRandom(cut + 1_000_000)],
  ];
  test.each(cases)("%s", async (_, survivalOf) => {
    const operations = await operationsOfAWholeRun();
    expect(operations).toBeGreaterThan(150);
    for (let cut = 0; cut <= operations; cut += 1) {
      const { files, acknowledged } = await runUntil(cut);
      const survivor = files.crash(survivalOf(cut));
      try {
        await converge(survivor, acknowledged);
      } catch (error) {
        throw new Error(`cut before operation ${cut}`, { cause: error });
      }
    }
  });
});

test("one failed operation ends the store without a false acknowledgement, and a restart is exact", async () => {
  const operations = await operationsOfAWholeRun();
  for (let failed = 0; failed < operations; failed += 1) {
    const files = new MemoryFileSystem();
    const acknowledged = new Set<number>();
    files.before = ({ index, path }) => {
      if (index === failed) throw systemError("EIO", path);
    };
    await runScript(files, acknowledged).catch(() => undefined);
    files.before = () => undefined;
    await converge(files.crash(seededRandom(failed)), acknowledged);
  }
});
