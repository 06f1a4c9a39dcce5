// The ledger as a part of the catalog: sources with their ranges, and then the marks of all ranges; drawn in
// FORMAT.md. Texts and sets of keys that many sources share are written once; offsets are written as distances.

import { assert } from "../../../../shared/base/assert.ts";
import type { ByteReader, ByteWriter } from "../../../../shared/base/bytes.ts";
import type { Catalog } from "../ledger/catalog.ts";
import type { LedgerEntry, SharedRanges } from "../ledger/ledger.ts";
import { noMarks, RangeSet, type Piece, type Range } from "../ledger/range-set.ts";
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
/** Entries that are written or read in one step. */
const entriesPerStep = 4096;

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

export function* writeLedger(
  writer: ByteWriter,
  entries: readonly LedgerEntry[],
): Generator<void, void, undefined> {
  const names = new Numbering<string>();
  const keySets = new Numbering<readonly string[]>();
  for (const [index, { name, shared }] of entries.entries()) {
    if (index % entriesPerStep === 0) yield;
    names.numberOf(name);
    for (const { keys } of shared) keySets.numberOf(keys);
  }
  writer.varint(names.values.length);
  for (const name of names.values) writer.text(name);
  writer.varint(keySets.values.length);
  for (const keys of keySets.values) writeKeys(writer, keys);
  writer.varint(entries.length);
  for (const [index, { name, identity, hints, shared }] of entries.entries()) {
    if (index % entriesPerStep === 0) yield;
    writer.varint(names.numberOf(name));
    writeIdentity(writer, identity);
    writer.varint(hints.length);
    for (const hint of hints) writeHint(writer, hint);
    writer.varint(shared.length);
    for (const { keys, ranges } of shared) {
      writer.varint(keySets.numberOf(keys));
      yield* writeRanges(writer, ranges.ranges);
    }
  }
}

export function* readLedger(
  reader: ByteReader,
  catalog: Catalog,
): Generator<void, void, undefined> {
  const names = Array.from({ length: reader.count(least.name) }, () => reader.text());
  const keySets = Array.from({ length: reader.count(least.keySet) }, () => readKeys(reader));
  for (let rest = reader.count(least.source); rest > 0; rest -= 1) {
    if (rest % entriesPerStep === 0) yield;
    const name = numbered(reader, names);
    const identity = readIdentity(reader);
    const hints = Array.from({ length: reader.count(least.hint) }, () => readHint(reader));
    const shared: SharedRanges[] = [];
    for (let left = reader.count(least.shared); left > 0; left -= 1) {
      const keys = numbered(reader, keySets);
      shared.push({ keys, ranges: new RangeSet(yield* readRanges(reader)) });
    }
    if (catalog.ledger.has(identity.id)) throw reader.fault("a source is entered twice");
    catalog.ledger.restore({ name, identity, hints, shared });
  }
}

/** Of every range of the ledger, in its order. */
export function* writeMarks(
  writer: ByteWriter,
  entries: readonly LedgerEntry[],
): Generator<void, void, undefined> {
  let written = 0;
  for (const { shared } of entries) {
    for (const { ranges } of shared) {
      for (const { marks } of ranges.ranges) {
        if (written++ % entriesPerStep === 0) yield;
        writer.blob(marks);
      }
    }
  }
}

export function* readMarks(
  reader: ByteReader,
  { ledger }: Catalog,
): Generator<void, void, undefined> {
  let read = 0;
  for (const { shared } of ledger.entries) {
    if (read++ % entriesPerStep === 0) yield;
    for (const { ranges } of shared) ranges.mark(({ from }) => readPackedMarks(reader, from));
  }
}

function numbered<T>(reader: ByteReader, values: readonly T[]): T {
  const value = values[reader.varint()];
  if (value === undefined) throw reader.fault("a number refers to nothing");
  return value;
}

/** Ranges do not touch, so each begins at least one byte behind the one before. */
function* writeRanges(
  writer: ByteWriter,
  ranges: readonly Range[],
): Generator<void, void, undefined> {
  writer.varint(ranges.length);
  let after = -1;
  for (const [index, { from, to, crc32, anchor, growth }] of ranges.entries()) {
    if (index % entriesPerStep === entriesPerStep - 1) yield;
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

function* readRanges(reader: ByteReader): Generator<void, Range[], undefined> {
  const ranges: Range[] = [];
  let after = -1;
  for (let rest = reader.count(least.range); rest > 0; rest -= 1) {
    if (rest % entriesPerStep === 0) yield;
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
