// Stores that are not what they were: files missing, damaged, of another store, of a newer logmill, or
// older than those beside them. Each is refused with its own error, and not a byte of it is changed; or it
// is harmless, and the owner goes on.

import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { checkStore } from "../../../../src/sink/store/embedded/check.ts";
import { recordEvidence } from "../../../support/evidence.ts";

import { MemoryFileSystem } from "../../../support/memory-file-system.ts";
import { answerTo, openForTest, storeDirectory } from "../../../support/open-store.ts";
import { expectedTables, scriptedBatches, storedTables } from "../../../support/store-script.ts";

const batches = scriptedBatches(8, { sources: 2, batchesPerSource: 3, eventsPerBatch: 3 });
const flushed = 3;
const manifestPath = `${storeDirectory}/manifest`;

/** Batches in a segment and in the log; `before` is a copy from before the flush. */
async function newStore(): Promise<{ before: MemoryFileSystem; now: MemoryFileSystem }> {
  const files = new MemoryFileSystem();
  const { store } = await openForTest(files);
  let before = files;
  for (const [index, batch] of batches.entries()) {
    if (index === flushed) {
      before = files.crash("everything");
      await store.flush();
    }
    store.submit(batch);
    await store.settle();
  }
  return { before, now: files.crash("everything") };
}

const { before, now } = await newStore();
const { now: foreign } = await newStore();
const pathOf = (files: MemoryFileSystem, part: string): string =>
  files.paths().find((path) => path.includes(part))!;
const [walPath, segmentPath] = [pathOf(now, "/wal-"), pathOf(now, "/segment-")];

/** Gives a file the format that the next logmill may write. */
function makeNewer(files: MemoryFileSystem, path: string): void {
  const bytes = files.file(path);
  bytes[8]! += 1;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, 48);
  header.writeUInt32LE(crc32(header.subarray(0, 44)), 44);
}

function contents(files: MemoryFileSystem): Map<string, string> {
  return new Map(
    files.paths().map((path) => [path, Buffer.from(files.file(path)).toString("hex")]),
  );
}

const damagedExit = { code: "store_damaged", exitCode: 1 };
const newerExit = { code: "store_version", exitCode: 78 };

type Case = readonly [
  name: string,
  change: (files: MemoryFileSystem) => void,
  error: { readonly code: string; readonly exitCode: number },
  message: RegExp,
];

const cases: readonly Case[] = [
  ["no manifest", (files) => files.remove(manifestPath), damagedExit, /manifest is missing/u],
  [
    "an empty manifest",
    (files) => files.place(manifestPath, new Uint8Array(0)),
    damagedExit,
    /manifest.*byte 0/u,
  ],
  [
    "half a manifest",
    (files) => files.place(manifestPath, files.file(manifestPath).slice(0, 60)),
    damagedExit,
    /not as long as it says/u,
  ],
  [
    "a manifest with another byte",
    (files) => (files.file(manifestPath)[100]! ^= 1),
    damagedExit,
    /does not match its checksum/u,
  ],
  [
    "the manifest of another store",
    (files) => files.place(manifestPath, foreign.file(manifestPath).slice()),
    damagedExit,
    /belongs to store/u,
  ],
  [
    "a log of another store",
    (files) => files.place(walPath, foreign.file(walPath).slice()),
    damagedExit,
    /belongs to store/u,
  ],
  [
    "a segment of another store",
    (files) => files.place(segmentPath, foreign.file(segmentPath).slice()),
    damagedExit,
    /segment-0000000001\.lms/u,
  ],
  [
    "one more segment, of another store",
    (files) =>
      files.place(segmentPath.replace("0001.", "0009."), foreign.file(segmentPath).slice()),
    damagedExit,
    /segment-0000000009\.lms/u,
  ],
  ["no segment", (files) => files.remove(segmentPath), damagedExit, /this segment is missing/u],
  ["no log", (files) => files.remove(walPath), damagedExit, /file of the log is missing/u],
  [
    "an older manifest beside the log of today",
    (files) => files.place(manifestPath, before.file(manifestPath).slice()),
    damagedExit,
    /the manifest is older than the log/u,
  ],
  [
    "the manifest of today beside an older log and no segment",
    (files) => {
      files.remove(walPath);
      files.remove(segmentPath);
      const path = pathOf(before, "/wal-");
      files.place(path, before.file(path).slice());
    },
    damagedExit,
    /file of the log is missing/u,
  ],
  ["a newer manifest", (files) => makeNewer(files, manifestPath), newerExit, /newer logmill/u],
  ["a newer log", (files) => makeNewer(files, walPath), newerExit, /newer logmill/u],
  ["a newer segment", (files) => makeNewer(files, segmentPath), newerExit, /newer logmill/u],
];

describe("a store with", () => {
  test.each(cases)(
    "%s is refused, and nothing of it is changed",
    async (name, change, error, text) => {
      const files = now.crash("everything");
      change(files);
      const found = contents(files);
      for (const definitions of [undefined, []]) {
        const opening = openForTest(files, {}, definitions);
        await expect(opening).rejects.toMatchObject({
          ...error,
          message: expect.stringMatching(text) as unknown,
        });
      }
      expect(contents(files)).toEqual(found);
      recordEvidence({
        part: "disk",
        fault: `a store with ${name}`,
        expected: "a clear error and exit code, and nothing overwritten",
        observed: `${error.code}, exit code ${error.exitCode}, every byte as it was`,
        runs: 1,
      });
    },
  );

  test("drafts and unfinished files of a process that was cut short is opened, and cleaned", async () => {
    const files = now.crash("everything");
    files.place(`${manifestPath}.tmp`, Buffer.from("half a manif"));
    files.place(segmentPath.replace("0001.", "0002."), new Uint8Array(20));
    files.place(walPath.replace("0002.", "0003."), new Uint8Array(0));
    const { store } = await openForTest(files);
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    await store.close();
    expect(files.paths().filter((path) => path.endsWith(".tmp"))).toEqual([]);
    expect(await checkStore(files, storeDirectory)).toEqual([]);
  });

  test("all files as they were once is a store of that time: what is missing is asked for again", async () => {
    const files = before.crash("everything");
    const { store } = await openForTest(files);
    expect(await storedTables(store)).toEqual(expectedTables(batches.slice(0, flushed)));
    const fates: string[] = [];
    for (const batch of batches) fates.push(await answerTo(store, batch));
    expect(fates).toEqual(batches.map((_, index) => (index < flushed ? "duplicate" : "queued")));
    await store.settle();
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    await store.close();
    recordEvidence({
      part: "disk",
      fault: "the whole store put back from an older copy",
      expected: "what the copy lacks is sent again, and counts once",
      observed: `${batches.length} of ${batches.length} batches in the end, the same bytes`,
      runs: 1,
      ...{ lost: 0, twice: 0 },
    });
  });
});
