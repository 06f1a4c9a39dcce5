// What a zstd frame (RFC 8878) says of itself: how much memory it takes, where its blocks end, whether a
// checksum follows. Decompressors are fed block by block, so that what comes out at once is bounded,
// and where a file ends is known for sure.

/** Bytes of content in one block at most, and of its header. */
export const blockBytesMax = 128 * 1024;
export const blockHeaderBytes = 3;
export const checksumBytes = 4;
export const magicBytes = 4;
/** Magic and descriptor, which tell how long the header is. */
export const descriptorBytes = 5;
/** What `zstd -d` takes by itself, too; more is asked for with --long. */
const windowBytesMax = 128 * 1024 ** 2;

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;

export interface FrameHeader {
  readonly bytes: number;
  readonly hasChecksum: boolean;
  /** Of the whole frame; null if it does not say. */
  readonly contentBytes: bigint | null;
}

/** @param head four bytes. */
export function kindOfFrame(head: Buffer): "frame" | "skippable" | "other" {
  const magic = head.readUInt32LE(0);
  if (magic === frameMagic) return "frame";
  return (magic & 0xfffffff0) >>> 0 === skippableMagic ? "skippable" : "other";
}

/** Whether bytes that are fewer than four, and the last ones of a file, are the beginning of a frame. */
export function mayBecomeFrame(bytes: Buffer): boolean {
  const isFrame = [0x28, 0xb5, 0x2f].slice(0, bytes.length).every((byte, at) => bytes[at] === byte);
  return bytes.length > 0 && bytes.length < magicBytes && isFrame;
}

/** @param head magic and descriptor. */
export function headerBytesOf(head: Buffer): number {
  const descriptor = head[4]!;
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  return descriptorBytes + (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes(descriptor);
}

/**
 * Reads a whole header.
 * @throws Error when the frame is none that can be read here
 */
export function readFrameHeader(header: Buffer): FrameHeader {
  const descriptor = header[4]!;
  if ((descriptor & 0x08) !== 0) throw new Error("a reserved bit is set");
  if ((descriptor & 3) !== 0) throw new Error("it needs a dictionary");
  const isSingle = (descriptor & 0x20) !== 0;
  const size = sizeBytes(descriptor);
  const contentBytes = size === 0 ? null : readSize(header, header.length - size, size);
  const window = isSingle ? contentBytes! : windowOf(header[5]!);
  if (window > windowBytesMax) {
    const megabytes = Math.ceil(Number(window) / 1024 ** 2);
    throw new Error(
      `it needs ${megabytes} MiB to be decompressed, and 128 are allowed; compress it without --long`,
    );
  }
  return { bytes: header.length, hasChecksum: (descriptor & 4) !== 0, contentBytes };
}

export interface Block {
  readonly isLast: boolean;
  /** That follow its header. */
  readonly bytes: number;
}

/** @throws Error for what is no block. */
export function readBlockHeader(header: Buffer): Block {
  const word = header.readUIntLE(0, blockHeaderBytes);
  const type = (word >> 1) & 3;
  const size = word >> 3;
  if (type === 3) throw new Error("a block is of no type");
  if (size > blockBytesMax) throw new Error("a block is too large");
  return { isLast: (word & 1) === 1, bytes: type === 1 ? 1 : size };
}

function sizeBytes(descriptor: number): number {
  const flag = descriptor >> 6;
  return flag === 0 ? (descriptor >> 5) & 1 : 2 ** flag;
}

function readSize(header: Buffer, at: number, bytes: number): bigint {
  if (bytes === 8) return header.readBigUInt64LE(at);
  return BigInt(header.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0));
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
