// A block of a segment file: one sorted table frame, deflated, behind 16 bytes that say how long it is
// and carry the checksum; drawn in FORMAT.md. The checksum is of the packed bytes, so that damage is
// found before anything is inflated; the frame has its own besides.

import { promisify } from "node:util";
import { constants, crc32, deflateRaw, inflateRaw } from "node:zlib";
import { damaged } from "../disk/file-header.ts";

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

export const blockHeadBytes = 16;
/** Far above what a block of bounded rows takes; a larger number is damage. */
const blockBytesMax = 256 * 1024 * 1024;

/** The least that Node.js takes for `chunkSize`. */
const zlibChunkMin = 64;

/** Shorter frames are left as they are: to deflate one costs more than writing it. */
const deflatedBytesMin = 512;

export interface BlockHead {
  readonly rows: number;
  readonly frameBytes: number;
  readonly packedBytes: number;
}

export interface Block extends BlockHead {
  /** Head and packed frame. */
  readonly chunks: readonly Uint8Array[];
}

/** Runs in the thread pool; the frame must not be changed meanwhile. */
export async function packBlock(frame: Uint8Array, rows: number): Promise<Block> {
  const packed = frame.length < deflatedBytesMin ? frame : await shorter(frame);
  const head = Buffer.alloc(blockHeadBytes);
  head.writeUInt32LE(rows, 0);
  head.writeUInt32LE(frame.length, 4);
  head.writeUInt32LE(packed.length, 8);
  head.writeUInt32LE(crc32(packed, crc32(head.subarray(0, 12))), 12);
  return { rows, frameBytes: frame.length, packedBytes: packed.length, chunks: [head, packed] };
}

async function shorter(frame: Uint8Array): Promise<Uint8Array> {
  const deflated = await deflate(frame, { level: constants.Z_BEST_SPEED });
  return deflated.length < frame.length ? deflated : frame;
}

/** What the head at the beginning of `bytes` says, before its checksum can be verified. */
export function readBlockHead(bytes: Buffer, path: string, offset: number): BlockHead {
  const head = {
    rows: bytes.readUInt32LE(0),
    frameBytes: bytes.readUInt32LE(4),
    packedBytes: bytes.readUInt32LE(8),
  };
  if (head.frameBytes > blockBytesMax || head.packedBytes > head.frameBytes) {
    throw damaged(path, offset, "a block has an impossible length");
  }
  return head;
}

/**
 * The frame of a whole block.
 * @throws LogmillError `store_damaged`
 */
export async function unpackBlock(
  block: Buffer,
  { frameBytes, packedBytes }: BlockHead,
  path: string,
  offset: number,
): Promise<Uint8Array> {
  const packed = block.subarray(blockHeadBytes, blockHeadBytes + packedBytes);
  if (block.readUInt32LE(12) !== crc32(packed, crc32(block.subarray(0, 12)))) {
    throw damaged(path, offset, "a block does not match its checksum");
  }
  if (packedBytes === frameBytes) return packed;
  try {
    // In one piece, with a byte to spare by which zlib sees that it is all.
    const chunkSize = Math.max(zlibChunkMin, frameBytes + 1);
    const frame = await inflate(packed, { chunkSize, maxOutputLength: Math.max(1, frameBytes) });
    if (frame.length === frameBytes) return frame;
  } catch (cause) {
    throw damaged(path, offset, "a block cannot be inflated", { cause });
  }
  throw damaged(path, offset, "a block is shorter than it says");
}
