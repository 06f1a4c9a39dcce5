// The values that messages are made of, each with its writer and its reader. Their bytes are drawn
// in PROTOCOL.md under "Parts". Every part has one encoding only, so that decoding and encoding
// again gives the same bytes: a worker echoes the header of its batch verbatim in this way.

import { assert } from "../base/assert.ts";
import type { ByteReader, ByteWriter } from "../base/bytes.ts";
import { limits } from "../base/limits.ts";
import { rejectReasons, type RejectReason } from "../model/reasons.ts";
import type { Balance } from "../model/partial.ts";
import type { BatchHeader, LedgerRange, LedgerSource } from "./messages.ts";
import type { SourceHint, SourceIdentity } from "../model/content.ts";

/** Bytes of a store id, a summary key, a plan fingerprint and a source id. */
export const keyBytes = 16;
const familyBytes = 8;
const kinds = ["lines", "oversize"] as const;
const checksumSources = ["given", "measured"] as const;
/** Bytes of `BatchHeader.tag`, and of the key it is made with. */
export const tagBytes = 16;
export const tagKeyBytes = 32;

/** Hex digits that stand for exactly `count` bytes. */
export function writeHex(body: ByteWriter, digits: string, count: number): void {
  assert(digits.length === 2 * count, `an id of ${count} bytes has ${2 * count} hex digits`);
  body.hex(digits);
}

export function writeFlag(body: ByteWriter, flag: boolean): void {
  body.u8(flag ? 1 : 0);
}

export function readFlag(body: ByteReader): boolean {
  return readOneOf(body, [false, true]);
}

/** Writes the position of `value` among `values` in one byte. */
export function writeOneOf<T>(body: ByteWriter, values: readonly T[], value: T): void {
  const index = values.indexOf(value);
  assert(index >= 0, "a value of a closed list is on it");
  body.u8(index);
}

export function readOneOf<T>(body: ByteReader, values: readonly T[]): T {
  const index = body.u8();
  if (index >= values.length) throw body.fault(`${index} is none of ${values.length} choices`);
  return values[index]!;
}

export function writeList<T>(
  body: ByteWriter,
  list: readonly T[],
  write: (body: ByteWriter, element: T) => void,
): void {
  body.varint(list.length);
  for (const element of list) write(body, element);
}

/** @param bytesEach the least that one element takes; more of them than fit are refused at once. */
export function readList<T>(
  body: ByteReader,
  bytesEach: number,
  read: (body: ByteReader) => T,
): T[] {
  const count = body.count(bytesEach);
  const list: T[] = [];
  for (let index = 0; index < count; index += 1) list.push(read(body));
  return list;
}

export function writeIdentity(body: ByteWriter, identity: SourceIdentity): void {
  writeHex(body, identity.id, keyBytes);
  body.varint(identity.headBytes);
  writeHex(body, identity.family, familyBytes);
}

export function readIdentity(body: ByteReader): SourceIdentity {
  return { id: body.hex(keyBytes), headBytes: body.varint(), family: body.hex(familyBytes) };
}

export function writeHint(body: ByteWriter, hint: SourceHint): void {
  body.text(hint.path).text(hint.inode).text(hint.stat);
}

export function readHint(body: ByteReader): SourceHint {
  return { path: body.text(), inode: body.text(), stat: body.text() };
}

/** Exactly `count` bytes. */
export function writeBytes(body: ByteWriter, bytes: Uint8Array, count: number): void {
  assert(bytes.length === count, `a value of ${count} bytes is ${count} bytes long`);
  body.bytes(bytes);
}

/** Exactly `count` bytes as memory of their own: a view would keep the whole message alive. */
export function readBytes(body: ByteReader, count: number): Uint8Array {
  return Uint8Array.from(body.bytes(count));
}

export function writeHeader(body: ByteWriter, header: BatchHeader): void {
  body.varint(header.attempt);
  writeBytes(body, header.tag, tagBytes);
  writeTaggedHeader(body, header);
}

/** What the tag covers: everything but the attempt and the tag itself. */
export function writeTaggedHeader(body: ByteWriter, header: Omit<BatchHeader, "tag">): void {
  body.u64(header.session).varint(header.batch);
  writeHex(body, header.plan, keyBytes);
  body.text(header.source);
  writeIdentity(body, header.identity);
  writeHint(body, header.hint);
  body.varint(header.from).varint(header.to - header.from);
  writeOneOf(body, checksumSources, header.checksums);
  body.u32(header.crc32).u32(header.tailCrc32);
  writeOneOf(body, kinds, header.kind);
  writeList(body, header.summaries, (_, key) => writeHex(body, key, keyBytes));
}

