import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { frozenClock, slowClock } from "../../../support/clocks.ts";
import { MemoryFileSystem } from "../../../support/memory-file-system.ts";
import { answerTo, openForTest, storeDirectory } from "../../../support/open-store.ts";
import {
  batchOf,
  dailyKey,
  digestOf,
  expectedTables,
  hourly,
  hourlyKey,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "../../../support/store-script.ts";

const batches = scriptedBatches(1);
const [first] = batches as [ScriptBatch];

describe("flushing", () => {
  test("turns live tables into segments and deletes the log before them", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files);
    for (const batch of batches) store.submit(batch);
    await store.flush();
    expect(store.stats()).toMatchObject({ flushes: 1, walBytes: 0, segmentFiles: 1, liveBytes: 0 });
    const names = files.paths().map((path) => path.slice(storeDirectory.length + 1));
    expect(names).toEqual([
      "commit-point",
      "manifest",
      "segment-0000000001.lms",
      "wal-0000000002.log",
    ]);
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    await store.close();
  });

  test("of a store in which nothing has changed writes nothing", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files);
    store.submit(first);
    await store.flush();
    const { operations } = files;
    await store.flush();
    await store.flush();
    expect(files.operations).toBe(operations);
    await store.close();
  });

  test("happens by itself over the budget, while commits go on", async () => {
    const many = scriptedBatches(3, { batchesPerSource: 20, eventsPerBatch: 60, values: 400 });
    const { store } = await openForTest(new MemoryFileSystem(), { liveBytesMax: 1 << 18 });
    for (const batch of many) {
      store.submit(batch);
      await store.settle();
    }
    expect(store.stats().flushes).toBeGreaterThan(1);
    expect(await storedTables(store)).toEqual(expectedTables(many));
    await store.close();
  });

  test("comes before memory grows beyond the budget, not after it", async () => {
    // Two batches are just too many for a half, and four for both of them.
    const liveBytesMax = 4_000_000;
    const many = scriptedBatches(8, {
      batchesPerSource: 10,
      eventsPerBatch: 1800,
      values: 100_000,
    });
    let most = 0;
    const { store } = await openForTest(new MemoryFileSystem(), { liveBytesMax });
    for (const batch of many) {
      store.submit(batch);
      await store.settle();
      most = Math.max(most, store.stats().liveBytes);
    }
    expect(store.stats().flushes).toBeGreaterThan(1);
    expect(most).toBeLessThan(liveBytesMax);
    expect(await storedTables(store)).toEqual(expectedTables(many));
    await store.close();
  });

  test("comes before reading a large table, so that it is not copied", async () => {
    frozenClock();
    const many = scriptedBatches(6, { batchesPerSource: 4, eventsPerBatch: 200, values: 400 });
    const { store } = await openForTest(new MemoryFileSystem(), { liveBytesMax: 1 << 19 });
    for (const batch of many) store.submit(batch);
    await store.settle();
    const { flushes } = store.stats();
    expect(await storedTables(store)).toEqual(expectedTables(many));
    expect(store.stats().flushes).toBe(flushes + 1);
    await store.close();
  });

  test("many times keeps runs of a table and files few, and a reader is not disturbed", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files);
    const many = scriptedBatches(4, { sources: 2, batchesPerSource: 15, eventsPerBatch: 4 });
    for (const batch of many.slice(0, 8)) {
      store.submit(batch);
      await store.flush();
    }
    const before = store.read(dailyKey, 0);
    const expected = expectedTables(many.slice(0, 8)).get("daily/0");
    for (const batch of many.slice(8)) {
      store.submit(batch);
      await store.flush();
    }
    await store.compact();
    expect(store.stats().compactions).toBeGreaterThan(1);
    expect(store.stats().segmentFiles).toBeLessThan(many.length / 2);
    const frames: Uint8Array[] = [];
    for await (const frame of before) frames.push(frame);
    expect(digestOf(frames)).toBe(expected);
    expect(await storedTables(store)).toEqual(expectedTables(many));
    await store.close();
  });
});

