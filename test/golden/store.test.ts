// The bytes of a store. A failure here means that logmill can no longer read its own stores: then
// the version in the header has to change, and not the golden file. `UPDATE_GOLDEN=1` adds lines
// for files that are new; it never changes one.

import { appendFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Catalog } from "../../src/sink/store/embedded/ledger/catalog.ts";
import { rangeOf } from "../../src/sink/store/embedded/ledger/range-set.ts";
import { encodeBatchMeta, encodeHintMeta } from "../../src/sink/store/embedded/log/batch-record.ts";
import { atOnce } from "../../src/shared/base/steps.ts";
import {
  encodeCatalog,
  encodeChangesSteps,
} from "../../src/sink/store/embedded/manifest/catalog-codec.ts";
import { checkStore } from "../../src/sink/store/embedded/check.ts";
import { EmbeddedStore } from "../../src/sink/store/embedded/embedded-store.ts";
import { decodePartial } from "../../src/shared/table/partial-codec.ts";
import { encodeEditSteps } from "../../src/sink/store/embedded/manifest/manifest-edit.ts";
import { encodeManifest, placeBehind } from "../../src/sink/store/embedded/manifest/manifest.ts";
import { readManifest } from "../../src/sink/store/embedded/manifest/manifest-file.ts";
import { ReadOnlyStore } from "../../src/sink/store/embedded/read-only-store.ts";
import { readRun } from "../../src/sink/store/embedded/segment/segment-reader.ts";
import { SegmentWriter } from "../../src/sink/store/embedded/segment/segment-writer.ts";
import { CommitPoint, readCommitPoint } from "../../src/sink/store/embedded/log/commit-point.ts";
import { WalWriter } from "../../src/sink/store/embedded/log/wal-writer.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { goldenLines } from "../support/golden-lines.ts";
import { noting, openForTest } from "../support/open-store.ts";
import { MemoryFileSystem } from "../support/memory-file-system.ts";
import {
  daily,
  dailyKey,
  expectedTables,
  hourly,
  hourlyKey,
  scriptedBatches,
  storedTables,
} from "../support/store-script.ts";
import { TableModel } from "../support/table-model.ts";

const path = fileURLToPath(new URL("files/store-4.txt", import.meta.url));
/** Written when manifests had version 2, and no edits. */
const thirdPath = fileURLToPath(new URL("files/store-3.txt", import.meta.url));
/** Written when logs had version 1, of which marks and samples were a part or not. */
const secondPath = fileURLToPath(new URL("files/store-2.txt", import.meta.url));
/** Written when manifests had version 1, and partials knew one sheet for all summaries. */
const firstPath = fileURLToPath(new URL("files/store.txt", import.meta.url));
const document = readFileSync(
  new URL("../../src/sink/store/embedded/FORMAT.md", import.meta.url),
  "utf8",
);
const directory = "/store";
const storeId = "000102030405060708090a0b0c0d0e0f";
const batches = scriptedBatches(42, {
  sources: 1,
  batchesPerSource: 2,
  eventsPerBatch: 2,
  values: 2,
});
const [flushed, logged] = batches as [(typeof batches)[number], (typeof batches)[number]];

const reads = { ads: { format: { type: "combined" }, maxLineBytes: 4096 } } as const;
const adoption = { atSec: 1_309_392_000, changes: ["of source ads, format"], key: "0f".repeat(16) };
const configured = { summaries: [daily, hourly], sources: [] };

const samples = [
  {
    summary: dailyKey,
    reason: "bad_number",
    field: "revenue",
    offset: 7,
    bytes: Buffer.from("1x0"),
    value: null,
  } as const,
];

