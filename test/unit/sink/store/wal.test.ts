import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { limits } from "../../../../src/shared/base/limits.ts";
import { OutOfSpace } from "../../../../src/sink/disk/disk-error.ts";
import type { RecordContent } from "../../../../src/sink/store/embedded/log/wal-record.ts";
import { replayWal, type WalEnd } from "../../../../src/sink/store/embedded/log/wal-replay.ts";
import { WalWriter } from "../../../../src/sink/store/embedded/log/wal-writer.ts";
import { formatVersions } from "../../../../src/sink/store/embedded/disk/file-header.ts";
import { MemoryFileSystem } from "../../../support/memory-file-system.ts";

const directory = "/store";
const storeId = "0123456789abcdef0123456789abcdef";

function recordOf(text: string, bytes = 40): RecordContent {
  const body = Buffer.alloc(bytes, text);
  return { type: "batch", meta: Buffer.from(text), body, bodyCrc32: crc32(body) };
}

function pathOf(sequence: number): string {
  return `${directory}/wal-${String(sequence).padStart(10, "0")}.log`;
}

async function create(files: MemoryFileSystem): Promise<WalWriter> {
  await files.makeDirectory(directory);
  return await WalWriter.create(files, directory, storeId, 1);
}

/** The metas in the log, as texts, and how it ends. */
async function replay(
  files: MemoryFileSystem,
  first = 1,
): Promise<{ texts: string[]; end: WalEnd }> {
  const texts: string[] = [];
  const names = await files.list(directory);
  const sequences = names.map((name) => Number(name.slice(4, 14))).sort((a, b) => a - b);
  const end = await replayWal(files, directory, storeId, sequences, first, null, ({ meta }) =>
    texts.push(Buffer.from(meta).toString()),
  );
  return { texts, end };
}

test("records come back in order, over several files", async () => {
  const files = new MemoryFileSystem();
  const wal = await create(files);
  await wal.append([recordOf("a"), recordOf("b")]);
  await wal.rotate();
  await wal.append([recordOf("c")]);
  await wal.rotate();
  const { texts, end } = await replay(files);
  expect(texts).toEqual(["a", "b", "c"]);
  expect(end).toMatchObject({ sequence: 3, end: 48, tornBytes: 0, stillborn: null });
});

test("a file takes at most 64 MiB", async () => {
  const files = new MemoryFileSystem();
  const wal = await create(files);
  const large = recordOf("x", 15 * 1024 * 1024);
  for (let count = 0; count < 5; count += 1) await wal.append([large]);
  expect(files.paths()).toEqual([pathOf(1), pathOf(2)]);
  for (const path of files.paths()) {
    expect(files.file(path).length).toBeLessThanOrEqual(limits.walSegmentBytesMax);
  }
  expect((await replay(files)).texts).toHaveLength(5);
});

describe("a record that cannot be read", () => {
  const group = [recordOf("a"), recordOf("b"), recordOf("c")];

  async function writeGroups(count: number): Promise<MemoryFileSystem> {
    const files = new MemoryFileSystem();
    const wal = await create(files);
    for (let index = 0; index < count; index += 1) await wal.append(group);
    return files;
  }

  const recordLength = 32 + 1 + 40;
  /** Damages the body of a record. */
  function damage(files: MemoryFileSystem, group_: number, record: number): void {
    files.file(pathOf(1))[48 + (3 * group_ + record) * recordLength + 40]! ^= 1;
  }

  test.each([0, 1, 2])("in the last group, as record %i, ends the log there", async (record) => {
    const files = await writeGroups(2);
    damage(files, 1, record);
    const { texts, end } = await replay(files);
    expect(texts).toEqual(["a", "b", "c", ...["a", "b", "c"].slice(0, record)]);
    expect(end.tornBytes).toBe((3 - record) * recordLength);
  });

  test.each([0, 1, 2])("before the last group, as record %i, is damage", async (record) => {
    const files = await writeGroups(2);
    damage(files, 0, record);
    await expect(replay(files)).rejects.toMatchObject({
      code: "store_damaged",
      fields: { path: pathOf(1), offset: 48 + record * recordLength },
    });
  });

  test("in a file that has a successor with records is damage", async () => {
    const files = await writeGroups(1);
    const wal = await WalWriter.resume(files, directory, storeId, {
      ...{ sequence: 1, end: 48 + 3 * recordLength, version: formatVersions.wal },
    });
    await wal.rotate();
    await wal.append(group);
    damage(files, 0, 2);
    await expect(replay(files)).rejects.toMatchObject({ code: "store_damaged" });
  });
});

