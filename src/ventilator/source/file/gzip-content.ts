// A gzip file (RFC 1952), of one member or of many behind each other, seen as what it decompresses
// to. Decompression is pulled: a small piece of the file goes in, everything it becomes is taken
// out before the next piece goes in. So memory is bounded by the piece times gzip's greatest ratio
// (1032:1), and what precedes damage is always delivered, which a piped stream does not promise.
// Zeros behind the last member are padding, as of tapes; anything else there is damage. A piece that
// fails takes with it what had come out of its beginning: where it fails behind a member, whose
// checksum was right, it is decompressed again, byte by byte.
//
// Going back means beginning anew: gzip has no index.

import type { FileHandle } from "node:fs/promises";
import { createGunzip, type Gunzip } from "node:zlib";
import { unreadable } from "./content-errors.ts";
import { DecompressedContent } from "./decompressed-content.ts";

const pieceBytes = 32 * 1024;
const outputBytes = 256 * 1024;

export class GzipContent extends DecompressedContent {
  readonly #handle: FileHandle;
  #gunzip: Gunzip;
  #failure: Error | null = null;
  #wake: () => void = () => undefined;
  #isEnded = false;
  /** Bytes that came out of the decompressor, and how many of them are there for the second time. */
  #produced = 0;
  #toSkip = 0;
  #diskPosition = 0;

  constructor(path: string, handle: FileHandle) {
    super(path, "gzip");
    this.#handle = handle;
    this.#gunzip = this.#newGunzip();
  }

  get diskPosition(): number {
    return this.#diskPosition;
  }

  protected async decompress(): Promise<boolean> {
    if (this.#failure !== null) throw this.damaged(this.#produced, this.#failure);
    if (this.#isEnded) return false;
    await this.#decompressPiece();
    return true;
  }

  protected restart(): void {
    this.#begin(0);
  }

  /** Decompresses from the start of the file; the first `toSkip` bytes are there already. */
  #begin(toSkip: number): void {
    this.#gunzip.destroy();
    this.#gunzip = this.#newGunzip();
    this.#failure = null;
    this.#isEnded = false;
    this.#produced = 0;
    this.#toSkip = toSkip;
    this.#diskPosition = 0;
  }

  #newGunzip(): Gunzip {
    const gunzip = createGunzip({ chunkSize: outputBytes });
    // A listener for data makes it flow: what comes out of a piece is here when the piece is done.
    gunzip.on("data", (chunk: Buffer) => {
      if (gunzip !== this.#gunzip) return;
      this.#produced += chunk.length;
      const skipped = Math.min(this.#toSkip, chunk.length);
      this.#toSkip -= skipped;
      if (skipped < chunk.length) this.output.push(chunk.subarray(skipped));
    });
    // It ends before the file does where zeros follow.
    gunzip.on("end", () => {
      if (gunzip === this.#gunzip) this.#isEnded = true;
      this.#wake();
    });
    gunzip.on("error", (error) => {
      if (gunzip === this.#gunzip) this.#failure = error;
      this.#wake();
    });
    return gunzip;
  }

  async #decompressPiece(): Promise<void> {
    const pieceAt = this.#diskPosition;
    const piece = await this.#readPiece();
    await this.#feed(piece);
    if (isBehindMember(this.#failure)) await this.#feedAgain(pieceAt, piece);
    if (this.#isEnded && piece.length > 0) await this.#checkPadding(this.#gunzip.bytesWritten);
  }

  /** An empty piece is the end of the file. */
  async #feed(piece: Buffer): Promise<void> {
    this.#diskPosition += piece.length;
    await new Promise<void>((resolve) => {
      // The callback of a write that fails, or that is behind the end, is not always called; the
      // failure and the end themselves always are told.
      this.#wake = resolve;
      if (piece.length > 0) this.#gunzip.write(piece, () => resolve());
      else this.#gunzip.end();
    });
  }

  /** Takes everything out that precedes the byte of a piece at which it fails. */
  async #feedAgain(pieceAt: number, piece: Buffer): Promise<void> {
    this.#begin(this.#produced);
    while (this.#diskPosition < pieceAt && this.#failure === null) {
      const before = await this.#readPiece();
      await this.#feed(before.subarray(0, pieceAt - this.#diskPosition));
    }
    for (let at = 0; at < piece.length; at += 1) {
      if (this.#failure !== null || this.#isEnded) return;
      await this.#feed(piece.subarray(at, at + 1));
    }
    if (this.#failure === null && piece.length === 0) await this.#feed(piece);
  }

  /** What the decompressor left of the file has to be zeros. */
  async #checkPadding(from: number): Promise<void> {
    this.#diskPosition = from;
    for (;;) {
      const piece = await this.#readPiece();
      if (piece.length === 0) return;
      this.#diskPosition += piece.length;
      if (piece.some((byte) => byte !== 0)) {
        this.#failure = new Error("what follows its end is no gzip");
        return;
      }
    }
  }

  async #readPiece(): Promise<Buffer> {
    const piece = Buffer.allocUnsafe(pieceBytes);
    try {
      const { bytesRead } = await this.#handle.read(piece, 0, pieceBytes, this.#diskPosition);
      return piece.subarray(0, bytesRead);
    } catch (cause) {
      throw unreadable(this.path, cause);
    }
  }
}

/** What zlib says of bytes that should be the header of a member and are none. */
function isBehindMember(failure: Error | null): boolean {
  return failure !== null && /header|compression method/.test(failure.message);
}
