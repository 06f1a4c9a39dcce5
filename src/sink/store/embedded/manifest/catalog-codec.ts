// The catalog as a section of the manifest, drawn in FORMAT.md. Texts and sets of keys that many
// sources share are written once; offsets are written as distances. About 100 bytes a source.

import { assert } from "../../../../shared/base/assert.ts";
import { ByteReader, ByteWriter } from "../../../../shared/base/bytes.ts";
import type { RejectReason } from "../../../../shared/model/reasons.ts";
import type { KeptSheet, SourceSheet } from "../../../../shared/model/sheet.ts";
import {
  readReason,
  readSourceSheet,
  readSummarySheet,
  writeSourceSheet,
  writeSummarySheet,
} from "../../../../shared/table/sheet-codec.ts";
import { Catalog, isPseudoKey } from "../ledger/catalog.ts";
import type { LedgerEntry, SharedRanges } from "../ledger/ledger.ts";
import { noMarks, RangeSet, type Piece, type Range } from "../ledger/range-set.ts";
import { readExamples, readFaults, writeExamples, writeFaults } from "./rejects-codec.ts";
import {
  readPackedMarks,
  readHint,
  readIdentity,
  readKeys,
  writeHint,
  writeIdentity,
  writeKeys,
} from "../log/batch-record.ts";

/** Least bytes of one element, by which a reader bounds how many may follow. */
const least = { name: 1, keySet: 17, source: 28, hint: 3, shared: 2, range: 11 };
const leastSheet = { source: 6, summary: 17, ofSource: 7, old: 7 };
const leastSummary = 17;
const leastBucket = 9;

export function encodeCatalog(catalog: Catalog): Uint8Array {
  const writer = new ByteWriter(64 * 1024);
  writeVersions(writer, catalog);
  writeSheets(writer, catalog);
  writeExamples(writer, catalog);
  const entries = [...catalog.ledger.entries];
  writeLedger(writer, entries);
  writeMarks(writer, entries);
  writeFaults(writer, catalog);
  return writer.finish();
}

/** @throws LogmillError `store_damaged` */
export function decodeCatalog(bytes: Uint8Array): Catalog {
  const reader = new ByteReader(bytes, "store_damaged", "manifest, catalog");
  const catalog = new Catalog();
  readVersions(reader, catalog);
  readSheets(reader, catalog);
  const examples = readExamples(reader);
  readLedger(reader, catalog);
  // Written since there are marks; a store that is older has none.
  if (reader.remaining > 0) readMarks(reader, catalog);
  readFaults(reader, catalog, examples);
  reader.end();
  return catalog;
}

/** The catalog of a manifest of version 1 as it is written now. @throws LogmillError `store_damaged` */
export function renewCatalog(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes, "store_damaged", "manifest, catalog");
  const catalog = new Catalog();
  readVersions(reader, catalog);
  readUnitedSheets(reader, catalog);
  readLedger(reader, catalog);
  reader.end();
  noteBytesBefore(catalog);
  return encodeCatalog(catalog);
}

function writeVersions(writer: ByteWriter, { versions }: Catalog): void {
  writer.varint(versions.size);
  for (const [summary, buckets] of versions) {
    writer.hex(summary).varint(buckets.size);
    for (const [bucketStart, version] of buckets) writer.i64(BigInt(bucketStart)).varint(version);
  }
}

function readVersions(reader: ByteReader, catalog: Catalog): void {
  for (let rest = reader.count(leastSummary); rest > 0; rest -= 1) {
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

function writeSheets(writer: ByteWriter, { sources, summaries }: Catalog): void {
  writer.varint(sources.size);
  for (const [source, sheet] of sources) writeSourceSheet(writer.text(source), sheet);
  writer.varint(summaries.size);
  for (const [summary, bySource] of summaries) {
    writer.hex(summary).varint(bySource.size);
    for (const [source, sheet] of bySource) {
      writeSummarySheet(writer.text(source).varint(sheet.bytesBefore), sheet);
    }
  }
}

function readSheets(reader: ByteReader, catalog: Catalog): void {
  for (let rest = reader.count(leastSheet.source); rest > 0; rest -= 1) {
    catalog.sources.set(reader.text(), readSourceSheet(reader));
  }
  for (let rest = reader.count(leastSheet.summary); rest > 0; rest -= 1) {
    const bySource = new Map<string, KeptSheet>();
    catalog.summaries.set(reader.hex(16), bySource);
    for (let left = reader.count(leastSheet.ofSource); left > 0; left -= 1) {
      const source = reader.text();
      const bytesBefore = reader.varint();
      bySource.set(source, { ...readSummarySheet(reader), bytesBefore });
    }
  }
}

/**
 * The sheets of a manifest of version 1, which told parsed lines apart that no summary wanted, and
 * rejected those that any summary could not count.
 */
function readUnitedSheets(reader: ByteReader, catalog: Catalog): void {
  for (let rest = reader.count(leastSheet.old); rest > 0; rest -= 1) {
    const source = reader.text();
    const [lines, bytes] = [reader.varint(), reader.varint()];
    const parsed = reader.varint() + reader.varint();
    const deadLettered = reader.varint();
    const rejected: Partial<Record<RejectReason, number>> = {};
    for (let left = reader.count(2); left > 0; left -= 1) {
      rejected[readReason(reader)] = reader.varint();
    }
    const sheet: SourceSheet = { lines, bytes, parsed, deadLettered, rejected };
    catalog.sources.set(source, sheet);
  }
}

/** Everything that is in a ledger of version 1 was read before summaries had sheets. */
function noteBytesBefore(catalog: Catalog): void {
  for (const { name, shared } of catalog.ledger.entries) {
    for (const { keys, ranges } of shared) {
      const bytes = ranges.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
      for (const key of keys) if (!isPseudoKey(key)) catalog.addBytesBefore(key, name, bytes);
    }
  }
}

/** Gives equal values equal small numbers, in order of first appearance. */
class Numbering<T> {
  readonly values: T[] = [];
  readonly #numbers = new Map<T, number>();

  numberOf(value: T): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.values.push(value) - 1;
      this.#numbers.set(value, number);
    }
    return number;
  }
}

