// Names of the files in a store's directory, and the operations on whole files that more than one
// part of the store needs.

import { assert } from "../../../../shared/base/assert.ts";
import { damaged } from "./file-header.ts";
import type { FileSystem, OpenFile } from "../../../disk/file-system.ts";

export const manifestName = "manifest";
/** The manifest while it is being written. */
export const manifestDraftName = "manifest.tmp";
/** Up to where the log was acknowledged. */
export const commitPointName = "commit-point";

const digits = 10;
const walName = /^wal-(\d{10})\.log$/;
const segmentName = /^segment-(\d{10})\.lms$/;

function numbered(prefix: string, number: number, suffix: string): string {
  assert(Number.isSafeInteger(number) && number > 0, "files are numbered from 1");
  const text = String(number).padStart(digits, "0");
  assert(text.length === digits, "ten digits are enough for a store's life");
  return `${prefix}-${text}.${suffix}`;
}

export function walFileName(sequence: number): string {
  return numbered("wal", sequence, "log");
}

export function segmentFileName(number: number): string {
  return numbered("segment", number, "lms");
}

/** What the names in a store's directory stand for. */
export interface StoreFileNames {
  readonly hasManifest: boolean;
  readonly hasDraft: boolean;
  readonly hasCommitPoint: boolean;
  /** Sequences of the log files, ascending. */
  readonly walSequences: readonly number[];
  /** Numbers of the segment files, ascending. */
  readonly segmentNumbers: readonly number[];
}

export function readNames(names: readonly string[]): StoreFileNames {
  const matching = (pattern: RegExp): number[] =>
    names
      .flatMap((name) => pattern.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  return {
    hasManifest: names.includes(manifestName),
    hasDraft: names.includes(manifestDraftName),
    hasCommitPoint: names.includes(commitPointName),
    walSequences: matching(walName),
    segmentNumbers: matching(segmentName),
  };
}

/**
 * All bytes of a file.
 * @throws LogmillError `store_damaged` when there are more than such a file ever has.
 */
export async function readWhole(
  files: FileSystem,
  path: string,
  bytesMax: number,
): Promise<Buffer> {
  const file = await files.open(path, "read");
  try {
    const bytes = await file.size();
    if (bytes > bytesMax) throw damaged(path, bytesMax, "the file is longer than it can be");
    const buffer = Buffer.allocUnsafeSlow(bytes);
    return buffer.subarray(0, await file.read(buffer, 0));
  } finally {
    await file.close();
  }
}

/** Writes all chunks, however many writes the system makes of them. */
export async function writeAll(
  file: OpenFile,
  chunks: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let rest = chunks;
  let at = position;
  while (rest.length > 0) {
    const written = await file.write(rest, at);
    assert(written > 0, "a write that does nothing fails");
    at += written;
    rest = withoutFirst(rest, written);
  }
}

function withoutFirst(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes;
  for (const [index, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(index + 1)];
    left -= chunk.length;
  }
  return [];
}
