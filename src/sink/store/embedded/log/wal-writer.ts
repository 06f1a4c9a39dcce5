// Appends groups of records to the write-ahead log: one write and one fdatasync each, in files of at
// most 64 MiB.
//
// States of a file: created (header durable, name durable) → growing → sealed (its last record says
// that a successor exists, and the successor did exist before). Only the newest file is not sealed.
// A write for which there is no space is undone by cutting the file back, and can be repeated; after
// any other failure the writer must not be used again.

import { crc32 } from "node:zlib";
import { join } from "node:path";
import { failPoint, failPointsExist } from "../../../../shared/base/fail-point.ts";
import { limits } from "../../../../shared/base/limits.ts";
import { diskError, OutOfSpace, writeError } from "../../../disk/disk-error.ts";
import { encodeFileHeader, fileHeaderBytes, formatVersions } from "../disk/file-header.ts";
import type { FileSystem, OpenFile } from "../../../disk/file-system.ts";
import { walFileName, writeAll } from "../disk/store-files.ts";
import type { LogPosition } from "./commit-point.ts";
import {
  encodeRecordHead,
  recordBytes,
  recordHeadBytes,
  type RecordContent,
} from "./wal-record.ts";

const seal: RecordContent = {
  type: "sealed",
  meta: new Uint8Array(0),
  body: new Uint8Array(0),
  bodyCrc32: 0,
};

interface WalFile {
  readonly sequence: number;
  readonly path: string;
  readonly file: OpenFile;
  /** Of the header; every record's checksum starts from it. */
  readonly headerCrc32: number;
  /** An earlier logmill began it, and would take records of today for damage. */
  readonly isOld: boolean;
}

export class WalWriter {
  readonly #files: FileSystem;
  readonly #directory: string;
  readonly #storeId: string;
  #current: WalFile;
  /** Durable bytes of the current file. */
  #end: number;
  #bytesWritten = 0;

  private constructor(
    files: FileSystem,
    directory: string,
    storeId: string,
    current: WalFile,
    end: number,
  ) {
    this.#files = files;
    this.#directory = directory;
    this.#storeId = storeId;
    this.#current = current;
    this.#end = end;
  }

  /** Begins a log with a file that must not exist yet. */
  static async create(
    files: FileSystem,
    directory: string,
    storeId: string,
    sequence: number,
  ): Promise<WalWriter> {
    const file = await createFile(files, directory, storeId, sequence);
    return new WalWriter(files, directory, storeId, file, fileHeaderBytes);
  }

  /** Goes on in a file behind its last good record; what lies behind it is cut off. */
  static async resume(
    files: FileSystem,
    directory: string,
    storeId: string,
    { sequence, end, version }: { sequence: number; end: number; version: number },
  ): Promise<WalWriter> {
    const path = join(directory, walFileName(sequence));
    try {
      const file = await files.open(path, "write");
      if ((await file.size()) !== end) await file.truncate(end);
      // The process that wrote the last records may have died before it synced them.
      await file.datasync();
      const headerCrc32 = crc32(walHeader(storeId, sequence, version));
      const isOld = version < formatVersions.wal;
      const current = { sequence, path, file, headerCrc32, isOld };
      return new WalWriter(files, directory, storeId, current, end);
    } catch (error) {
      throw diskError(error, "repairing", path);
    }
  }

  /** The file that grows. */
  get sequence(): number {
    return this.#current.sequence;
  }

  /** Up to where the log is durable. */
  get position(): LogPosition {
    return { sequence: this.#current.sequence, end: this.#end };
  }

  /** Nothing was written into the current file yet. */
  get isEmpty(): boolean {
    return this.#end === fileHeaderBytes;
  }

  /** Bytes of records made durable by this writer. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /**
   * Makes the records durable, all of them or none. They may go into a new file.
   * @throws OutOfSpace when nothing was changed; LogmillError `disk_failed`.
   */
  async append(records: readonly RecordContent[]): Promise<void> {
    const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
    const isFull =
      this.#end > fileHeaderBytes &&
      this.#end + bytes + recordHeadBytes > limits.walSegmentBytesMax;
    if (isFull || this.#current.isOld) await this.rotate();
    await this.#write(records);
  }

  /**
   * Seals the current file and goes on in a new one.
   * @throws OutOfSpace when nothing was changed; LogmillError `disk_failed`.
   */
  async rotate(): Promise<void> {
    const { sequence, file: sealed, path } = this.#current;
    const next = await createFile(this.#files, this.#directory, this.#storeId, sequence + 1);
    try {
      failPoint("sink.wal.created");
      await this.#write([seal]);
    } catch (error) {
      if (error instanceof OutOfSpace) await discard(this.#files, next);
      throw error;
    }
    failPoint("sink.wal.sealed");
    this.#current = next;
    this.#end = fileHeaderBytes;
    try {
      await sealed.close();
    } catch (error) {
      throw diskError(error, "closing", path);
    }
  }

  async close(): Promise<void> {
    await this.#current.file.close();
  }

  async #write(records: readonly RecordContent[]): Promise<void> {
    const { file, path, headerCrc32 } = this.#current;
    const chunks: Uint8Array[] = [];
    let at = this.#end;
    for (const record of records) {
      chunks.push(encodeRecordHead(record, at, this.#end, headerCrc32));
      if (record.body.length > 0) chunks.push(record.body);
      at += recordBytes(record);
    }
    try {
      failPoint("sink.wal.before-write");
      if (failPointsExist) await this.#tear(chunks);
      await writeAll(file, chunks, this.#end);
    } catch (error) {
      await this.#cutBack();
      throw writeError(error, path);
    }
    try {
      failPoint("sink.wal.written");
      // Not repeated when it fails: the system may have dropped the pages and would then report
      // success for bytes that are not on the disk.
      await file.datasync();
      failPoint("sink.wal.synced");
    } catch (error) {
      throw diskError(error, "syncing", path);
    }
    this.#bytesWritten += at - this.#end;
    this.#end = at;
  }

  /** Half of the bytes, as a system that dies in the middle leaves them; the rest follows. */
  async #tear(chunks: readonly Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(chunks);
    await writeAll(this.#current.file, [bytes.subarray(0, bytes.length / 2)], this.#end);
    failPoint("sink.wal.torn");
  }

  async #cutBack(): Promise<void> {
    const { file, path } = this.#current;
    try {
      await file.truncate(this.#end);
    } catch (error) {
      throw diskError(error, "cutting back", path);
    }
  }
}

function walHeader(storeId: string, sequence: number, version?: number): Uint8Array {
  return encodeFileHeader({ kind: "wal", storeId, number: sequence }, version);
}

async function createFile(
  files: FileSystem,
  directory: string,
  storeId: string,
  sequence: number,
): Promise<WalFile> {
  const path = join(directory, walFileName(sequence));
  let file: OpenFile;
  try {
    file = await files.open(path, "create");
  } catch (error) {
    throw writeError(error, path);
  }
  const header = walHeader(storeId, sequence);
  const made = { sequence, path, file, headerCrc32: crc32(header), isOld: false };
  try {
    await writeAll(file, [header], 0);
  } catch (error) {
    await discard(files, made);
    throw writeError(error, path);
  }
  try {
    await file.datasync();
    await files.syncDirectory(directory);
  } catch (error) {
    throw diskError(error, "syncing", path);
  }
  return made;
}

async function discard(files: FileSystem, { file, path }: WalFile): Promise<void> {
  try {
    await file.close();
    await files.unlink(path);
  } catch (error) {
    throw diskError(error, "removing", path);
  }
}
