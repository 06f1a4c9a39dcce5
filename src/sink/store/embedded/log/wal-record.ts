// Records of the write-ahead log, drawn in FORMAT.md. A record is a head of 32 bytes, a small `meta`
// part and a `body`, which is the partial as it came from the worker: it is never copied or encoded
// anew, and its checksum is the one the worker made.
//
// The head's checksum starts from that of the file's header and covers the record's own offset, so
// bytes of another log file, or of this one at another place, are never taken for a record.
//
// Each head also says where its group begins. A group is one write, and the next group is written
// only after the fsync of the one before has returned. Hence the rule by which a torn tail is told
// from damage: an unreadable record is damage if and only if the head of a later group, one that
// begins behind it, can be read in the same file, or the commit point lies behind it (`commit-point.ts`).
// Else nobody was told that it was durable, or nobody can know.

import { crc32 } from "node:zlib";
import { ByteWriter } from "../../../../shared/base/bytes.ts";
import { limits } from "../../../../shared/base/limits.ts";

export const recordHeadBytes = 32;
/** Identity, hint and summary keys of a batch take far less; a longer one is not a record. */
export const recordMetaBytesMax = 64 * 1024;

const magicText = "LREC";
const magic = Buffer.from(magicText, "latin1");
const crcOffset = 28;

const recordTypes = ["batch", "hint", "sealed"] as const;
/** `sealed` is the last record of a file that has a successor. */
type RecordType = (typeof recordTypes)[number];

export interface RecordContent {
  readonly type: RecordType;
  readonly meta: Uint8Array;
  readonly body: Uint8Array;
  /** CRC-32 of the body. */
  readonly bodyCrc32: number;
}

export interface StoredRecord extends RecordContent {
  readonly offset: number;
  /** Offset of the next record. */
  readonly end: number;
}

export function recordBytes({ meta, body }: RecordContent): number {
  return recordHeadBytes + meta.length + body.length;
}

/** Head and meta of a record, to be followed by its body. */
export function encodeRecordHead(
  { type, meta, body, bodyCrc32 }: RecordContent,
  offset: number,
  groupOffset: number,
  headerCrc32: number,
): Uint8Array {
  const writer = new ByteWriter(recordHeadBytes + meta.length);
  writer
    .bytes(magic)
    .u32(recordTypes.indexOf(type) + 1)
    .u32(meta.length)
    .u32(body.length);
  writer.u32(bodyCrc32).u32(groupOffset).u32(offset).u32(0).bytes(meta);
  const head = writer.finish();
  writer.setU32(crcOffset, headCrc32(head, headerCrc32));
  return head;
}

function headCrc32(head: Uint8Array, headerCrc32: number): number {
  return crc32(head.subarray(recordHeadBytes), crc32(head.subarray(0, crcOffset), headerCrc32));
}

interface Head {
  readonly type: RecordType;
  readonly metaEnd: number;
  readonly end: number;
  readonly bodyCrc32: number;
  readonly groupOffset: number;
}

/** The head at `offset` if it is whole; the body may be cut or damaged. */
function readHead(file: Buffer, offset: number, headerCrc32: number): Head | null {
  if (file.length - offset < recordHeadBytes) return null;
  if (file.readUInt32LE(offset) !== magic.readUInt32LE(0)) return null;
  const type = recordTypes[file.readUInt32LE(offset + 4) - 1];
  const metaBytes = file.readUInt32LE(offset + 8);
  const bodyBytes = file.readUInt32LE(offset + 12);
  const metaEnd = offset + recordHeadBytes + metaBytes;
  if (type === undefined || metaBytes > recordMetaBytesMax || metaEnd > file.length) return null;
  if (bodyBytes > limits.messageBytesMax || file.readUInt32LE(offset + 24) !== offset) return null;
  const head = file.subarray(offset, metaEnd);
  if (file.readUInt32LE(offset + crcOffset) !== headCrc32(head, headerCrc32)) return null;
  return {
    type,
    metaEnd,
    end: metaEnd + bodyBytes,
    bodyCrc32: file.readUInt32LE(offset + 16),
    groupOffset: file.readUInt32LE(offset + 20),
  };
}

/** The record at `offset`, or null where none can be read. Views of `file`. */
export function readRecord(file: Buffer, offset: number, headerCrc32: number): StoredRecord | null {
  const head = readHead(file, offset, headerCrc32);
  if (head === null || head.end > file.length) return null;
  const { type, metaEnd, end, bodyCrc32 } = head;
  const body = file.subarray(metaEnd, end);
  if (crc32(body) !== bodyCrc32) return null;
  const meta = file.subarray(offset + recordHeadBytes, metaEnd);
  return { type, meta, body, bodyCrc32, offset, end };
}

/** Whether a group that begins behind `offset` was written, which proves that `offset` was durable. */
export function laterGroupFollows(file: Buffer, offset: number, headerCrc32: number): boolean {
  for (let at = file.indexOf(magic, offset + 1); at >= 0; at = file.indexOf(magic, at + 1)) {
    const head = readHead(file, at, headerCrc32);
    if (head !== null && head.groupOffset > offset) return true;
  }
  return false;
}