describe("thousands of small tables", () => {
  const tableCount = 5000;

  /** A batch with one row for each of many hours, and nothing for the days. */
  function batchOfHours(): ScriptBatch {
    const { header, sheet } = batches[0]!;
    const tables = Array.from({ length: tableCount }, (_, hour) => ({
      definition: hourly,
      bucketStart: hour * 3600,
      events: [{ keys: [Buffer.from("summer"), Buffer.from("de")], values: [1n] }],
    }));
    return batchOf(header, sheet, tables);
  }

  test("take about a kilobyte each in memory, and few writes on the disk", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files);
    store.submit(batchOfHours());
    await store.settle();
    expect(store.stats().liveBytes).toBeLessThan(tableCount * 1200);
    const writes: string[] = [];
    files.before = ({ kind, path }) => {
      if (kind === "write") writes.push(path);
    };
    await store.flush();
    const segment = writes.filter((path) => path.includes("/segment-"));
    expect(segment.length).toBeLessThan(10);
    expect(store.stats()).toMatchObject({ segmentFiles: 1 });
    await store.close();
  });

  test("cost an edit of the manifest as long as what has changed", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files);
    store.submit(batchOfHours());
    await store.flush();
    const manifest = `${storeDirectory}/manifest`;
    const full = files.file(manifest).length;
    expect(full).toBeGreaterThan(tableCount * 10);
    const written: number[] = [];
    for (const batch of batches.slice(1)) {
      const before = files.file(manifest).length;
      store.submit(batch);
      await store.flush();
      written.push(files.file(manifest).length - before);
    }
    expect(Math.max(...written)).toBeLessThan(2000);
    await store.close();
  });

  test("are checked in slices, between which others have their turn and none is taken", async () => {
    slowClock();
    const { store, groups } = await openForTest(new MemoryFileSystem());
    store.submit(batchOfHours());
    let turns = 0;
    const isReady = store.ready().then(() => true);
    while (!(await Promise.race([isReady, setImmediate(false)]))) turns += 1;
    expect(turns).toBeGreaterThan(1);
    await store.settle();
    expect(groups.flat()).toHaveLength(1);
    const { header, partial } = batchOfHours();
    const broken = Buffer.from(partial);
    broken[broken.length - 1]! ^= 1;
    const other = { header: { ...header, from: header.to, to: header.to + 1 }, partial: broken };
    expect(await answerTo(store, { ...other, crc32: crc32(broken) })).toMatch(/^bad_table/u);
    await store.close();
  });

  test("are decided before a small batch that came later", async () => {
    slowClock();
    const { store, groups } = await openForTest(new MemoryFileSystem());
    const batch = batchOfHours();
    const { from, to } = batch.header;
    store.submit(batch);
    const later = batchOf(
      { ...batch.header, batch: 9, from: from + 1, to: to + 1 },
      first.sheet,
      [],
    );
    expect(await answerTo(store, later)).toBe("overlap");
    await store.settle();
    expect(groups.flat().map(({ header }) => header.batch)).toEqual([batch.header.batch]);
    await store.close();
  });

  test("are waited for by who settles while they are checked, and dropped by who closes", async () => {
    slowClock();
    const files = new MemoryFileSystem();
    const { store, groups } = await openForTest(files);
    const batch = batchOfHours();
    store.submit(batch);
    await store.settle();
    expect(groups.flat()).toHaveLength(1);
    const { to } = batch.header;
    store.submit({ ...batch, header: { ...batch.header, from: to, to: to + 1 } });
    await store.close();
    expect(groups.flat()).toHaveLength(1);
    const { store: again } = await openForTest(files);
    expect((await again.ledger()).sources[0]!.merged[hourlyKey]).toMatchObject([{ to }]);
    await again.close();
  });

  test("are merged in slices, between which others have their turn", async () => {
    slowClock();
    const { store, groups } = await openForTest(new MemoryFileSystem());
    store.submit(batchOfHours());
    // Checked, which takes turns of its own.
    await store.ready();
    let turns = 0;
    const isDone = store.settle().then(() => true);
    while (!(await Promise.race([isDone, setImmediate(false)]))) turns += 1;
    expect(groups).toHaveLength(1);
    // On this clock every table takes a slice; what comes before the merge takes fewer.
    expect(turns).toBeGreaterThan(tableCount);
    await store.close();
  });
});
