// The commit point: a small file beside the log that says up to where the log was synced and
// acknowledged when it last fell idle. Without it, damage to the last group of the log looks like a
// group that was being written when the process ended; with it, whatever lies before the point was
// acknowledged, and what cannot be read of it is damage. Drawn in FORMAT.md.
//
// It may say too little, never too much: it is written after the groups it stands for were reported,
// and the log before a durable position is never cut or written again. So it needs no fsync of its
// own before anything else goes on, and nobody waits for it. Two slots take turns, each in a sector of
// its own, so that a write that is torn leaves the one before.

import { crc32 } from "node:zlib";
import { join } from "node:path";
import { ByteReader, ByteWriter } from "../../../../shared/base/bytes.ts";
import { LogmillError } from "../../../../shared/base/errors.ts";
import { systemErrorCode } from "../../../../shared/base/system-error.ts";
import { diskError, OutOfSpace, writeError } from "../../../disk/disk-error.ts";
import {
  damaged,
  decodeFileHeader,
  encodeFileHeader,
  fileHeaderBytes,
} from "../disk/file-header.ts";
import type { FileSystem, OpenFile } from "../../../disk/file-system.ts";
import { commitPointName, readWhole, writeAll } from "../disk/store-files.ts";

/** A place in the log. */
export interface LogPosition {
  /** Of the file. */
  readonly sequence: number;
  /** Bytes of that file. */
  readonly end: number;
}

/** What the file says. */
interface CommitPointState {
  /** Null where there is no file, or nothing in it can be read. */
  readonly position: LogPosition | null;
  /** Every byte of the file is as it was written. */
  readonly isWhole: boolean;
}

interface Slot {
  readonly counter: number;
  readonly position: LogPosition;
}

export interface ReadPoint extends CommitPointState {
  readonly storeId: string | null;
  readonly newest: Slot | null;
}

const sectorBytes = 512;
const slots = 2;
const slotBytes = 32;
const slotCrcOffset = slotBytes - 4;
const fileBytes = (1 + slots) * sectorBytes;
/** Of the header; there is one such file. */
const fileNumber = 1;
const nothing: ReadPoint = { storeId: null, position: null, newest: null, isWhole: false };

/** Whether `a` is at or behind `b`. */
export function reaches(a: LogPosition, b: LogPosition): boolean {
  return a.sequence > b.sequence || (a.sequence === b.sequence && a.end >= b.end);
}

/**
 * Reads the commit point. To be read before the log, which may grow meanwhile and never shrinks.
 * @throws LogmillError `store_version`, `disk_failed`.
 */
