// How content gets its name. A source is known by what it holds, not by where it lies: the hash of
// its beginning (`headBytes` long, see SourceIdentity) is its id, and the hash of its first line is
// its family, which never changes while a file grows and so narrows down what a file may be.
//
// A `stat` token stands for "the same file, untouched": device, inode, size and time of change. For
// a compressed file that was read to its end the length of its content follows, so that the next
// run need not decompress it to learn that nothing is left.

import { createHash, type Hash } from "node:crypto";
import { basename } from "node:path";
import { crc32 } from "node:zlib";
import { limits } from "../base/limits.ts";
import type { SourceHint } from "./content.ts";

/** Bytes before the end of a range that its `tailCrc32` covers, at most. */
export const tailBytes = 4096;

const newline = 0x0a;

/** Name of a file of dead letters that are to count after all; see `saltOf`. */
export const replaySuffix = ".logmill-replay";

/**
 * What goes into the identity of a content before its bytes. Nothing, as a rule: the same bytes are the
 * same content wherever they lie. But lines that are sent again from among the dead letters must count,
 * although those bytes lie in the file that they came from, too: such a file is another content.
 */
export function saltOf(path: string): string {
  return path.endsWith(replaySuffix) ? `${basename(path)}\0` : "";
}

/** Collects the beginning of a content piece by piece. @param salt see `saltOf`. */
export function newHeadHash(salt = ""): Hash {
  return createHash("sha256").update(salt);
}

/** `SourceIdentity.id`: 32 hex digits. The hash must not be used afterwards. */
export function headId(hash: Hash): string {
  return hash.digest("hex").slice(0, 32);
}

/** The first line without its line feed; all of `head` when there is none. */
export function firstLine(head: Uint8Array): Uint8Array {
  const end = head.indexOf(newline);
  return end < 0 ? head : head.subarray(0, end);
}

/**
 * `SourceIdentity.family`: 16 hex digits.
 * @param head the first `limits.fingerprintBytesMax` bytes of the content, or all of a shorter one;
 *   a first line that is longer counts by this beginning.
 */
export function familyOf(head: Uint8Array, salt = ""): string {
  const line = firstLine(head.subarray(0, limits.fingerprintBytesMax));
  return createHash("sha256").update(salt).update(line).digest("hex").slice(0, 16);
}

/** `tailCrc32` of a range whose content is `bytes`, or of one that ends with at least its tail. */
export function tailCrc32(bytes: Uint8Array): number {
  return crc32(bytes.subarray(Math.max(0, bytes.length - tailBytes)));
}

/** The parts of `fs.BigIntStats` that a token is made of. */
export interface StatFacts {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  /** 0 where the file system does not know. */
  readonly birthtimeNs: bigint;
}

/**
 * The hint for a file as it is now. Inode numbers are given out again soon after a file was deleted;
 * with the time of birth they stand for one file.
 */
export function hintOf(path: string, stat: StatFacts): SourceHint {
  const file = `${stat.dev.toString()}:${stat.ino.toString()}`;
  const inode = stat.birthtimeNs > 0n ? `${file}:${stat.birthtimeNs.toString()}` : file;
  return { path, inode, stat: `${file}:${stat.size.toString()}:${stat.mtimeNs.toString()}` };
}

/** The hint of a compressed file whose whole content, `contentBytes` long, has been read. */
export function hintWithContent(hint: SourceHint, contentBytes: number): SourceHint {
  return { ...hint, stat: `${hint.stat}:${contentBytes.toString()}` };
}

/** Whether a remembered token stands for the file that has `current` now. */
export function isSameStat(remembered: string, current: string): boolean {
  return remembered === current || remembered.startsWith(`${current}:`);
}

/** The length of the content that a remembered token tells, bytes; null if it tells none. */
export function contentBytesOf(remembered: string): number | null {
  const part = remembered.split(":")[4];
  return part === undefined ? null : Number(part);
}
