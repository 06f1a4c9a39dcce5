// Reads the range of a file that a batch by reference stands for, and makes sure that it is the one that
// was cut. Since then the file may have been replaced, cut short, or copied and truncated, also while it
// is read; so everything that is known of the range is looked at after the bytes have been read:
// windows of the file around it, its own end, and its marks.

import { crc32 } from "node:zlib";
import { tailCrc32 } from "./content-id.ts";
import { MarkFinder, markedBytesMax, packMarks } from "./content-marks.ts";

/** Bytes `[from, to)` of a content, and their CRC-32. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly crc32: number;
}

/** What was seen when the range was cut. */
export interface CutRange {
  readonly from: number;
  readonly to: number;
  /** Of its last min(4096, to - from) bytes. */
  readonly tailCrc32: number;
  /** Packed; absent where nobody looked for them. */
  readonly marks?: Uint8Array | undefined;
  /** Before the end of the range, in it or around it. */
  readonly witnesses?: readonly Window[] | undefined;
}

export type RangeRead =
  | { readonly kind: "whole"; readonly crc32: number }
  | { readonly kind: "short"; readonly bytes: number }
  | { readonly kind: "changed" };

/** Fills `into` from `offset` on; returns how many bytes there were. */
export type ReadAt = (offset: number, into: Uint8Array) => Promise<number>;

/** @param into as long as the range */
export async function readRange(
  readAt: ReadAt,
  range: CutRange,
  into: Uint8Array,
): Promise<RangeRead> {
  const { from, to, marks } = range;
  const bytes = await readAt(from, into);
  if (bytes < to - from) return { kind: "short", bytes };
  for (const window of range.witnesses ?? []) {
    if ((await crc32At(readAt, window)) !== window.crc32) return { kind: "changed" };
  }
  const finder = new MarkFinder(from);
  const markedBytes = Math.max(0, markedBytesMax - from);
  finder.add(into.subarray(0, markedBytes));
  const isMarked = marks === undefined || isEqual(packMarks(from, finder.marks), marks);
  if (!isMarked || tailCrc32(into) !== range.tailCrc32) return { kind: "changed" };
  return { kind: "whole", crc32: crc32(into.subarray(markedBytes), finder.crc32) };
}

async function crc32At(readAt: ReadAt, { from, to }: Window): Promise<number | null> {
  const bytes = Buffer.allocUnsafe(to - from);
  return (await readAt(from, bytes)) < bytes.length ? null : crc32(bytes);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
