// A zstd file (RFC 8878), of one frame or of many behind each other, seen as what it decompresses to.
// Its blocks are fed to the decompressor one by one, each of which becomes at most 128 KiB; so memory is
// bounded by the frame's window, which is bounded itself, whatever a file claims to unfold to. What
// precedes damage is delivered. Zeros behind the last frame are padding; anything else is damage.
//
// Going back means beginning anew.

import type { FileHandle } from "node:fs/promises";
import { readFully } from "../../../shared/runtime/read-fully.ts";
import { unreadable } from "./content-errors.ts";
import { DecompressedContent } from "./decompressed-content.ts";
import { frameDecoder, type FrameDecoder } from "./zstd-decoder.ts";
import * as zstd from "./zstd-frame.ts";

interface Frame {
  readonly header: zstd.FrameHeader;
  readonly decoder: FrameDecoder;
  /** Bytes of content that came out of it. */
  produced: number;
  isBegun: boolean;
}

const pieceBytes = zstd.blockBytesMax + 64;

export class ZstdContent extends DecompressedContent {
  readonly #handle: FileHandle;
  #frame: Frame | null = null;
  #failure: Error | null = null;
  #isEnded = false;
  #produced = 0;
  #diskPosition = 0;
  /** Read and not used yet; it lies at the disk position. */
  #input: Buffer = Buffer.alloc(0);

  constructor(path: string, handle: FileHandle) {
    super(path, "zstd");
    this.#handle = handle;
  }

  get diskPosition(): number {
    return this.#diskPosition;
  }

  protected async decompress(): Promise<boolean> {
    if (this.#failure !== null) throw this.damaged(this.#produced, this.#failure);
    if (this.#isEnded) return false;
    try {
      if (this.#frame === null) await this.#beginFrame();
      else await this.#nextBlock(this.#frame);
    } catch (error) {
      // The operating system's refusals are no damage, and are said as they are.
      if ((error as NodeJS.ErrnoException).syscall !== undefined)
        throw unreadable(this.path, error);
      this.#failure = error as Error;
    }
    return true;
  }

  protected restart(): void {
    this.#frame?.decoder.close();
    this.#frame = null;
    this.#failure = null;
    this.#isEnded = false;
    this.#produced = 0;
    this.#goTo(0);
  }

  async #beginFrame(): Promise<void> {
    const magic = await this.#peek(zstd.magicBytes);
    const kind = magic.length < zstd.magicBytes ? "other" : zstd.kindOfFrame(magic);
    if (kind === "frame") {
      const bytes = zstd.headerBytesOf(await this.#need(zstd.descriptorBytes));
      const header = zstd.readFrameHeader(await this.#need(bytes));
      const decoder = await frameDecoder(header.hasChecksum);
      this.#frame = { header, decoder, produced: 0, isBegun: false };
    } else if (kind === "skippable") {
      const head = await this.#need(2 * zstd.magicBytes);
      await this.#skip(head.length + head.readUInt32LE(zstd.magicBytes));
    } else {
      await this.#checkPadding(magic);
      this.#isEnded = true;
    }
  }

  /** The first one of a frame goes in with its header, the last one with the checksum. */
  async #nextBlock(frame: Frame): Promise<void> {
    const { header, decoder } = frame;
    const before = frame.isBegun ? 0 : header.bytes;
    const head = await this.#need(before + zstd.blockHeaderBytes);
    const { isLast, bytes } = zstd.readBlockHeader(head.subarray(before));
    const checksum = isLast && header.hasChecksum ? zstd.checksumBytes : 0;
    const piece = Buffer.from(await this.#need(head.length + bytes + checksum));
    this.#goTo(this.#diskPosition + piece.length);
    frame.isBegun = true;
    for (const chunk of await decoder.push(piece, isLast)) {
      this.output.push(chunk);
      frame.produced += chunk.length;
      this.#produced += chunk.length;
    }
    if (!isLast) return;
    decoder.close();
    this.#frame = null;
    if (header.contentBytes !== null && header.contentBytes !== BigInt(frame.produced)) {
      throw new Error("it is not as long as it says");
    }
  }

  async #checkPadding(magic: Buffer): Promise<void> {
    if (zstd.mayBecomeFrame(magic)) throw new Error("it ends in the middle");
    for (;;) {
      const piece = await this.#peek(pieceBytes);
      if (piece.length === 0) return;
      if (piece.some((byte) => byte !== 0)) throw new Error("what follows its end is no zstd");
      this.#goTo(this.#diskPosition + piece.length);
    }
  }

  /** A frame that is cut off in what is skipped is cut off all the same. */
  async #skip(bytes: number): Promise<void> {
    this.#goTo(this.#diskPosition + bytes - 1);
    await this.#need(1);
    this.#goTo(this.#diskPosition + 1);
  }

  async #need(bytes: number): Promise<Buffer> {
    const piece = await this.#peek(bytes);
    if (piece.length < bytes) throw new Error("it ends in the middle");
    return piece;
  }

  /** The next bytes of the file, fewer only at its end; the position stays. */
  async #peek(bytes: number): Promise<Buffer> {
    if (this.#input.length < bytes) {
      const input = Buffer.allocUnsafe(Math.max(bytes, pieceBytes));
      const read = await readFully(this.#handle, input, this.#diskPosition);
      this.#input = input.subarray(0, read);
    }
    return this.#input.subarray(0, bytes);
  }

  #goTo(diskPosition: number): void {
    const moved = diskPosition - this.#diskPosition;
    this.#input = moved < 0 ? Buffer.alloc(0) : this.#input.subarray(moved);
    this.#diskPosition = diskPosition;
  }
}
