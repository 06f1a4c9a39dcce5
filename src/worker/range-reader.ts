// Reads what a batch by reference stands for: a range of a file on this host. The file may have been
// replaced, cut short or written over since the ventilator looked at it, so it has to have the inode
// and the bytes that the ventilator saw in and around the range.
//
// The file is kept open from batch to batch, for most batches of a worker are of one file.

import { open, type FileHandle } from "node:fs/promises";
import { limits } from "../shared/base/limits.ts";
import { hintOf } from "../shared/model/content-id.ts";
import type { BatchHeader } from "../shared/protocol/messages.ts";
import { readFully } from "../shared/runtime/read-fully.ts";
import { readRange, type RangeRead } from "../shared/model/read-range.ts";

/** A range that cannot be had, and why; the ventilator reads it itself then. */
export class RangeUnreadable extends Error {}

export interface Range {
  /** Lies where there was room for it. */
  readonly bytes: Uint8Array;
  readonly crc32: number;
}

export class RangeReader {
  #file: { readonly path: string; readonly handle: FileHandle } | null = null;

  /**
   * @param room makes the memory that the range is read to.
   * @throws RangeUnreadable
   */
  async read(
    header: BatchHeader,
    room = (bytes: number): Uint8Array => Buffer.allocUnsafeSlow(bytes),
  ): Promise<Range> {
    const { hint, from, to } = header;
    const length = to - from;
    if (length > limits.rangeBytesMax) throw new RangeUnreadable(`${length} bytes are no batch`);
    const bytes = room(length);
    const read = await this.#readInto(bytes, header).catch(async (error: unknown) => {
      await this.close();
      if (error instanceof RangeUnreadable) throw error;
      throw new RangeUnreadable((error as Error).message, { cause: error });
    });
    if (read.kind === "whole") return { bytes, crc32: read.crc32 };
    throw new RangeUnreadable(
      read.kind === "short"
        ? `${hint.path} ends at byte ${from + read.bytes}, before ${to}`
        : `${hint.path} was written over before byte ${to}`,
    );
  }

  async #readInto(bytes: Uint8Array, header: BatchHeader): Promise<RangeRead> {
    const handle = await this.#open(header.hint.path, header.hint.inode);
    return readRange((offset, into) => readFully(handle, into, offset), header, bytes);
  }

  /** Closes the file. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.handle.close();
  }

  async #open(path: string, inode: string): Promise<FileHandle> {
    if (this.#file?.path === path && (await isFile(this.#file.handle, inode))) {
      return this.#file.handle;
    }
    await this.#file?.handle.close();
    this.#file = null;
    const handle = await open(path, "r");
    if (!(await isFile(handle, inode))) {
      await handle.close();
      throw new RangeUnreadable(`${path} is another file now`);
    }
    this.#file = { path, handle };
    return handle;
  }
}

async function isFile(handle: FileHandle, inode: string): Promise<boolean> {
  return hintOf("", await handle.stat({ bigint: true })).inode === inode;
}
