// The first 48 bytes of every file of a store, drawn in FORMAT.md: what kind of file it is, in which
// version, of which store, and its number. So a file of another store, one that was renamed, and one
// of a newer logmill are told from a damaged one before anything in them is believed.

import { crc32 } from "node:zlib";
import { assert } from "../../../../shared/base/assert.ts";
import { ByteReader, ByteWriter } from "../../../../shared/base/bytes.ts";
import { LogmillError } from "../../../../shared/base/errors.ts";

export const fileHeaderBytes = 48;

const magics = {
  wal: "logmillW",
  segment: "logmillS",
  manifest: "logmillM",
  commitPoint: "logmillC",
} as const;
const kinds = {
  wal: "log",
  segment: "segment",
  manifest: "manifest",
  commitPoint: "commit point",
} as const;
/** What is written; every version up to it is read. */
export const formatVersions = Object.freeze({
  wal: 2,
  segment: 1,
  manifest: 3,
  commitPoint: 1,
} as const);
const zeros = new Uint8Array(2);
const crcOffset = 44;

export type FileKind = keyof typeof magics;

export interface FileHeader {
  readonly kind: FileKind;
  /** 32 hex digits. */
  readonly storeId: string;
  /** Sequence of a log file, number of a segment file, generation of a manifest, 1 of a commit point. */
  readonly number: number;
}

export interface VersionedHeader extends FileHeader {
  readonly version: number;
}

export function encodeFileHeader(
  { kind, storeId, number }: FileHeader,
  version: number = formatVersions[kind],
): Uint8Array {
  const writer = new ByteWriter(fileHeaderBytes);
  writer.bytes(Buffer.from(magics[kind], "latin1")).u16(version).bytes(zeros);
  writer.hex(storeId).u64(BigInt(number)).u64(0n);
  const body = writer.finish().slice();
  assert(body.length === crcOffset, "a file header is as long as FORMAT.md says");
  return writer.u32(crc32(body)).finish();
}

/**
 * Reads the header of a file that begins with `bytes`.
 * @throws LogmillError `store_damaged` when it is no header of this kind, `store_version` when it is newer.
 */
export function decodeFileHeader(bytes: Uint8Array, kind: FileKind, path: string): VersionedHeader {
  if (bytes.length < fileHeaderBytes) throw damaged(path, bytes.length, "the file's header is cut");
  const reader = new ByteReader(bytes.subarray(0, fileHeaderBytes), "store_damaged", path);
  const magic = Buffer.from(reader.bytes(8)).toString("latin1");
  const version = reader.u16();
  reader.bytes(zeros.length);
  const storeId = reader.hex(16);
  const number = reader.u64();
  reader.u64();
  if (reader.u32() !== crc32(bytes.subarray(0, crcOffset))) {
    throw damaged(path, 0, "the file's header does not match its checksum");
  }
  if (magic !== magics[kind]) throw damaged(path, 0, `this is not a ${kinds[kind]} file`);
  const newest = formatVersions[kind];
  if (version > newest) {
    throw new LogmillError(
      "store_version",
      `${path} was written by a newer logmill: it has format ${version}, and this one knows ` +
        `${newest}. Use the newer logmill`,
      { fields: { path, version } },
    );
  }
  if (version === 0 || number > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw damaged(path, 8, "the file's header holds values that are never written");
  }
  return { kind, storeId, number: Number(number), version };
}

/** The error for bytes that are not what was written: which file, where, and the way out. */
export function damaged(
  path: string,
  offset: number,
  problem: string,
  options: { cause?: unknown } = {},
): LogmillError {
  return new LogmillError(
    "store_damaged",
    `${path}: ${problem} (byte ${offset}). Put the store back from a copy, or move its directory ` +
      "away and run again: what the inputs still hold is counted anew",
    { ...options, fields: { path, offset } },
  );
}