test("bytes of a record at another place are not a record", async () => {
  const files = new MemoryFileSystem();
  const wal = await create(files);
  await wal.append([recordOf("a"), recordOf("b")]);
  const bytes = files.file(pathOf(1)).slice();
  const length = (bytes.length - 48) / 2;
  const second = bytes.slice(48 + length);
  files.place(pathOf(1), Buffer.concat([bytes, second]));
  expect((await replay(files)).texts).toEqual(["a", "b"]);
});

describe("a successor", () => {
  test.each([0, 20, 48])(
    "cut at byte %i while it was made is not part of the log",
    async (size) => {
      const files = new MemoryFileSystem();
      const wal = await create(files);
      await wal.append([recordOf("a")]);
      const unsealed = files.file(pathOf(1)).slice();
      await wal.rotate();
      files.place(pathOf(1), unsealed);
      files.place(pathOf(2), files.file(pathOf(2)).slice(0, size));
      const { texts, end } = await replay(files);
      expect(texts).toEqual(["a"]);
      expect(end).toMatchObject({ sequence: 1, end: unsealed.length, stillborn: 2 });
    },
  );

  test("that is missing behind a sealed file is damage", async () => {
    const files = new MemoryFileSystem();
    const wal = await create(files);
    await wal.rotate();
    files.remove(pathOf(2));
    await expect(replay(files)).rejects.toThrow(/wal-0000000002.log.* missing/u);
  });

  test("in the middle that is missing is damage", async () => {
    const files = new MemoryFileSystem();
    const wal = await create(files);
    await wal.rotate();
    await wal.rotate();
    files.remove(pathOf(2));
    await expect(replay(files)).rejects.toThrow(/wal-0000000002.log.* missing/u);
  });

  test("for which there is no space leaves the log as it was, and can be made later", async () => {
    for (const space of [0, 30, 60]) {
      const files = new MemoryFileSystem();
      const wal = await create(files);
      await wal.append([recordOf("a")]);
      const before = files.file(pathOf(1)).slice();
      files.spaceBytes = before.length + space;
      await expect(wal.rotate()).rejects.toBeInstanceOf(OutOfSpace);
      expect(files.paths()).toEqual([pathOf(1)]);
      expect(files.file(pathOf(1))).toEqual(before);
      files.spaceBytes = Infinity;
      await wal.rotate();
      await wal.append([recordOf("b")]);
      expect((await replay(files)).texts).toEqual(["a", "b"]);
    }
  });
});

test("a group for which there is no space leaves nothing behind and can be repeated", async () => {
  const files = new MemoryFileSystem();
  const wal = await create(files);
  await wal.append([recordOf("a")]);
  const before = files.file(pathOf(1)).slice();
  for (let space = 0; space < 140; space += 1) {
    files.spaceBytes = before.length + space;
    await expect(wal.append([recordOf("b"), recordOf("c")])).rejects.toBeInstanceOf(OutOfSpace);
    expect(Buffer.compare(files.file(pathOf(1)), before)).toBe(0);
  }
  files.spaceBytes = Infinity;
  await wal.append([recordOf("b"), recordOf("c")]);
  expect((await replay(files)).texts).toEqual(["a", "b", "c"]);
});

test("a log goes on behind its last whole record", async () => {
  const files = new MemoryFileSystem();
  const wal = await create(files);
  await wal.append([recordOf("a")]);
  await wal.append([recordOf("b")]);
  const bytes = files.file(pathOf(1)).slice();
  files.place(pathOf(1), bytes.subarray(0, bytes.length - 1));
  const { end } = await replay(files);
  expect(end.tornBytes).toBeGreaterThan(0);
  const resumed = await WalWriter.resume(files, directory, storeId, end);
  // Nothing of the torn bytes may ever lie behind what is written next.
  expect(files.file(pathOf(1))).toHaveLength(end.end);
  await resumed.append([recordOf("c")]);
  expect((await replay(files)).texts).toEqual(["a", "c"]);
});
