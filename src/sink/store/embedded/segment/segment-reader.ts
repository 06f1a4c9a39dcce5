// Reads runs of segment files, block by block: memory is bounded by one read-ahead window and one
// frame, however long a run is.

import { crc32 } from "node:zlib";
import { ByteReader } from "../../../../shared/base/bytes.ts";
import { readBucketStart } from "../manifest/catalog-codec.ts";
import { damaged, decodeFileHeader, fileHeaderBytes } from "../disk/file-header.ts";
import type { OpenFile } from "../../../disk/file-system.ts";
import type { Run } from "../manifest/manifest.ts";
import { blockHeadBytes, readBlockHead, unpackBlock } from "./segment-block.ts";
import { footerMagic, trailerBytes } from "./segment-writer.ts";

const windowBytes = 256 * 1024;
const leastRun = 28;

/** A segment file open for reading. */
export interface OpenSegment {
  readonly path: string;
  readonly file: OpenFile;
}

/**
 * The frames of a run, in order.
 * @throws LogmillError `store_damaged`
 */
export async function* readRun(
  { path, file }: OpenSegment,
  run: Run,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = run.offset + run.bytes;
  let window: Buffer = Buffer.alloc(0);
  let windowStart = run.offset;
  /** Makes `[at, at + bytes)` part of the window. */
  const load = async (at: number, bytes: number): Promise<Buffer> => {
    if (at + bytes > end) throw damaged(path, at, "a block reaches beyond its table");
    if (at + bytes > windowStart + window.length) {
      const target = Buffer.allocUnsafeSlow(Math.min(end - at, Math.max(bytes, windowBytes)));
      const read = await file.read(target, at);
      if (read < target.length) throw damaged(path, at + read, "the file ends within a block");
      window = target;
      windowStart = at;
    }
    return window.subarray(at - windowStart, at - windowStart + bytes);
  };
  let at = run.offset;
  let rows = 0;
  for (let block = 0; block < run.blocks; block += 1) {
    const head = readBlockHead(await load(at, blockHeadBytes), path, at);
    const bytes = blockHeadBytes + head.packedBytes;
    const frame = await unpackBlock(await load(at, bytes), head, path, at);
    rows += head.rows;
    at += bytes;
    yield frame;
  }
  if (at !== end || rows !== run.rows) {
    throw damaged(path, at, "a table is not as long as the manifest says");
  }
}

/** Verifies that the file is the segment that the manifest means. */
export async function checkSegmentHeader(
  { path, file }: OpenSegment,
  storeId: string,
  number: number,
  bytes: number,
): Promise<void> {
  const header = Buffer.alloc(fileHeaderBytes);
  const read = await file.read(header, 0);
  const found = decodeFileHeader(header.subarray(0, read), "segment", path);
  if (found.storeId !== storeId || found.number !== number) {
    throw damaged(path, 0, `this file belongs to store ${found.storeId} as ${found.number}`);
  }
  const size = await file.size();
  if (size !== bytes) {
    throw damaged(path, Math.min(size, bytes), `the file has ${size} bytes instead of ${bytes}`);
  }
}

/** The footer's list of all runs that were written into the file. */
export async function readFooter({ path, file }: OpenSegment): Promise<readonly Run[]> {
  const size = await file.size();
  const trailer = Buffer.alloc(trailerBytes);
  const trailerAt = size - trailerBytes;
  if (trailerAt < fileHeaderBytes || (await file.read(trailer, trailerAt)) < trailerBytes) {
    throw damaged(path, size, "the file is cut");
  }
  const offset = Number(trailer.readBigUInt64LE(0));
  const bytes = trailer.readUInt32LE(8);
  if (trailer.toString("latin1", 16) !== footerMagic || offset + bytes !== trailerAt) {
    throw damaged(path, trailerAt, "the file does not end like a segment");
  }
  const footer = Buffer.alloc(bytes);
  if ((await file.read(footer, offset)) < bytes || crc32(footer) !== trailer.readUInt32LE(12)) {
    throw damaged(path, offset, "the footer does not match its checksum");
  }
  const reader = new ByteReader(footer, "store_damaged", path);
  const runs: Run[] = [];
  for (let rest = reader.count(leastRun); rest > 0; rest -= 1) {
    runs.push({
      summaryKey: reader.hex(16),
      bucketStart: readBucketStart(reader),
      rows: reader.varint(),
      offset: reader.varint(),
      bytes: reader.varint(),
      blocks: reader.varint(),
    });
  }
  reader.end();
  return runs;
}