/** A store with one batch in a segment, one in the log, and a hint; made from its parts by hand. */
async function writeStore(): Promise<MemoryFileSystem> {
  const files = new MemoryFileSystem();
  await files.makeDirectory(directory);
  const catalog = new Catalog();
  const nothing = encodeCatalog(catalog);
  const { header, tables } = flushed;
  const range = rangeOf(header.from, header.to, header.crc32, header.tailCrc32);
  const partial = decodePartial(flushed.partial);
  catalog.enter({ ...header, range }, { ...partial, samples });
  const writer = await SegmentWriter.create(files, directory, storeId, 3);
  for (const { definition, bucketStart, events } of tables) {
    const model = new TableModel(schemaOf(definition), events);
    const summaryKey = definition.name === "daily" ? dailyKey : hourlyKey;
    await writer.add({ summaryKey, bucketStart, frames: model.encodeSorted(100) });
  }
  const manifest = {
    ...{ storeId, generation: 4, version: 3, walFirst: 1 },
    definitions: [
      { key: dailyKey, definition: daily, reads, adoptions: [] },
      { key: hourlyKey, definition: hourly, reads, adoptions: [adoption] },
    ],
    readings: reads,
    segments: [],
  };
  const snapshot = encodeManifest(manifest, nothing);
  const change = {
    walFirst: 2,
    added: [await writer.finish()],
    catalog: atOnce(encodeChangesSteps(catalog.takeChanges(), catalog)),
  };
  const edit = atOnce(encodeEditSteps(manifest, change, placeBehind(snapshot)));
  files.place(`${directory}/manifest`, Buffer.concat([snapshot, edit.bytes]));
  const wal = await WalWriter.create(files, directory, storeId, 2);
  const body = logged.partial;
  const meta = encodeBatchMeta(logged.header);
  await wal.append([{ type: "batch", meta, body, bodyCrc32: logged.crc32 }]);
  const { identity, hint } = header;
  const hintMeta = encodeHintMeta({ sourceId: identity.id, hint: { ...hint, path: "/logs/0.gz" } });
  const noBody = new Uint8Array(0);
  await wal.append([{ type: "hint", meta: hintMeta, body: noBody, bodyCrc32: 0 }]);
  await wal.rotate();
  const point = await readCommitPoint(files, directory);
  const commitPoint = await CommitPoint.open(files, directory, storeId, point);
  await commitPoint.write(wal.position);
  await commitPoint.close();
  await wal.close();
  return files;
}

const golden = goldenLines(path);
const written = await writeStore();
const names = written.paths().map((file) => file.slice(directory.length + 1));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

if (process.env["UPDATE_GOLDEN"] === "1") {
  for (const name of names) {
    if (golden.has(name)) continue;
    golden.set(name, hex(written.file(`${directory}/${name}`)));
    appendFileSync(path, `${name} ${golden.get(name)!}\n`);
  }
}

function goldenStore(of: ReadonlyMap<string, string> = golden): MemoryFileSystem {
  const files = new MemoryFileSystem();
  for (const [name, bytes] of of) {
    files.place(`${directory}/${name}`, Buffer.from(bytes, "hex"));
  }
  return files;
}

