import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { balanceKey } from "../../../../../src/shared/model/definition-key.ts";
import type { BatchHeader } from "../../../../../src/shared/protocol/messages.ts";
import { encodePartial } from "../../../../../src/shared/table/partial-codec.ts";
import { Store } from "../../../../../src/sink/store/embedded/embedded-store.ts";
import { MemoryFileSystem } from "../../../../support/memory-file-system.ts";
import {
  openForTest,
  storeDirectory,
  submitTo,
  untilNoted,
} from "../../../../support/open-store.ts";
import { partialFor } from "../../../../support/partials.ts";
import {
  batchOf,
  daily,
  dailyKey,
  expectedLines,
  expectedTables,
  hourlyKey,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "../../../../support/store-script.ts";

const batches = scriptedBatches(1);
const [first] = batches as [ScriptBatch];

/** The same content cut otherwise, or for other summaries. */
function changed(batch: ScriptBatch, changes: Partial<BatchHeader>): ScriptBatch {
  return batchOf({ ...batch.header, ...changes }, batch.sheet, batch.tables);
}

describe("what is submitted", () => {
  test("is merged, reported in order, and there after a restart", async () => {
    const files = new MemoryFileSystem();
    const { store, groups } = await openForTest(files);
    for (const batch of batches) expect(submitTo(store, batch)).toBe("queued");
    await store.settle();
    const reported = groups.flat().map(({ header }) => header.batch);
    expect(reported).toEqual(batches.map((_, index) => index));
    expect(groups.flat().map(({ lines }) => lines)).toEqual(
      batches.map(({ sheet }) => sheet.lines),
    );
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    await store.close();
    const { store: again } = await openForTest(files);
    expect(again.storeId).toBe(store.storeId);
    expect(await storedTables(again)).toEqual(expectedTables(batches));
    const lines = Object.entries(again.sheets().sources).map(([name, sheet]) => [
      name,
      sheet.lines,
    ]);
    expect(Object.fromEntries(lines)).toEqual(expectedLines(batches));
    expect(submitTo(again, first)).toBe("duplicate");
    await again.close();
  });

  test("together is one write and one sync", async () => {
    const files = new MemoryFileSystem();
    const { store, groups } = await openForTest(files);
    const kinds: string[] = [];
    files.before = ({ kind, path }) => {
      if (path.includes("/wal-")) kinds.push(kind);
    };
    for (const batch of batches) submitTo(store, batch);
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
        submitTo(store, second);
        void store.settle().then(() => resolve(groups.length));
      };
    });
    submitTo(store, first);
    expect(await settled).toBe(2);
    expect(groups.map((group) => group.map(({ header }) => header.batch))).toEqual([[0], [1]]);
    await store.close();
  });

  test("gives the same tables in any order", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files);
    for (const [index, batch] of [...batches].reverse().entries()) {
      submitTo(store, batch);
      if (index % 5 === 0) await store.flush();
    }
    await store.settle();
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    for (const { merged } of store.ledger()) {
      expect(merged[balanceKey]).toHaveLength(1);
      expect(merged[dailyKey]).toEqual(merged[balanceKey]);
    }
    await store.close();
  });

  test("again while it is queued is reported after it, as a duplicate", async () => {
    const { store, groups } = await openForTest(new MemoryFileSystem());
    submitTo(store, first);
    expect(submitTo(store, changed(first, { batch: 99 }))).toBe("queued");
    expect(groups).toEqual([]);
    await store.settle();
    const seen = groups.flat().map(({ header, duplicate }) => [header.batch, duplicate]);
    expect(seen).toEqual([
      [0, false],
      [99, true],
    ]);
    expect(await storedTables(store)).toEqual(expectedTables([first]));
    expect(store.submit(first.header, first.partial, first.crc32)).toEqual({
      kind: "duplicate",
      lines: first.sheet.lines,
    });
    await store.close();
  });

  test("across the edge of what is merged or queued is an overlap and changes nothing", async () => {
    const { store } = await openForTest(new MemoryFileSystem());
    const { to } = first.header;
    submitTo(store, first);
    expect(submitTo(store, changed(first, { to: to + 1 }))).toBe("overlap");
    await store.settle();
    expect(submitTo(store, changed(first, { to: to + 1 }))).toBe("overlap");
    expect(submitTo(store, changed(first, { from: to - 1, to: to + 5 }))).toBe("overlap");
    expect(await storedTables(store)).toEqual(expectedTables([first]));
    await store.close();
  });

  test("for one more summary than is merged is an overlap, for that one alone it is new", async () => {
    const { store } = await openForTest(new MemoryFileSystem());
    const withoutHourly = changed(first, { summaries: [dailyKey, balanceKey] });
    expect(submitTo(store, withoutHourly)).toBe("queued");
    await store.settle();
    expect(submitTo(store, first)).toBe("overlap");
    const backFill = changed(first, { summaries: [hourlyKey] });
    expect(submitTo(store, backFill)).toBe("queued");
    await store.settle();
    expect(submitTo(store, first)).toBe("duplicate");
    expect(await storedTables(store)).toEqual(expectedTables([first]));
    expect(Object.values(store.sheets().sources)).toEqual([first.sheet]);
    await store.close();
  });

  test("with bytes that are not those that were sent is refused", async () => {
    const { store } = await openForTest(new MemoryFileSystem());
    const bytes = first.partial.slice();
    bytes[40]! ^= 1;
    expect(store.submit(first.header, bytes, first.crc32)).toEqual({ kind: "checksum" });
    await store.close();
  });

  test("that could not be merged later is refused now, and nothing of it is kept", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files);
    const frame = Buffer.from("no frame at all");
    const { sheet, header } = first;
    const table = { summary: dailyKey, bucketStart: 0, frame };
    const asked = partialFor(header.summaries, sheet);
    const partials = [
      { ...asked, tables: [table] },
      { ...asked, source: null },
      { ...asked, summaries: asked.summaries.slice(1) },
      { ...asked, summaries: [...asked.summaries, asked.summaries[0]!] },
      { ...asked, tables: [{ ...table, summary: "f".repeat(32) }] },
    ].map(encodePartial);
    const hourlyOnly = { ...header, summaries: [hourlyKey] };
    const cases = [
      ...partials.map((bytes) => ({ header, bytes })),
      { header, bytes: Buffer.from("no partial") },
      { header: hourlyOnly, bytes: first.partial },
      { header: { ...header, to: header.from }, bytes: first.partial },
      { header: { ...header, summaries: [] }, bytes: first.partial },
      { header: { ...header, summaries: [dailyKey, dailyKey] }, bytes: first.partial },
      {
        header: { ...header, summaries: [...header.summaries, "e".repeat(32)] },
        bytes: first.partial,
      },
      {
        header: { ...header, hint: { ...header.hint, path: "x".repeat(70_000) } },
        bytes: first.partial,
      },
    ];
    for (const { header: claimed, bytes } of cases) {
      expect(store.submit(claimed, bytes, crc32(bytes)).kind).toBe("bad_table");
    }
    expect(submitTo(store, first)).toBe("queued");
    await store.settle();
    expect(await storedTables(store)).toEqual(expectedTables([first]));
    await store.close();
  });
});

