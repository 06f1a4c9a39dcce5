// Reads the write-ahead log from the file that the manifest names to its end, and hands every record
// over. Only reads: what is to be repaired is returned, and the owner of the store repairs it.
//
// A log ends in one of these ways, and everything else is damage, which is never guessed away:
//   the newest file ends with a whole record;
//   the newest file ends with a torn group that lies behind the commit point: nothing in it was
//     acknowledged (see `wal-record.ts`, `commit-point.ts`);
//   the newest file is empty or its header is torn, and the one before was not sealed: the power
//   went while a successor was being made, and the log ends in the file before, in one of the ways above.

import { join } from "node:path";
import { crc32 } from "node:zlib";
import { LogmillError } from "../../../../shared/base/errors.ts";
import { limits } from "../../../../shared/base/limits.ts";
import { diskError } from "../../../disk/disk-error.ts";
import { damaged, decodeFileHeader, fileHeaderBytes } from "../disk/file-header.ts";
import { systemErrorCode } from "../../../../shared/base/system-error.ts";
import type { FileSystem } from "../../../disk/file-system.ts";
import { readWhole, walFileName } from "../disk/store-files.ts";
import { reaches, type LogPosition } from "./commit-point.ts";
import { laterGroupFollows, readRecord, type StoredRecord } from "./wal-record.ts";

export interface WalEnd {
  /** The file that the log ends in, and the end of its last good record. */
  readonly sequence: number;
  readonly end: number;
  /** Of the format of that file. */
  readonly version: number;
  /** Bytes behind it that were never acknowledged. */
  readonly tornBytes: number;
  /** A successor in which nothing was written; to be removed. */
  readonly stillborn: number | null;
  /** Bytes of all files from the first to the end. */
  readonly bytes: number;
}

/** Merges one record; what it throws is reported as damage at the record's place. */
export type ApplyRecord = (record: StoredRecord) => void;

interface ReadFile {
  readonly path: string;
  readonly sequence: number;
  readonly bytes: Buffer;
  /** Of its format; null where the header was never completed. */
  readonly version: number | null;
}

/**
 * @param sequences of the log files in the directory, ascending.
 * @param first the sequence that the manifest names.
 * @param acknowledged the commit point; null where there is none.
 * @throws LogmillError `store_damaged`, `store_version`
 */
export async function replayWal(
  files: FileSystem,
  directory: string,
  storeId: string,
  sequences: readonly number[],
  first: number,
  acknowledged: LogPosition | null,
  apply: ApplyRecord,
): Promise<WalEnd> {
  const wanted = sequences.filter((sequence) => sequence >= first);
  const missing = first + wanted.findIndex((sequence, index) => sequence !== first + index);
  if (wanted.length === 0 || missing >= first)
    throw missingFile(directory, Math.max(first, missing));
  let total = 0;
  let file = await readFile(files, directory, storeId, first);
  for (let index = 0; ; index += 1) {
    const next = index + 1 < wanted.length ? wanted[index + 1]! : null;
    const version = file.version ?? decodeFileHeader(file.bytes, "wal", file.path).version;
    const { end, sealed } = replayFile(file, acknowledgedIn(file, acknowledged), apply);
    total += end;
    if (sealed) {
      if (next === null) throw missingFile(directory, file.sequence + 1);
      file = await readFile(files, directory, storeId, next);
      continue;
    }
    if (next !== null) await mustBeStillborn(files, directory, storeId, next, wanted, file, end);
    mustReach(file, end, acknowledged);
    const tornBytes = file.bytes.length - end;
    return { sequence: file.sequence, end, version, tornBytes, stillborn: next, bytes: total };
  }
}

function missingFile(directory: string, sequence: number): LogmillError {
  const problem = "this file of the log is missing, or the manifest is older than the log";
  return damaged(join(directory, walFileName(sequence)), 0, problem);
}

async function readFile(
  files: FileSystem,
  directory: string,
  storeId: string,
  sequence: number,
): Promise<ReadFile> {
  const path = join(directory, walFileName(sequence));
  try {
    const bytes = await readWhole(files, path, limits.walSegmentBytesMax + limits.messageBytesMax);
    return { path, sequence, bytes, version: versionOf(bytes, path, storeId, sequence) };
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") throw missingFile(directory, sequence);
    throw diskError(error, "reading", path);
  }
}

/** Null for a header that was never completed. A complete one has to be right. */
function versionOf(bytes: Buffer, path: string, storeId: string, sequence: number): number | null {
  try {
    const header = decodeFileHeader(bytes, "wal", path);
    if (header.storeId !== storeId || header.number !== sequence) {
      throw damaged(path, 0, `this file belongs to store ${header.storeId} as ${header.number}`);
    }
    return header.version;
  } catch (error) {
    if (bytes.length > fileHeaderBytes || !isUnreadable(error)) throw error;
    return null;
  }
}

function isUnreadable(error: unknown): boolean {
  return error instanceof LogmillError && error.code === "store_damaged";
}

function replayFile(
  { bytes, path }: ReadFile,
  acknowledgedEnd: number,
  apply: ApplyRecord,
): { readonly end: number; readonly sealed: boolean } {
  const headerCrc32 = crc32(bytes.subarray(0, fileHeaderBytes));
  let at = fileHeaderBytes;
  while (at < bytes.length) {
    const record = readRecord(bytes, at, headerCrc32);
    if (record === null) {
      if (at < acknowledgedEnd || laterGroupFollows(bytes, at, headerCrc32)) {
        throw damaged(path, at, "a record of the write-ahead log does not match its checksum");
      }
      return { end: at, sealed: false };
    }
    if (record.type === "sealed") {
      if (record.end === bytes.length) return { end: record.end, sealed: true };
      throw damaged(path, record.end, "bytes follow the end of a finished log file");
    }
    applyAt(path, record, apply);
    at = record.end;
  }
  return { end: at, sealed: false };
}

/** Bytes of the file that were acknowledged for certain. */
function acknowledgedIn({ sequence }: ReadFile, acknowledged: LogPosition | null): number {
  if (acknowledged === null || sequence > acknowledged.sequence) return 0;
  return sequence < acknowledged.sequence ? Infinity : acknowledged.end;
}

/** What was acknowledged has to be there, whatever the log looks like. */
function mustReach(
  { path, sequence }: ReadFile,
  end: number,
  acknowledged: LogPosition | null,
): void {
  if (acknowledged === null || reaches({ sequence, end }, acknowledged)) return;
  const { sequence: last, end: upTo } = acknowledged;
  const problem =
    "the write-ahead log ends here, and what was acknowledged went up to byte " +
    `${upTo} of ${walFileName(last)}`;
  throw damaged(path, end, problem);
}

function applyAt(path: string, record: StoredRecord, apply: ApplyRecord): void {
  try {
    apply(record);
  } catch (error) {
    if (!(error instanceof LogmillError) || error.code === "kernel_memory") throw error;
    throw damaged(path, record.offset, `a record cannot be merged: ${error.message}`, {
      cause: error,
    });
  }
}

/** The log may end before its newest file only if nothing was written there. */
async function mustBeStillborn(
  files: FileSystem,
  directory: string,
  storeId: string,
  next: number,
  wanted: readonly number[],
  file: ReadFile,
  end: number,
): Promise<void> {
  const successor = await readFile(files, directory, storeId, next);
  if (successor.bytes.length > fileHeaderBytes || next !== wanted.at(-1)) {
    throw damaged(
      file.path,
      end,
      "a record of the write-ahead log cannot be read, and more follow",
    );
  }
}