export async function readCommitPoint(files: FileSystem, directory: string): Promise<ReadPoint> {
  const path = join(directory, commitPointName);
  try {
    return decode(await readWhole(files, path, fileBytes), path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return nothing;
    // It proves nothing then, but the log is read all the same.
    if (error instanceof LogmillError && error.code === "store_damaged") return nothing;
    throw diskError(error, "reading", path);
  }
}

/** @throws LogmillError `store_damaged` when the file belongs to another store. */
export function mustBelong({ storeId }: ReadPoint, directory: string, to: string): void {
  if (storeId === null || storeId === to) return;
  throw damaged(join(directory, commitPointName), 0, `this file belongs to store ${storeId}`);
}

function decode(bytes: Buffer, path: string): ReadPoint {
  const { storeId } = decodeFileHeader(bytes, "commitPoint", path);
  const found: Slot[] = [];
  let isWhole = bytes.length === fileBytes && isZero(bytes.subarray(fileHeaderBytes, sectorBytes));
  for (let slot = 0; slot < slots; slot += 1) {
    const sector = bytes.subarray((1 + slot) * sectorBytes, (2 + slot) * sectorBytes);
    const read = decodeSlot(sector, storeId);
    if (read !== null) found.push(read);
    isWhole &&= isZero(read === null ? sector : sector.subarray(slotBytes));
  }
  const newest = found.sort((a, b) => b.counter - a.counter)[0] ?? null;
  return { storeId, position: newest?.position ?? null, newest, isWhole };
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function decodeSlot(sector: Buffer, storeId: string): Slot | null {
  if (sector.length < slotBytes || isZero(sector.subarray(0, slotBytes))) return null;
  const body = sector.subarray(0, slotCrcOffset);
  if (sector.readUInt32LE(slotCrcOffset) !== slotCrc32(body, storeId)) return null;
  const reader = new ByteReader(body, "store_damaged", commitPointName);
  const [counter, sequence, end] = [reader.u64(), reader.u64(), reader.u32()].map(Number);
  return { counter: counter!, position: { sequence: sequence!, end: end! } };
}

function encodeSlot({ counter, position }: Slot, storeId: string): Uint8Array {
  const writer = new ByteWriter(slotBytes);
  writer.u64(BigInt(counter)).u64(BigInt(position.sequence)).u32(position.end).u64(0n);
  return writer.u32(slotCrc32(writer.finish().slice(), storeId)).finish();
}

/** Goes on from the header, so that a slot of another store is none. */
function slotCrc32(body: Uint8Array, storeId: string): number {
  return crc32(body, crc32(encodeHeader(storeId)));
}

function encodeHeader(storeId: string): Uint8Array {
  return encodeFileHeader({ kind: "commitPoint", storeId, number: fileNumber });
}

/** The commit point of a store that this process owns. One write at a time. */
export class CommitPoint {
  readonly #file: OpenFile;
  readonly #path: string;
  readonly #storeId: string;
  #newest: Slot | null;

  private constructor(file: OpenFile, path: string, storeId: string, newest: Slot | null) {
    this.#file = file;
    this.#path = path;
    this.#storeId = storeId;
    this.#newest = newest;
  }

  /**
   * Goes on with the file that was read, or begins a new one where there is none or it is not whole.
   * @throws OutOfSpace, LogmillError `disk_failed`.
   */
  static async open(
    files: FileSystem,
    directory: string,
    storeId: string,
    { isWhole, newest }: ReadPoint,
  ): Promise<CommitPoint> {
    const path = join(directory, commitPointName);
    const file = isWhole
      ? await files.open(path, "write")
      : await renewed(files, directory, path, storeId);
    return new CommitPoint(file, path, storeId, isWhole ? newest : null);
  }

  /**
   * Notes that everything before the position was acknowledged; durable when it resolves. Without
   * space the file stays as it was.
   * @throws LogmillError `disk_failed`
   */
  async write(position: LogPosition): Promise<void> {
    const newest = this.#newest;
    if (newest !== null && reaches(newest.position, position)) return;
    const next = { counter: (newest?.counter ?? 0) + 1, position };
    const at = (1 + (next.counter % slots)) * sectorBytes;
    try {
      await writeAll(this.#file, [encodeSlot(next, this.#storeId)], at);
    } catch (error) {
      const meaning = writeError(error, this.#path);
      if (meaning instanceof OutOfSpace) return;
      throw meaning;
    }
    try {
      await this.#file.datasync();
    } catch (error) {
      throw diskError(error, "syncing", this.#path);
    }
    this.#newest = next;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** A new file with empty slots, which take no more space when they are written. */
async function renewed(
  files: FileSystem,
  directory: string,
  path: string,
  storeId: string,
): Promise<OpenFile> {
  try {
    await files.unlink(path);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw diskError(error, "removing", path);
  }
  let file: OpenFile;
  try {
    file = await files.open(path, "create");
  } catch (error) {
    throw writeError(error, path);
  }
  try {
    const bytes = new Uint8Array(fileBytes);
    bytes.set(encodeHeader(storeId));
    await writeAll(file, [bytes], 0);
    await file.datasync();
    await files.syncDirectory(directory);
    return file;
  } catch (error) {
    await file.close();
    throw writeError(error, path);
  }
}
