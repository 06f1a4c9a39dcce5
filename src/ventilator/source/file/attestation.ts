// Attests that what was just read is of the content that the file was identified by. A file may be
// copied and truncated while it is open, and grow again past the place that the reader is at: the next
// read then returns bytes of another content, without any error. So after each read, before anything of
// it is handed over, the same handle is asked again:
//
//   a file that has rested for a while   is untouched if size and times are what they were
//   any other                            begins as it did, has the same bytes before the place that was
//                                        read from, and gives the same bytes when it is read again
//
// A file is replaced once and never becomes what it was: if it is the old content after the read, it
// was so during the read.

import { crc32 } from "node:zlib";
import { limits } from "../../../shared/base/limits.ts";
import { tailBytes } from "../../../shared/model/content-id.ts";
import type { Window } from "../../../shared/model/read-range.ts";
import type { Content } from "./content-reader.ts";
import { hasRested, isSameFile } from "./file-facts.ts";

/** Bytes compared at once. */
const pieceBytes = 256 * 1024;
const noBytes = new Uint8Array(0);

export class Attestation {
  readonly #content: Content;
  /** Null: the file has rested, and its facts tell whether it was touched. */
  readonly #head: Buffer | null;
  /** What lies before `#at`, the place that is read next. */
  #before: Buffer;
  #at: number;

  private constructor(content: Content, head: Buffer | null, before: Buffer, at: number) {
    this.#content = content;
    this.#head = head;
    this.#before = before;
    this.#at = at;
  }

  /**
   * To be made before the file is held against what is known of its content.
   * @param at offset in the file that is read from first
   */
  static async begin(content: Content, at: number): Promise<Attestation> {
    if (hasRested(content)) return new Attestation(content, null, Buffer.alloc(0), at);
    const head = await bytesAt(content, 0, limits.fingerprintBytesMax);
    return new Attestation(content, head, await windowBefore(content, at), at);
  }

  /** Reading goes on elsewhere in the file; false as `check` says it. */
  async moveTo(at: number): Promise<boolean> {
    return at === this.#at || this.check(noBytes, at);
  }

  /**
   * Whether the file still is what it was; when it is not, only a look from its start can tell what.
   * @param read the last bytes that were read, where the bytes of the file are those of the content
   * @param to offset in the file behind them
   */
  async check(read: Uint8Array, to: number): Promise<boolean> {
    if (this.#head === null) return isSameFile(this.#content, await this.#content.look());
    // Before the check: what is there after it may be of the next content already.
    const before = await windowBefore(this.#content, to);
    const isSame =
      (await this.#has(to - read.length, read)) &&
      (await this.#has(this.#at - this.#before.length, this.#before)) &&
      (await this.#has(0, this.#head));
    this.#before = before;
    this.#at = to;
    return isSame;
  }

  /** The beginning of what was found unchanged, up to an offset; null where it was not looked at. */
  start(to: number): Window | null {
    const bytes = this.#head?.subarray(0, to);
    if (bytes === undefined || bytes.length === 0) return null;
    return { from: 0, to: bytes.length, crc32: crc32(bytes) };
  }

  async #has(offset: number, expected: Uint8Array): Promise<boolean> {
    for (let at = 0; at < expected.length; at += pieceBytes) {
      const piece = expected.subarray(at, at + pieceBytes);
      const actual = await bytesAt(this.#content, offset + at, piece.length);
      if (!actual.equals(piece)) return false;
    }
    return true;
  }
}

function windowBefore(content: Content, at: number): Promise<Buffer> {
  const from = Math.max(0, at - tailBytes);
  return bytesAt(content, from, at - from);
}

/** Fewer where the file ends. */
async function bytesAt(content: Content, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, await content.readRaw(offset, bytes));
}
