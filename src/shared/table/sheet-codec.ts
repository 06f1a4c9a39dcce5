// Balance sheets as bytes, in partials and in the manifest; drawn in FORMAT.md. Whether they add up is
// for the reader to ask.

import type { ByteReader, ByteWriter } from "../base/bytes.ts";
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
function writeRejects(writer: ByteWriter, rejected: RejectCounts): void {
  const counts = rejectReasons.map((reason) => rejected[reason] ?? 0);
  const used = counts.findLastIndex((count) => count > 0) + 1;
  writer.u8(used);
  for (const count of counts.slice(0, used)) writer.varint(count);
}

function readRejects(reader: ByteReader): RejectCounts {
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