describe("the bytes of a store", () => {
  // Deflate may pack otherwise in another zlib, so of a segment only the reading is fixed.
  it.each(names.filter((name) => !name.startsWith("segment-") && name !== "manifest"))(
    "%s is written as it always was",
    (name) => {
      expect(hex(written.file(`${directory}/${name}`))).toBe(golden.get(name));
    },
  );

  it("are read as they always were", async () => {
    const store = await ReadOnlyStore.open(goldenStore(), directory);
    expect(store.storeId).toBe(storeId);
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    const [source] = (await store.ledger()).sources;
    expect(source!.hints.at(-1)!.path).toBe("/logs/0.gz");
    expect(source!.merged[dailyKey]).toHaveLength(1);
    expect(source!.merged[dailyKey]![0]).toMatchObject({ from: 0, to: logged.header.to });
    const { lines } = (await store.sheets()).sources["ads"]!;
    expect(lines).toBe(flushed.sheet.lines + logged.sheet.lines);
    const parsed = flushed.sheet.parsed + logged.sheet.parsed;
    expect((await store.sheets()).summaries["daily"]?.["ads"]).toMatchObject({
      parsed,
      bytesBefore: 0,
    });
    await store.close();
  });

  it("are sound", async () => {
    expect(await checkStore(goldenStore(), directory)).toEqual([]);
  });

  it("of a store without a commit point, as older ones are, are read and not called sound", async () => {
    const files = goldenStore();
    files.remove(`${directory}/commit-point`);
    const findings = await checkStore(files, directory);
    expect(findings).toMatchObject([{ severity: "unknown", file: "commit-point" }]);
    const { store } = await openForTest(files, {}, [daily, hourly], directory);
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    await store.close();
    expect(await checkStore(files, directory)).toEqual([]);
  });

  it("of a manifest are written from what was read as they were", async () => {
    const bytes = golden.get("manifest")!;
    const snapshotBytes = Buffer.from(bytes, "hex").readUInt32LE(48);
    const { manifest, catalog } = await readManifest(goldenStore(), directory);
    const before = { ...manifest, generation: 4, walFirst: 1, segments: [] };
    const snapshot = encodeManifest(before, catalog[0]!);
    expect(hex(snapshot)).toBe(bytes.slice(0, 2 * snapshotBytes));
    const { walFirst, segments } = manifest;
    const change = { walFirst, added: segments, catalog: catalog[1]! };
    const edit = atOnce(encodeEditSteps(before, change, placeBehind(snapshot)));
    expect(hex(edit.bytes)).toBe(bytes.slice(2 * snapshotBytes));
    expect(manifest.generation).toBe(5);
  });

  it("of a block are the frame, deflated without a wrapper", async () => {
    // Short blocks are left as they are today.
    const files = goldenStore(goldenLines(secondPath));
    const { segments } = (await readManifest(files, directory)).manifest;
    const segmentPath = `${directory}/segment-0000000003.lms`;
    const bytes = Buffer.from(files.file(segmentPath));
    const [run] = segments[0]!.runs;
    const at = run!.offset;
    const packed = bytes.subarray(at + 16, at + 16 + bytes.readUInt32LE(at + 8));
    expect(packed.length).toBeLessThan(bytes.readUInt32LE(at + 4));
    const file = await files.open(segmentPath, "read");
    for await (const frame of readRun({ path: segmentPath, file }, run!)) {
      expect(hex(inflateRawSync(packed))).toBe(hex(frame));
      expect(bytes.readUInt32LE(at + 4)).toBe(frame.length);
    }
  });
});

describe("a store of the first version", () => {
  const first = goldenLines(firstPath);

  it("is read as it always was, and says that its summaries had no sheets", async () => {
    const store = await ReadOnlyStore.open(goldenStore(first), directory);
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    const { sources, summaries } = await store.sheets();
    const { lines, bytes, parsed } = sources["ads"]!;
    expect(lines).toBe(flushed.sheet.lines + logged.sheet.lines);
    expect(parsed).toBe(flushed.sheet.parsed + logged.sheet.parsed);
    expect(summaries["daily"]?.["ads"]).toMatchObject({ parsed: 0, bytes: 0, bytesBefore: bytes });
    await store.close();
  });

  it("is sound, and is refused by that version once this one has opened it", async () => {
    const files = goldenStore(first);
    expect(await checkStore(files, directory)).toEqual([]);
    const store = await EmbeddedStore.open(files, directory, configured, noting());
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    expect(Buffer.from(files.file(`${directory}/manifest`)).readUInt16LE(8)).toBe(3);
    await store.close();
    expect(await checkStore(files, directory)).toEqual([]);
  });
});

describe("a store whose manifest has the second version", () => {
  const third = goldenLines(thirdPath);

  it("is read as it always was, and is refused by that version once this one has opened it", async () => {
    const files = goldenStore(third);
    expect(await checkStore(files, directory)).toEqual([]);
    const store = await EmbeddedStore.open(files, directory, configured, noting());
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    expect(Buffer.from(files.file(`${directory}/manifest`)).readUInt16LE(8)).toBe(3);
    await store.close();
    const again = await ReadOnlyStore.open(files, directory);
    expect(await storedTables(again)).toEqual(expectedTables(batches));
    await again.close();
    expect(await checkStore(files, directory)).toEqual([]);
  });
});

