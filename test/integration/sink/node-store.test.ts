import { mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkStore } from "../../../src/sink/store/embedded/check.ts";
import { inspectStore } from "../../../src/sink/store/embedded/inspect.ts";
import { nodeFileSystem } from "../../../src/sink/disk/node-file-system.ts";
import { ReadOnlyStore } from "../../../src/sink/store/embedded/read-only-store.ts";
import { neverIdle, openForTest } from "../../support/open-store.ts";
import {
  daily,
  expectedTables,
  hourly,
  scriptedBatches,
  storedTables,
} from "../../support/store-script.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const definitions = [daily, hourly];
const batches = scriptedBatches(21, { sources: 3, batchesPerSource: 8 });

test("a store on a real disk keeps what was merged, and its check finds it sound", async () => {
  const directory = join(tempFolder(), "data", "store");
  for (let from = 0; from < batches.length; from += 6) {
    const { store } = await openForTest(nodeFileSystem, {}, definitions, directory);
    for (const batch of batches.slice(0, from + 6)) store.submit(batch);
    await store.settle();
    expect(await storedTables(store)).toEqual(expectedTables(batches.slice(0, from + 6)));
    await store.close();
  }
  expect(await checkStore(nodeFileSystem, directory)).toEqual([]);
  const inspection = await inspectStore(nodeFileSystem, directory);
  expect(inspection.walBatches).toBe(0);
  expect(inspection.sources).toHaveLength(3);
  expect(inspection.segments.length).toBeGreaterThan(0);
  const names = inspection.files.map(({ name, kind, bytes }) => [name, kind, bytes]);
  const listed = readdirSync(directory).filter((name) => !name.startsWith("lock-"));
  expect(names.map(([name]) => name)).toEqual(listed.sort());
  for (const [name, , bytes] of names) {
    expect(readFileSync(join(directory, String(name)))).toHaveLength(Number(bytes));
  }
});

test("a reader beside a running sink sees whole batches only, at any moment", async () => {
  const directory = join(tempFolder(), "store");
  const { store } = await openForTest(nodeFileSystem, {}, definitions, directory);
  const textOf = (tables: ReadonlyMap<string, string>): string => JSON.stringify([...tables]);
  const prefixes = [
    "[]",
    ...batches.map((_, index) => textOf(expectedTables(batches.slice(0, index + 1)))),
  ];
  let isDone = false;
  const feed = async (): Promise<void> => {
    for (const [index, batch] of batches.entries()) {
      store.submit(batch);
      await store.settle();
      if (index % 2 === 1) await store.flush();
    }
    await store.compact();
    isDone = true;
  };
  const feeding = feed();
  let seenBefore = 0;
  let reads = 0;
  while (!isDone) {
    const reader = await ReadOnlyStore.open(nodeFileSystem, directory);
    const seen = prefixes.indexOf(textOf(await storedTables(reader)));
    expect(seen).toBeGreaterThanOrEqual(seenBefore);
    seenBefore = seen;
    await reader.close();
    reads += 1;
  }
  await feeding;
  expect(reads).toBeGreaterThan(1);
  await store.close();
});

test("a torn tail is cut, said by the check before, and gone after", async () => {
  const directory = join(tempFolder(), "store");
  const options = { rest: neverIdle };
  const { store } = await openForTest(nodeFileSystem, options, definitions, directory);
  for (const batch of batches.slice(0, 3)) {
    store.submit(batch);
    await store.settle();
  }
  // As after kill -9: the files as they are, copied because the lock of this process lives on.
  const copy = tempFolder();
  for (const name of readdirSync(directory).filter((file) => !file.endsWith(".sock"))) {
    writeFileSync(join(copy, name), readFileSync(join(directory, name)));
  }
  await store.close();
  const log = join(copy, "wal-0000000001.log");
  truncateSync(log, readFileSync(log).length - 5);
  expect(await checkStore(nodeFileSystem, copy)).toMatchObject([
    { severity: "unknown", file: "commit-point" },
    {
      severity: "unknown",
      file: "wal-0000000001.log",
      problem: expect.stringMatching(/^The last \d+ bytes cannot be read/u) as unknown,
    },
  ]);
  const notes: string[] = [];
  const onNotes = (told: readonly string[]): unknown => notes.push(...told);
  const { store: again } = await openForTest(nodeFileSystem, { onNotes }, definitions, copy);
  expect(notes).toEqual([expect.stringMatching(/^cut off the last \d+ bytes of the log/u)]);
  expect(await storedTables(again)).toEqual(expectedTables(batches.slice(0, 2)));
  await again.close();
  expect(await checkStore(nodeFileSystem, copy)).toEqual([]);
});

test("where there is no store a reader says how to make one", async () => {
  const folder = tempFolder();
  for (const place of [folder, join(folder, "nowhere")]) {
    const opening = ReadOnlyStore.open(nodeFileSystem, place);
    await expect(opening).rejects.toMatchObject({ code: "store_missing" });
    await expect(opening).rejects.toThrow(/logmill run/u);
  }
  mkdirSync(join(folder, "store"));
  await expect(inspectStore(nodeFileSystem, join(folder, "store"))).rejects.toMatchObject({
    code: "store_missing",
  });
});
