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
export function readRun(segment: OpenSegment, run: Run): AsyncIterableIterator<Uint8Array> {
  return new RunFrames(segment, run);
}

/**
 * No generator: while one waits to be asked again, it keeps the frame that it gave before, and of a merge
 * of many runs that is half of the memory.
 */
class RunFrames implements AsyncIterableIterator<Uint8Array> {
  readonly #segment: OpenSegment;
  readonly #run: Run;
  readonly #end: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart: number;
  #at: number;
  #rows = 0;
  #blocks = 0;

  constructor(segment: OpenSegment, run: Run) {
    this.#segment = segment;
    this.#run = run;
    this.#at = run.offset;
    this.#windowStart = run.offset;
    this.#end = run.offset + run.bytes;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const { path } = this.#segment;
    const at = this.#at;
    if (this.#blocks === this.#run.blocks) {
      if (at !== this.#end || this.#rows !== this.#run.rows) {
        throw damaged(path, at, "a table is not as long as the manifest says");
      }
      await this.return();
      return { done: true, value: undefined };
    }
    const head = readBlockHead(await this.#load(blockHeadBytes), path, at);
    const bytes = blockHeadBytes + head.packedBytes;
    const frame = await unpackBlock(await this.#load(bytes), head, path, at);
    this.#blocks += 1;
    this.#rows += head.rows;
    this.#at += bytes;
    return { done: false, value: frame };
  }

  /** Lets go of what was read ahead. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#window = Buffer.alloc(0);
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The next bytes, which it makes part of the window. */
  async #load(bytes: number): Promise<Buffer> {
    const { path, file } = this.#segment;
    const at = this.#at;
    if (at + bytes > this.#end) throw damaged(path, at, "a block reaches beyond its table");
    if (at + bytes > this.#windowStart + this.#window.length) {
      const target = Buffer.allocUnsafeSlow(Math.min(this.#end - at, Math.max(bytes, windowBytes)));
      const read = await file.read(target, at);
      if (read < target.length) throw damaged(path, at + read, "the file ends within a block");
      this.#window = target;
      this.#windowStart = at;
    }
    return this.#window.subarray(at - this.#windowStart, at - this.#windowStart + bytes);
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
