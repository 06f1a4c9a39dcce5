// The store's file operations on a real disk, through Node's thread pool.

import { mkdir, open, readdir, rename, statfs, unlink, type FileHandle } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { systemErrorCode } from "../../shared/base/system-error.ts";
import type { FileSystem, OpenFile } from "./file-system.ts";
import { readFully } from "../../shared/runtime/read-fully.ts";
import { lockDirectory } from "./node-lock.ts";

const flags = { create: "wx+", write: "r+", read: "r" } as const;

/** The file system of this machine. The store has to be on a local disk, not on a network's. */
export const nodeFileSystem: FileSystem = {
  makeDirectory,
  list: (path) => readdir(path),
  open: async (path, mode) => new NodeFile(await open(path, flags[mode])),
  rename,
  unlink,
  syncDirectory,
  space,
  lock: lockDirectory,
};

class NodeFile implements OpenFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return readFully(this.#handle, target, position);
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<number> {
    return (await this.#handle.writev(chunks, position)).bytesWritten;
  }

  datasync(): Promise<void> {
    return this.#handle.datasync();
  }

  truncate(size: number): Promise<void> {
    return this.#handle.truncate(size);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function space(path: string): Promise<{ freeBytes: number; totalBytes: number }> {
  const { bavail, blocks, bsize } = await statfs(path);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

async function makeDirectory(path: string): Promise<void> {
  const absolute = resolve(path);
  const firstMade = await mkdir(absolute, { recursive: true });
  if (firstMade === undefined) return;
  // Every new name is an entry of the directory above it.
  for (let made = absolute; made.length >= firstMade.length; made = dirname(made)) {
    await syncDirectory(dirname(made));
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } catch (error) {
    // Some file systems cannot sync a directory and say so; theirs are durable by other means.
    if (systemErrorCode(error) !== "EINVAL") throw error;
  } finally {
    await directory.close();
  }
}
