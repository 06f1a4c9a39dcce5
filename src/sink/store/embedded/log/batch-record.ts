// What the log remembers of a batch besides its partial, and of a hint; drawn in FORMAT.md. Session,
// batch number and attempt are not among it: they mean nothing after a restart.

import { ByteReader, ByteWriter } from "../../../../shared/base/bytes.ts";
import { limits } from "../../../../shared/base/limits.ts";
import type { SourceHint, SourceIdentity } from "../../../../shared/model/content.ts";
import { unpackMarks } from "../../../../shared/model/content-marks.ts";
import type { BatchHeader } from "../../../../shared/protocol/messages.ts";
import type { Merged } from "../ledger/ledger.ts";
import { noMarks, rangeOf } from "../ledger/range-set.ts";

const keyBytes = 16;
/** The balance sheet and the dead letters. */
const pseudoSummaries = 2;
const familyBytes = 8;

export function writeIdentity(writer: ByteWriter, identity: SourceIdentity): void {
  writer.hex(identity.id).varint(identity.headBytes).hex(identity.family);
}

export function readIdentity(reader: ByteReader): SourceIdentity {
  return {
    id: reader.hex(keyBytes),
    headBytes: reader.varint(),
    family: reader.hex(familyBytes),
  };
}

export function writeHint(writer: ByteWriter, hint: SourceHint): void {
  writer.text(hint.path).text(hint.inode).text(hint.stat);
}

export function readHint(reader: ByteReader): SourceHint {
  return { path: reader.text(), inode: reader.text(), stat: reader.text() };
}

/** Summary keys, at least one and each once. */
export function readKeys(reader: ByteReader): string[] {
  const count = reader.count(keyBytes);
  if (count === 0 || count > limits.summariesMax + pseudoSummaries) {
    throw reader.fault(`a list of ${count} summaries`);
  }
  const keys = Array.from({ length: count }, () => reader.hex(keyBytes));
  if (new Set(keys).size !== count) throw reader.fault("a summary is named twice");
  return keys;
}

export function writeKeys(writer: ByteWriter, keys: readonly string[]): void {
  writer.varint(keys.length);
  for (const key of keys) writer.hex(key);
}

export function encodeBatchMeta(header: BatchHeader): Uint8Array {
  const writer = new ByteWriter(512);
  writer.text(header.source);
  writeIdentity(writer, header.identity);
  writeHint(writer, header.hint);
  writer.varint(header.from).varint(header.to - header.from);
  writer.u32(header.crc32).u32(header.tailCrc32);
  writeKeys(writer, header.summaries);
  if (header.marks !== undefined && header.marks.length > 0) writer.blob(header.marks);
  return writer.finish();
}

/** @throws LogmillError `store_damaged` */
export function decodeBatchMeta(meta: Uint8Array): Merged {
  const reader = new ByteReader(meta, "store_damaged", "batch record");
  const source = reader.text();
  const identity = readIdentity(reader);
  const hint = readHint(reader);
  const from = reader.varint();
  const to = from + reader.varint();
  if (to === from || !Number.isSafeInteger(to)) throw reader.fault("a range is empty or too far");
  const [crc32, tailCrc32] = [reader.u32(), reader.u32()];
  const summaries = readKeys(reader);
  const marks = reader.remaining > 0 ? readPackedMarks(reader, from) : noMarks;
  reader.end();
  const range = rangeOf(from, to, crc32, tailCrc32, marks);
  return { source, identity, hint, range, summaries };
}

/** Marks in bytes, of a range that begins at `from`, when they can be unpacked. */
export function readPackedMarks(reader: ByteReader, from: number): Uint8Array {
  const marks = Uint8Array.from(reader.blob());
  unpackMarks(from, marks, "store_damaged");
  return marks;
}

export interface HintRecord {
  readonly sourceId: string;
  readonly hint: SourceHint;
}

export function encodeHintMeta({ sourceId, hint }: HintRecord): Uint8Array {
  const writer = new ByteWriter();
  writer.hex(sourceId);
  writeHint(writer, hint);
  return writer.finish();
}

/** @throws LogmillError `store_damaged` */
export function decodeHintMeta(meta: Uint8Array): HintRecord {
  const reader = new ByteReader(meta, "store_damaged", "hint record");
  const record = { sourceId: reader.hex(keyBytes), hint: readHint(reader) };
  reader.end();
  return record;
}
