// The catalog as a section of the manifest, all of it or what has changed; drawn in FORMAT.md. About 100
// bytes a source.

import { atOnce } from "../../../../shared/base/steps.ts";
import { assert } from "../../../../shared/base/assert.ts";
import { ByteReader, ByteWriter } from "../../../../shared/base/bytes.ts";
import type { KeptSheet } from "../../../../shared/model/sheet.ts";
import {
  readSourceSheet,
  readSummarySheet,
  writeSourceSheet,
  writeSummarySheet,
} from "../../../../shared/table/sheet-codec.ts";
import type { CatalogChanges, CatalogContent } from "../ledger/catalog-changes.ts";
import { Catalog } from "../ledger/catalog.ts";
import { readLedger, readMarks, writeLedger, writeMarks } from "./ledger-codec.ts";
import { readExamples, readFaults, writeExamples, writeFaults } from "./rejects-codec.ts";

/** Least bytes of one element, by which a reader bounds how many may follow. */
const leastSheet = { source: 6, summary: 17, ofSource: 7 };
const leastSummary = 17;
const leastBucket = 9;

/** As `encodeCatalogSteps`, without a pause. */
export function encodeCatalog(catalog: Catalog): Uint8Array {
  return atOnce(encodeCatalogSteps(catalog.content));
}

/** A catalog, or a part of one, some entries a step. */
export function* encodeCatalogSteps(
  content: CatalogContent,
): Generator<void, Uint8Array, undefined> {
  const writer = new ByteWriter(4096);
  yield* writeVersions(writer, content);
  yield* writeSheets(writer, content);
  writeExamples(writer, content);
  yield* writeLedger(writer, content.entries);
  yield* writeMarks(writer, content.entries);
  writeFaults(writer, content);
  return writer.finish();
}

/** What has changed of a catalog, behind a byte that is 1 where its rejects are among it. */
export function* encodeChangesSteps(
  changes: CatalogChanges,
  catalog: Catalog,
): Generator<void, Uint8Array, undefined> {
  const { content, hasRejects } = yield* changes.contentSteps(catalog);
  const encoded = yield* encodeCatalogSteps(content);
  return Buffer.concat([Uint8Array.of(hasRejects ? 1 : 0), encoded]);
}

/** As `decodeCatalogSteps`, without a pause. @throws LogmillError `store_damaged` */
export function decodeCatalog(bytes: Uint8Array): Catalog {
  return atOnce(decodeCatalogSteps(bytes));
}

/** @throws LogmillError `store_damaged` */
function* decodeCatalogSteps(bytes: Uint8Array): Generator<void, Catalog, undefined> {
  const reader = catalogReader(bytes);
  const catalog = new Catalog();
  yield* readVersions(reader, catalog);
  yield* readSheets(reader, catalog);
  const examples = readExamples(reader);
  yield* readLedger(reader, catalog);
  // Written since there are marks; a store that is older has none.
  if (reader.remaining > 0) yield* readMarks(reader, catalog);
  readFaults(reader, catalog, examples);
  reader.end();
  return catalog;
}

/**
 * The catalog of a manifest, of its snapshot and then of its edits.
 * @throws LogmillError `store_damaged`
 */
export function* readCatalogSteps(
  parts: readonly Uint8Array[],
): Generator<void, Catalog, undefined> {
  const [snapshot, ...edits] = parts;
  assert(snapshot !== undefined, "a manifest begins with a snapshot");
  const catalog = yield* decodeCatalogSteps(snapshot);
  for (const bytes of edits) {
    const changed = yield* decodeCatalogSteps(bytes.subarray(1));
    yield* catalog.changeSteps(changed, bytes[0] === 1);
  }
  return catalog;
}

export function catalogReader(bytes: Uint8Array): ByteReader {
  return new ByteReader(bytes, "store_damaged", "manifest, catalog");
}

function* writeVersions(
  writer: ByteWriter,
  { versions }: CatalogContent,
): Generator<void, void, undefined> {
  writer.varint(versions.size);
  for (const [summary, buckets] of versions) {
    yield;
    writer.hex(summary).varint(buckets.size);
    for (const [bucketStart, version] of buckets) writer.i64(BigInt(bucketStart)).varint(version);
  }
}

export function* readVersions(
  reader: ByteReader,
  catalog: Catalog,
): Generator<void, void, undefined> {
  for (let rest = reader.count(leastSummary); rest > 0; rest -= 1) {
    yield;
    const summary = reader.hex(16);
    const buckets = new Map<number, number>();
    for (let left = reader.count(leastBucket); left > 0; left -= 1) {
      buckets.set(readBucketStart(reader), reader.varint());
    }
    catalog.versions.set(summary, buckets);
  }
}

/** Seconds since the Unix epoch, which may be before it. */
export function readBucketStart(reader: ByteReader): number {
  const start = Number(reader.i64());
  if (!Number.isSafeInteger(start)) throw reader.fault("a bucket starts beyond all time");
  return start;
}

function* writeSheets(
  writer: ByteWriter,
  { sources, summaries }: CatalogContent,
): Generator<void, void, undefined> {
  writer.varint(sources.size);
  for (const [source, sheet] of sources) writeSourceSheet(writer.text(source), sheet);
  writer.varint(summaries.size);
  for (const [summary, bySource] of summaries) {
    yield;
    writer.hex(summary).varint(bySource.size);
    for (const [source, sheet] of bySource) {
      writeSummarySheet(writer.text(source).varint(sheet.bytesBefore), sheet);
    }
  }
}

function* readSheets(reader: ByteReader, catalog: Catalog): Generator<void, void, undefined> {
  for (let rest = reader.count(leastSheet.source); rest > 0; rest -= 1) {
    catalog.sources.set(reader.text(), readSourceSheet(reader));
  }
  for (let rest = reader.count(leastSheet.summary); rest > 0; rest -= 1) {
    yield;
    const bySource = new Map<string, KeptSheet>();
    catalog.summaries.set(reader.hex(16), bySource);
    for (let left = reader.count(leastSheet.ofSource); left > 0; left -= 1) {
      const source = reader.text();
      const bytesBefore = reader.varint();
      bySource.set(source, { ...readSummarySheet(reader), bytesBefore });
    }
  }
}