describe("summaries", () => {
  test("give a bucket another version with every batch, and the same again after a restart", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files);
    const versionsOf = (from: typeof store): number[][] =>
      from.summaries().map(({ buckets }) => buckets.map(({ version }) => version));
    const seen = new Set<string>();
    for (const [index, batch] of batches.entries()) {
      submitTo(store, batch);
      await (index === 4 ? store.flush() : store.settle());
      seen.add(versionsOf(store).join());
    }
    expect(seen.size).toBe(batches.length);
    // The process dies; its log is replayed.
    const { store: again } = await openForTest(files.crash("everything"));
    expect(versionsOf(again)).toEqual(versionsOf(store));
    await again.close();
    await store.close();
  });

  test("that are new start empty, removed ones stay, and sources may be added", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files, {}, [daily]);
    const dailyOnly = changed(first, { summaries: [dailyKey, balanceKey] });
    submitTo(store, dailyOnly);
    await store.close();
    const wider = { ...daily, from: ["ads", "web"] };
    const { store: again } = await openForTest(files, {}, [wider]);
    expect(again.summaries()[0]!.definition.from).toEqual(["ads", "web"]);
    await again.close();
    const { store: third } = await openForTest(files);
    const [, hourlyInfo] = third.summaries();
    expect(hourlyInfo).toMatchObject({ key: hourlyKey, name: "hourly", buckets: [] });
    expect(third.ledger()[0]!.merged).not.toHaveProperty(hourlyKey);
    submitTo(third, changed(first, { summaries: [hourlyKey] }));
    await third.settle();
    expect(await storedTables(third)).toEqual(expectedTables([first]));
    await third.close();
    const { store: fourth } = await openForTest(files, {}, []);
    expect(await storedTables(fourth)).toEqual(expectedTables([first]));
    await fourth.close();
  });

  test("defined otherwise under the same name are refused with the ways out", async () => {
    const files = new MemoryFileSystem();
    const { store } = await openForTest(files);
    submitTo(store, first);
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
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  submitTo(store, first);
  const { identity, hint } = first.header;
  for (let copy = 0; copy < 9; copy += 1) {
    store.hint(identity, { path: `/copy/${copy}`, inode: `9:${copy}`, stat: `9:${copy}:1:1` });
  }
  store.hint({ ...identity, id: "d".repeat(32) }, hint);
  await store.close();
  const { store: again } = await openForTest(files);
  const [source] = again.ledger();
  expect(again.ledger()).toHaveLength(1);
  expect(source!.hints.map(({ path }) => path)).toEqual(
    Array.from({ length: 8 }, (_, index) => `/copy/${index + 1}`),
  );
  await again.close();
});

test("thousands of hints make no one wait, and cost fewer syncs than one each", async () => {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  submitTo(store, first);
  await store.settle();
  const { operations } = files;
  const { identity } = first.header;
  for (let copy = 0; copy < 3000; copy += 1) {
    store.hint(identity, { path: `/copy/${copy}`, inode: `9:${copy}`, stat: `9:${copy}:1:1` });
    await store.ready();
  }
  await store.settle();
  expect(files.operations - operations).toBeLessThan(2000);
  expect(store.ledger()[0]!.hints.at(-1)!.path).toBe("/copy/2999");
  await store.close();
});

test("a hint that says nothing new is not written", async () => {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  submitTo(store, first);
  await store.settle();
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
  submitTo(store, batches[0]!);
  await store.settle();
  await untilNoted(files);
  isStuck = true;
  for (const batch of batches.slice(1, 3)) {
    submitTo(store, batch);
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
  manifest[8] = 3;
  const header = Buffer.from(manifest.buffer, manifest.byteOffset, 48);
  header.writeUInt32LE(crc32(header.subarray(0, 44)), 44);
  const opening = Store.openReadOnly(files, storeDirectory);
  await expect(opening).rejects.toMatchObject({ code: "store_version" });
  await expect(openForTest(files)).rejects.toThrow(/written by a newer logmill: it has format 3/u);
});

test("a manifest that is missing beside a log is not replaced by an empty store", async () => {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  submitTo(store, first);
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
  submitTo(store, first);
  await store.close();
  files.place(`${storeDirectory}/manifest`, older);
  await expect(openForTest(files)).rejects.toThrow(/wal-0000000001.*the manifest is older/u);
});
