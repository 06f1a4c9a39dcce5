import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ReadOnlyStore } from "../../../../../src/sink/store/embedded/read-only-store.ts";
import { frozenClock } from "../../../../support/clocks.ts";
import { MemoryFileSystem } from "../../../../support/memory-file-system.ts";
import {
  openForTest,
  storeDirectory,
  answerTo,
  untilNoted,
} from "../../../../support/open-store.ts";
import { daily, scriptedBatches, type ScriptBatch } from "../../../../support/store-script.ts";

const batches = scriptedBatches(1);
const [first] = batches as [ScriptBatch];

describe("what is submitted", () => {
  test("together is one write and one sync", async () => {
    frozenClock();
    const files = new MemoryFileSystem();
    const { store, groups } = await openForTest(files);
    const kinds: string[] = [];
    files.before = ({ kind, path }) => {
      if (path.includes("/wal-")) kinds.push(kind);
    };
    for (const batch of batches) store.submit(batch);
    await store.settle();
    expect(kinds).toEqual(["write", "datasync"]);
    expect(groups).toHaveLength(1);
    await store.close();
  });

  test("while a group is being written is the next group, and settling waits for it", async () => {
    const files = new MemoryFileSystem();
    const { store, groups } = await openForTest(files);
    const [, second] = batches as [ScriptBatch, ScriptBatch];
    const settled = new Promise<number>((resolve) => {
      files.before = ({ kind }) => {
        if (kind !== "datasync") return;
        files.before = () => undefined;
        store.submit(second);
        void store.settle().then(() => resolve(groups.length));
      };
    });
    store.submit(first);
    expect(await settled).toBe(2);
    expect(groups.map((group) => group.map(({ header }) => header.batch))).toEqual([[0], [1]]);
    await store.close();
  });

  test("whose header is too long for a record is refused, and nothing of it is kept", async () => {
    const { store } = await openForTest(new MemoryFileSystem());
    const { header } = first;
    const long = { ...header, hint: { ...header.hint, path: "x".repeat(70_000) } };
    expect(await answerTo(store, { ...first, header: long })).toMatch(/^bad_table: ./u);
    expect(await answerTo(store, first)).toBe("queued");
    await store.close();
  });
});

describe("summaries", () => {
  test("defined otherwise under the same name are refused with the ways out", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files);
    store.submit(first);
    await store.settle();
    await store.close();
    const paths = files.paths();
    const other = { ...daily, granularity: "month" as const };
    const opening = openForTest(files, {}, [other]);
    await expect(opening).rejects.toMatchObject({ code: "definition_changed" });
    await expect(opening).rejects.toThrow(
      /daily .*granularity was "day" and is "month".*another name.*put the old one back/u,
    );
    expect(files.paths()).toEqual(paths);
  });
});

test("a hint is remembered for known content only, newest last, eight at most", async () => {
  // Else a busy machine may leave the partial undecided, which closing drops.
  frozenClock();
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  store.submit(first);
  const { identity, hint } = first.header;
  for (let copy = 0; copy < 9; copy += 1) {
    store.hint(identity, { path: `/copy/${copy}`, inode: `9:${copy}`, stat: `9:${copy}:1:1` });
  }
  store.hint({ ...identity, id: "d".repeat(32) }, hint);
  await store.close();
  const { store: again } = await openForTest(files);
  const [source] = (await again.ledger()).sources;
  expect((await again.ledger()).sources).toHaveLength(1);
  expect(source!.hints.map(({ path }) => path)).toEqual(
    Array.from({ length: 8 }, (_, index) => `/copy/${index + 1}`),
  );
  await again.close();
});

test("thousands of hints make no one wait, and cost fewer syncs than one each", async () => {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  store.submit(first);
  await store.settle();
  const { operations } = files;
  const { identity } = first.header;
  for (let copy = 0; copy < 3000; copy += 1) {
    store.hint(identity, { path: `/copy/${copy}`, inode: `9:${copy}`, stat: `9:${copy}:1:1` });
    await store.ready();
  }
  await store.settle();
  expect(files.operations - operations).toBeLessThan(2000);
  expect((await store.ledger()).sources[0]!.hints.at(-1)!.path).toBe("/copy/2999");
  await store.close();
});

test("a hint that says nothing new is not written", async () => {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  store.submit(first);
  await store.settle();
  await untilNoted(files);
  const { operations } = files;
  store.hint(first.header.identity, first.header.hint);
  await store.settle();
  expect(files.operations).toBe(operations);
  await store.close();
});

test("the end of an idle log is noted as acknowledged, and a busy log is never held up by that", async () => {
  const files = new MemoryFileSystem();
  const open = files.open.bind(files);
  let isStuck = false;
  files.open = async (path, mode) => {
    const file = await open(path, mode);
    if (!path.endsWith("/commit-point")) return file;
    const datasync = (): Promise<void> =>
      isStuck ? new Promise(() => undefined) : file.datasync();
    return { ...file, datasync };
  };
  const { store, groups } = await openForTest(files);
  store.submit(batches[0]!);
  await store.settle();
  await untilNoted(files);
  isStuck = true;
  for (const batch of batches.slice(1, 3)) {
    store.submit(batch);
    await store.settle();
  }
  expect(groups.flat().map(({ header }) => header.batch)).toEqual([0, 1, 2]);
});

test("a store has one owner", async () => {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  await expect(openForTest(files)).rejects.toMatchObject({ code: "store_locked" });
  await store.close();
  const { store: next } = await openForTest(files);
  await next.close();
});

test("a file of a newer format is refused as such", async () => {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  await store.close();
  const manifest = files.file(`${storeDirectory}/manifest`);
  manifest[8] = 4;
  const header = Buffer.from(manifest.buffer, manifest.byteOffset, 48);
  header.writeUInt32LE(crc32(header.subarray(0, 44)), 44);
  const opening = ReadOnlyStore.open(files, storeDirectory);
  await expect(opening).rejects.toMatchObject({ code: "store_version" });
  await expect(openForTest(files)).rejects.toThrow(/written by a newer logmill: it has format 4/u);
});

test("a manifest that is missing beside a log is not replaced by an empty store", async () => {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  store.submit(first);
  await store.settle();
  await store.close();
  files.remove(`${storeDirectory}/manifest`);
  const paths = files.paths();
  await expect(openForTest(files)).rejects.toThrow(/manifest is missing/u);
  expect(files.paths()).toEqual(paths);
});

test("an older manifest beside a newer log is refused", async () => {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  const older = files.file(`${storeDirectory}/manifest`).slice();
  store.submit(first);
  await store.settle();
  await store.close();
  files.place(`${storeDirectory}/manifest`, older);
  await expect(openForTest(files)).rejects.toThrow(/wal-0000000001.*the manifest is older/u);
});
