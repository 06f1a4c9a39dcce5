// Balance sheets as bytes, in partials and in the manifest; drawn in FORMAT.md. Whether they add up is
// for the reader to ask.

import type { ByteReader, ByteWriter } from "../base/bytes.ts";
import { limits } from "../base/limits.ts";
import type { FaultyValue } from "../model/partial.ts";
import { rejectReasons, type RejectReason } from "../model/reasons.ts";
import type { RejectCounts, SourceSheet, SummarySheet } from "../model/sheet.ts";

export function writeSourceSheet(writer: ByteWriter, sheet: SourceSheet): void {
  writer.varint(sheet.lines).varint(sheet.bytes).varint(sheet.parsed).varint(sheet.deadLettered);
  writeRejects(writer, sheet.rejected);
}

export function readSourceSheet(reader: ByteReader): SourceSheet {
  const [lines, bytes] = [reader.varint(), reader.varint()];
  const [parsed, deadLettered] = [reader.varint(), reader.varint()];
  return { lines, bytes, parsed, deadLettered, rejected: readRejects(reader) };
}

/**
 * A sheet as partials of version 1 have it: parsed lines that no summary wanted are told apart. They
 * were parsed all the same.
 */
export function readUnitedSheet(reader: ByteReader): SourceSheet {
  const [lines, bytes] = [reader.varint(), reader.varint()];
  const parsed = reader.varint() + reader.varint();
  return { lines, bytes, parsed, deadLettered: reader.varint(), rejected: readRejects(reader) };
}

export function writeSummarySheet(writer: ByteWriter, sheet: SummarySheet): void {
  writer.varint(sheet.bytes).varint(sheet.parsed).varint(sheet.counted).varint(sheet.filtered);
  writeRejects(writer, sheet.rejected);
}

export function readSummarySheet(reader: ByteReader): SummarySheet {
  const [bytes, parsed] = [reader.varint(), reader.varint()];
  const [counted, filtered] = [reader.varint(), reader.varint()];
  return { bytes, parsed, counted, filtered, rejected: readRejects(reader) };
}

/** Lines of each of the first reasons, up to the last that occurs. */
export function writeRejects(writer: ByteWriter, rejected: RejectCounts): void {
  const counts = rejectReasons.map((reason) => rejected[reason] ?? 0);
  const used = counts.findLastIndex((count) => count > 0) + 1;
  writer.u8(used);
  for (const count of counts.slice(0, used)) writer.varint(count);
}

export function readRejects(reader: ByteReader): RejectCounts {
  const rejected: Partial<Record<RejectReason, number>> = {};
  const used = reader.u8();
  if (used > rejectReasons.length) throw reader.fault("it has reasons that are not known");
  for (let index = 0; index < used; index += 1) {
    const count = reader.varint();
    if (count > 0) rejected[rejectReasons[index]!] = count;
    else if (index === used - 1) throw reader.fault("the last reason counts nothing");
  }
  return rejected;
}

export function writeReason(writer: ByteWriter, reason: RejectReason): void {
  writer.u8(rejectReasons.indexOf(reason));
}

export function readReason(reader: ByteReader): RejectReason {
  const reason = rejectReasons[reader.u8()];
  if (reason === undefined) throw reader.fault("a reason that is not known");
  return reason;
}

export function writeFaultyValue(writer: ByteWriter, value: FaultyValue | null): void {
  if (value === null) writer.varint(0);
  else
    writer
      .varint(value.at + 1)
      .varint(value.length)
      .blob(value.bytes);
}

/** The bytes are a view of those that are read. */
export function readFaultyValue(reader: ByteReader): FaultyValue | null {
  const place = reader.varint();
  if (place === 0) return null;
  const length = reader.varint();
  const bytes = reader.blob();
  if (bytes.length !== Math.min(length, limits.sampleValueBytesMax)) {
    throw reader.fault("a value is not as long as it says");
  }
  return { at: place - 1, length, bytes };
}
