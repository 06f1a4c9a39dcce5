// Encodes and decodes partials; the bytes are drawn in FORMAT.md. Decoding survives any input: it
// either returns a partial whose frames are still to be checked by whoever merges them, or throws
// `bad_table`. Logs of earlier stores hold partials of version 1, which knew one sheet for all summaries.
// Version 3 says of samples which value is at fault; a partial without such a sample is of version 2.

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { limits } from "../base/limits.ts";
import type {
  BatchPartial,
  DecodedPartial,
  PartialSheet,
  PartialTable,
  RejectSample,
} from "../model/partial.ts";
import { unbalancedLines, unbalancedParsed, type SourceSheet } from "../model/sheet.ts";
import { atOnce } from "../base/steps.ts";
import {
  readReason,
  readSourceSheet,
  readSummarySheet,
  readUnitedSheet,
  readFaultyValue,
  writeFaultyValue,
  writeReason,
  writeSourceSheet,
  writeSummarySheet,
} from "./sheet-codec.ts";

const magic = 0x504d4c; // "LMP"
const version = 2;
const versionWithValues = 3;
const summaryKeyBytes = 16;
/** Seconds in the bucket's start are written with this added, so that they are not negative. */
const bucketBias = 2 ** 40;
/** What the smallest parts take, so that counts can be checked before use. */
const sheetBytesMin = summaryKeyBytes + 5;
const oldSampleBytesMin = 3;
const sampledLineBytesMin = 6;
const sampleBytesMin = 3;
const valuedSampleBytesMin = 4;
const tableBytesMin = summaryKeyBytes + 2;

/** Tables of a partial that are written or read in one step. */
const tablesPerStep = 1024;

export function encodePartial(partial: BatchPartial): Uint8Array {
  return atOnce(encodePartialSteps(partial));
}

/** As `encodePartial`, some tables a step. */
export function* encodePartialSteps(partial: BatchPartial): Generator<void, Uint8Array, undefined> {
  const framesBytes = partial.tables.reduce((sum, { frame }) => sum + frame.length + 32, 0);
  const writer = new ByteWriter(framesBytes + 512);
  const hasValues = partial.samples.some(({ value }) => value !== null);
  writer.u32(magic | ((hasValues ? versionWithValues : version) << 24));
  writer.u8(partial.source === null ? 0 : 1);
  if (partial.source !== null) writeSourceSheet(writer, partial.source);
  const { summaries } = partial;
  writer.varint(summaries.length);
  for (const { summary, sheet } of summaries) writeSummarySheet(writer.hex(summary), sheet);
  writeSamples(writer, partial.samples, summaries, hasValues);
  writer.varint(partial.tables.length);
  for (const [index, { summary, bucketStart, frame }] of partial.tables.entries()) {
    if (index % tablesPerStep === 0) yield;
    writer
      .hex(summary)
      .varint(bucketStart + bucketBias)
      .blob(frame);
  }
  return writer.finish();
}

/** @throws LogmillError bad_table. The frames are views of `bytes`. */
export function decodePartial(bytes: Uint8Array): DecodedPartial {
  return atOnce(decodePartialSteps(bytes));
}

/** As `decodePartial`, some tables a step. */
export function* decodePartialSteps(bytes: Uint8Array): Generator<void, DecodedPartial, undefined> {
  const reader = new ByteReader(bytes, "bad_table", "partial");
  const head = reader.u32();
  if ((head & 0xffffff) !== magic) throw reader.fault("it does not begin like one");
  const found = head >>> 24;
  if (found < 1 || found > versionWithValues) throw reader.fault(`its version is ${found}`);
  const present = reader.u8();
  if (present > 1) throw reader.fault("a flag is neither 0 nor 1");
  const isOld = found === 1;
  const source = present === 0 ? null : readBalanced(reader, isOld);
  const summaries = isOld
    ? null
    : Array.from({ length: reader.count(sheetBytesMin) }, () => readPartialSheet(reader));
  const hasValues = found === versionWithValues;
  const samples =
    summaries === null ? readOldSamples(reader) : readSamples(reader, summaries, hasValues);
  const tables: PartialTable[] = [];
  for (let rest = reader.count(tableBytesMin); rest > 0; rest -= 1) {
    if (rest % tablesPerStep === 0) yield;
    tables.push(readTable(reader));
  }
  reader.end();
  return { source, summaries, samples, tables };
}

function readBalanced(reader: ByteReader, isOld: boolean): SourceSheet {
  const sheet = isOld ? readUnitedSheet(reader) : readSourceSheet(reader);
  if (unbalancedLines(sheet) !== 0) throw reader.fault("its lines are not the sum of their fates");
  return sheet;
}

function readPartialSheet(reader: ByteReader): PartialSheet {
  const [summary, sheet] = [reader.hex(summaryKeyBytes), readSummarySheet(reader)];
  if (unbalancedParsed(sheet) !== 0) throw reader.fault("its lines are not the sum of their fates");
  return { summary, sheet };
}

/** Each line once, however many summaries it is a sample for. */
function writeSamples(
  writer: ByteWriter,
  samples: readonly RejectSample[],
  summaries: readonly PartialSheet[],
  hasValues: boolean,
): void {
  const lines = new Map<number, RejectSample[]>();
  for (const sample of samples) {
    const same = lines.get(sample.offset);
    if (same === undefined) lines.set(sample.offset, [sample]);
    else same.push(sample);
  }
  writer.varint(lines.size);
  for (const [offset, same] of lines) {
    writer.varint(offset).blob(same[0]!.bytes).varint(same.length);
    for (const { summary, reason, field, value } of same) {
      writer.varint(summaries.findIndex((each) => each.summary === summary) + 1);
      writeReason(writer, reason);
      writer.text(field);
      if (hasValues) writeFaultyValue(writer, value);
    }
  }
}

function readSamples(
  reader: ByteReader,
  summaries: readonly PartialSheet[],
  hasValues: boolean,
): RejectSample[] {
  const samples: RejectSample[] = [];
  let before = -1;
  for (let lines = reader.count(sampledLineBytesMin); lines > 0; lines -= 1) {
    const offset = reader.varint();
    if (offset <= before) throw reader.fault("its samples are not in the order of the lines");
    before = offset;
    const bytes = readSampleBytes(reader);
    const least = hasValues ? valuedSampleBytesMin : sampleBytesMin;
    for (let rest = reader.count(least); rest > 0; rest -= 1) {
      const number = reader.varint();
      const summary = number === 0 ? null : summaries[number - 1]?.summary;
      if (summary === undefined) throw reader.fault("a sample is of no summary");
      const [reason, field] = [readReason(reader), reader.text()];
      const value = hasValues ? readFaultyValue(reader) : null;
      samples.push({ summary, reason, field, offset, bytes, value });
    }
  }
  return samples;
}

function readOldSamples(reader: ByteReader): RejectSample[] {
  return Array.from({ length: reader.count(oldSampleBytesMin) }, () => {
    const reason = readReason(reader);
    const offset = reader.varint();
    return {
      summary: null,
      reason,
      field: "",
      offset,
      bytes: readSampleBytes(reader),
      value: null,
    };
  });
}

function readSampleBytes(reader: ByteReader): Uint8Array {
  const bytes = reader.blob();
  if (bytes.length > limits.sampleBytesMax) throw reader.fault("a sample is too long");
  return bytes;
}

function readTable(reader: ByteReader): PartialTable {
  const summary = reader.hex(summaryKeyBytes);
  const bucketStart = reader.varint() - bucketBias;
  return { summary, bucketStart, frame: reader.blob() };
}