describe("a store whose log has the first version", () => {
  const second = goldenLines(secondPath);
  const open = async (files: MemoryFileSystem): Promise<EmbeddedStore> =>
    await EmbeddedStore.open(files, directory, configured, noting());

  it("is read as it always was", async () => {
    const files = goldenStore(second);
    expect(await checkStore(files, directory)).toEqual([]);
    const store = await ReadOnlyStore.open(files, directory);
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    await store.close();
  });

  it("gets what is new in a file of its own, which that version refuses by name", async () => {
    const files = goldenStore(second);
    const before = files.file(`${directory}/wal-0000000003.log`).slice();
    const store = await open(files);
    const { to } = logged.header;
    const next = { ...logged, header: { ...logged.header, from: to, to: 2 * to } };
    store.submit(next);
    await store.settle();
    const log = (sequence: number): Buffer =>
      Buffer.from(files.file(`${directory}/wal-000000000${sequence}.log`));
    // The old file ends where it did, with a record that says that another follows.
    expect(log(3).subarray(0, before.length)).toEqual(Buffer.from(before));
    expect(log(3)).toHaveLength(before.length + 32);
    expect([log(3), log(4)].map((bytes) => bytes.readUInt16LE(8))).toEqual([1, 2]);
    const again = await open(files.crash("nothing"));
    expect(await storedTables(again)).toEqual(expectedTables([...batches, next]));
    await again.close();
  });
});

describe("the document", () => {
  const bytesOf = (name: string): Buffer => Buffer.from(golden.get(name)!, "hex");

  it("has the magics and the version", () => {
    for (const [name, magic] of [
      ["manifest", "logmillM"],
      ["wal-0000000002.log", "logmillW"],
      ["segment-0000000003.lms", "logmillS"],
      ["commit-point", "logmillC"],
    ] as const) {
      expect(bytesOf(name).toString("latin1", 0, 8)).toBe(magic);
      expect(document).toContain(`"${magic}"`);
      const version = { manifest: 3, "wal-0000000002.log": 2 }[name as string] ?? 1;
      expect(bytesOf(name).readUInt16LE(8)).toBe(version);
      expect(hex(bytesOf(name).subarray(12, 28))).toBe(storeId);
    }
    expect(document).toContain("Format version 3 of a manifest, 2 of a log, 1 of the others.");
    expect(bytesOf("segment-0000000003.lms").toString("latin1").endsWith("logmillF")).toBe(true);
    expect(bytesOf("manifest").readBigUInt64LE(28)).toBe(4n);
    const snapshotBytes = bytesOf("manifest").readUInt32LE(48);
    expect(bytesOf("manifest").toString("latin1", snapshotBytes, snapshotBytes + 4)).toBe("LEDT");
    expect(bytesOf("manifest").readUInt32LE(snapshotBytes + 8)).toBe(snapshotBytes);
    expect(document).toContain('"LEDT"');
  });

  it("draws records where they are", () => {
    const log = bytesOf("wal-0000000002.log");
    const seen: number[][] = [];
    for (let at = 48; at < log.length;) {
      expect(log.toString("latin1", at, at + 4)).toBe("LREC");
      const [metaBytes, bodyBytes] = [log.readUInt32LE(at + 8), log.readUInt32LE(at + 12)];
      seen.push([log.readUInt32LE(at + 4), log.readUInt32LE(at + 20), log.readUInt32LE(at + 24)]);
      expect(log.readUInt32LE(at + 24)).toBe(at);
      at += 32 + metaBytes + bodyBytes;
    }
    expect(seen.map(([type]) => type)).toEqual([1, 2, 3]);
    // Each was a group of its own.
    expect(seen.every(([, group, offset]) => group === offset)).toBe(true);
  });
});