function writeLedger(writer: ByteWriter, entries: readonly LedgerEntry[]): void {
  const names = new Numbering<string>();
  const keySets = new Numbering<readonly string[]>();
  for (const { name, shared } of entries) {
    names.numberOf(name);
    for (const { keys } of shared) keySets.numberOf(keys);
  }
  writer.varint(names.values.length);
  for (const name of names.values) writer.text(name);
  writer.varint(keySets.values.length);
  for (const keys of keySets.values) writeKeys(writer, keys);
  writer.varint(entries.length);
  for (const { name, identity, hints, shared } of entries) {
    writer.varint(names.numberOf(name));
    writeIdentity(writer, identity);
    writer.varint(hints.length);
    for (const hint of hints) writeHint(writer, hint);
    writer.varint(shared.length);
    for (const { keys, ranges } of shared) {
      writer.varint(keySets.numberOf(keys));
      writeRanges(writer, ranges.ranges);
    }
  }
}

function readLedger(reader: ByteReader, catalog: Catalog): void {
  const names = Array.from({ length: reader.count(least.name) }, () => reader.text());
  const keySets = Array.from({ length: reader.count(least.keySet) }, () => readKeys(reader));
  for (let rest = reader.count(least.source); rest > 0; rest -= 1) {
    const name = numbered(reader, names);
    const identity = readIdentity(reader);
    const hints = Array.from({ length: reader.count(least.hint) }, () => readHint(reader));
    const shared: SharedRanges[] = [];
    for (let left = reader.count(least.shared); left > 0; left -= 1) {
      const keys = numbered(reader, keySets);
      shared.push({ keys, ranges: new RangeSet(readRanges(reader)) });
    }
    if (catalog.ledger.has(identity.id)) throw reader.fault("a source is entered twice");
    catalog.ledger.restore({ name, identity, hints, shared });
  }
}

/** Of every range of the ledger, in its order. */
function writeMarks(writer: ByteWriter, entries: readonly LedgerEntry[]): void {
  for (const { shared } of entries) {
    for (const { ranges } of shared) {
      for (const { marks } of ranges.ranges) writer.blob(marks);
    }
  }
}

function readMarks(reader: ByteReader, { ledger }: Catalog): void {
  for (const { shared } of ledger.entries) {
    for (const { ranges } of shared) ranges.mark(({ from }) => readPackedMarks(reader, from));
  }
}

function numbered<T>(reader: ByteReader, values: readonly T[]): T {
  const value = values[reader.varint()];
  if (value === undefined) throw reader.fault("a number refers to nothing");
  return value;
}

/** Ranges do not touch, so each begins at least one byte behind the one before. */
function writeRanges(writer: ByteWriter, ranges: readonly Range[]): void {
  writer.varint(ranges.length);
  let after = -1;
  for (const { from, to, crc32, anchor, growth } of ranges) {
    assert(from > after, "ranges are sorted and do not touch");
    writer
      .varint(from - after - 1)
      .varint(to - from)
      .u32(crc32);
    writePiece(writer, anchor);
    writePiece(writer, growth);
    after = to;
  }
}

function readRanges(reader: ByteReader): Range[] {
  const ranges: Range[] = [];
  let after = -1;
  for (let rest = reader.count(least.range); rest > 0; rest -= 1) {
    const from = after + 1 + reader.varint();
    const to = from + reader.varint();
    const crc32 = reader.u32();
    const pieces = { anchor: readPiece(reader), growth: readPiece(reader) };
    const range = { from, to, crc32, ...pieces, marks: noMarks };
    if (to === from || !Number.isSafeInteger(to)) throw reader.fault("a range is impossible");
    ranges.push(range);
    after = to;
  }
  return ranges;
}

function writePiece(writer: ByteWriter, { bytes, crc32 }: Piece): void {
  writer.varint(bytes);
  if (bytes > 0) writer.u32(crc32);
}

function readPiece(reader: ByteReader): Piece {
  const bytes = reader.varint();
  return { bytes, crc32: bytes > 0 ? reader.u32() : 0 };
}