export function readHeader(body: ByteReader): BatchHeader {
  const attempt = body.varint();
  const tag = readBytes(body, tagBytes);
  const session = body.u64();
  const batch = body.varint();
  const plan = body.hex(keyBytes);
  const source = body.text();
  const identity = readIdentity(body);
  const hint = readHint(body);
  const { from, to } = readSpan(body, 0);
  const checksums = readOneOf(body, checksumSources);
  const crc32 = body.u32();
  const tailCrc32 = body.u32();
  const kind = readOneOf(body, kinds);
  const summaries = readList(body, keyBytes, () => body.hex(keyBytes));
  if (summaries.length > limits.summariesMax + 1) {
    throw body.fault(`a batch for ${summaries.length} summaries`);
  }
  return {
    ...{ session, batch, attempt, plan, source, identity, hint, from, to },
    ...{ crc32, tailCrc32, kind, checksums, summaries, tag },
  };
}

/** A start, `after` bytes being behind it, and a length that is not 0. */
function readSpan(body: ByteReader, after: number): { from: number; to: number } {
  const from = after + body.varint();
  const length = body.varint();
  const to = from + length;
  if (length === 0 || !Number.isSafeInteger(to)) throw body.fault("a range is empty or too far");
  return { from, to };
}

/** Each range's start counts from the end of the one before, so that they cannot overlap. */
function writeRanges(body: ByteWriter, ranges: readonly LedgerRange[]): void {
  let after = 0;
  writeList(body, ranges, (_, range) => {
    body.varint(range.from - after).varint(range.to - range.from);
    body.u32(range.crc32).u32(range.tailCrc32).varint(range.tailBytes);
    after = range.to;
  });
}

const rangeBytesMin = 11;

function readRanges(body: ByteReader): LedgerRange[] {
  let after = 0;
  return readList(body, rangeBytesMin, () => {
    const { from, to } = readSpan(body, after);
    after = to;
    return { from, to, crc32: body.u32(), tailCrc32: body.u32(), tailBytes: body.varint() };
  });
}

export function writeLedgerSource(body: ByteWriter, source: LedgerSource): void {
  body.text(source.name);
  writeIdentity(body, source.identity);
  writeList(body, source.hints, writeHint);
  writeList(body, Object.entries(source.merged), (_, [key, ranges]) => {
    writeHex(body, key, keyBytes);
    writeRanges(body, ranges);
  });
}

/** Least bytes of a source: empty name, identity, no hints, nothing merged. */
export const ledgerSourceBytesMin = 28;
const hintBytesMin = 3;

export function readLedgerSource(body: ByteReader): LedgerSource {
  return {
    name: body.text(),
    identity: readIdentity(body),
    hints: readList(body, hintBytesMin, readHint),
    merged: Object.fromEntries(
      readList(body, keyBytes + 1, () => [body.hex(keyBytes), readRanges(body)] as const),
    ),
  };
}

export function writeBalances(body: ByteWriter, balances: Readonly<Record<string, Balance>>): void {
  writeList(body, Object.entries(balances), (_, [name, balance]) => {
    body.text(name).varint(balance.lines).varint(balance.bytes);
    body.varint(balance.accepted).varint(balance.filtered).varint(balance.deadLettered);
    const rejected = rejectReasons.filter((reason) => balance.rejected[reason] !== undefined);
    writeList(body, rejected, (_, reason) => {
      writeOneOf(body, rejectReasons, reason);
      body.varint(balance.rejected[reason] ?? 0);
    });
  });
}

const balanceBytesMin = 7;
const rejectedBytesMin = 2;

export function readBalances(body: ByteReader): Readonly<Record<string, Balance>> {
  return Object.fromEntries(
    readList(body, balanceBytesMin, () => [body.text(), readBalance(body)] as const),
  );
}

function readBalance(body: ByteReader): Balance {
  const [lines, bytes] = [body.varint(), body.varint()];
  const [accepted, filtered, deadLettered] = [body.varint(), body.varint(), body.varint()];
  const rejected: Partial<Record<RejectReason, number>> = Object.fromEntries(
    readList(
      body,
      rejectedBytesMin,
      () => [readOneOf(body, rejectReasons), body.varint()] as const,
    ),
  );
  return { lines, bytes, accepted, filtered, rejected, deadLettered };
}
