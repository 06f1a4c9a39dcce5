// Encodes and decodes partials; the bytes are drawn in FORMAT.md. Decoding survives any input: it
// either returns a partial whose frames are still to be checked by whoever merges them, or throws
// `bad_table`.

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { limits } from "../base/limits.ts";
import { rejectReasons, type RejectReason } from "../model/reasons.ts";
import type { Balance, BatchPartial, PartialTable, RejectSample } from "../model/partial.ts";

const magic = 0x504d4c; // "LMP"
const version = 1;
const summaryKeyBytes = 16;
/** Seconds in the bucket's start are written with this added, so that they are not negative. */
const bucketBias = 2 ** 40;
/** What the smallest sample and table take, so that counts can be checked before use. */
const sampleBytesMin = 3;
const tableBytesMin = summaryKeyBytes + 2;

export function encodePartial(partial: BatchPartial): Uint8Array {
  const framesBytes = partial.tables.reduce((sum, { frame }) => sum + frame.length + 32, 0);
  const writer = new ByteWriter(framesBytes + 512);
  writer.u32(magic | (version << 24));
  writeBalance(writer, partial.balance);
  writer.varint(partial.samples.length);
  for (const sample of partial.samples) {
    writer.u8(rejectReasons.indexOf(sample.reason)).varint(sample.offset).blob(sample.bytes);
  }
  writer.varint(partial.tables.length);
  for (const { summary, bucketStart, frame } of partial.tables) {
    writer
      .hex(summary)
      .varint(bucketStart + bucketBias)
      .blob(frame);
  }
  return writer.finish();
}

/** @throws LogmillError bad_table. The frames are views of `bytes`. */
export function decodePartial(bytes: Uint8Array): BatchPartial {
  const reader = new ByteReader(bytes, "bad_table", "partial");
  const head = reader.u32();
  if ((head & 0xffffff) !== magic) throw reader.fault("it does not begin like one");
  if (head >>> 24 !== version) throw reader.fault(`its version is ${head >>> 24}`);
  const balance = readBalance(reader);
  const samples = Array.from({ length: reader.count(sampleBytesMin) }, () => readSample(reader));
  const tables = Array.from({ length: reader.count(tableBytesMin) }, () => readTable(reader));
  reader.end();
  return { balance, samples, tables };
}

function writeBalance(writer: ByteWriter, balance: Balance | null): void {
  writer.u8(balance === null ? 0 : 1);
  if (balance === null) return;
  writer.varint(balance.lines).varint(balance.bytes);
  writer.varint(balance.accepted).varint(balance.filtered).varint(balance.deadLettered);
  const rejected = rejectReasons.map((reason) => balance.rejected[reason] ?? 0);
  const used = rejected.findLastIndex((count) => count > 0) + 1;
  writer.u8(used);
  for (const count of rejected.slice(0, used)) writer.varint(count);
}

function readBalance(reader: ByteReader): Balance | null {
  const present = reader.u8();
  if (present === 0) return null;
  if (present !== 1) throw reader.fault("a flag is neither 0 nor 1");
  const lines = reader.varint();
  const bytes = reader.varint();
  const accepted = reader.varint();
  const filtered = reader.varint();
  const deadLettered = reader.varint();
  const rejected: Partial<Record<RejectReason, number>> = {};
  let total = accepted + filtered + deadLettered;
  const used = reader.u8();
  if (used > rejectReasons.length) throw reader.fault("it has reasons that are not known");
  for (let index = 0; index < used; index += 1) {
    const count = reader.varint();
    if (count > 0) rejected[rejectReasons[index]!] = count;
    else if (index === used - 1) throw reader.fault("the last reason counts nothing");
    total += count;
  }
  if (total !== lines) throw reader.fault(`${lines} lines are not the sum of their fates ${total}`);
  return { lines, bytes, accepted, filtered, rejected, deadLettered };
}

function readSample(reader: ByteReader): RejectSample {
  const reason = rejectReasons[reader.u8()];
  if (reason === undefined) throw reader.fault("a sample's reason is not known");
  const offset = reader.varint();
  const bytes = reader.blob();
  if (bytes.length > limits.sampleBytesMax) throw reader.fault("a sample is too long");
  return { reason, offset, bytes };
}

function readTable(reader: ByteReader): PartialTable {
  const summary = reader.hex(summaryKeyBytes);
  const bucketStart = reader.varint() - bucketBias;
  return { summary, bucketStart, frame: reader.blob() };
}
