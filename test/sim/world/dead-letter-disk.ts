// Handles of the ventilator's disk as `node:fs/promises` has them. Dead letters are all that the
// ventilator writes.

import type { FileSystem } from "../../../src/sink/disk/file-system.ts";

/** A file that can be read from its beginning to its end. */
export interface Whole {
  bytes(): Promise<Buffer>;
}

export interface DiskHandle {
  stat(): Promise<{ readonly size: number }>;
  read(
    into: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  write(
    from: Uint8Array,
    offset: number,
    length: number | undefined,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
  truncate(size: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
  createReadStream(): Whole;
}

/** Of a folder, which can be synced. */
export function folderHandle(
  disk: FileSystem,
  path: string,
): Pick<DiskHandle, "sync" | "close"> & DiskHandle {
  const isFolder = (): Promise<never> => Promise.reject(new Error(`${path} is a folder`));
  return {
    sync: () => disk.syncDirectory(path),
    close: () => Promise.resolve(),
    stat: isFolder,
    read: isFolder,
    write: isFolder,
    truncate: isFolder,
    createReadStream: () => ({ bytes: isFolder }),
  };
}

/** @param flags as `open` has them. */
export async function letterHandle(
  disk: FileSystem,
  path: string,
  flags: string,
): Promise<DiskHandle> {
  const modes = { "w+": "create", "r+": "write", r: "read" } as const;
  const file = await disk.open(path, modes[flags as keyof typeof modes]);
  const bytes = async (): Promise<Buffer> => {
    const all = Buffer.alloc(await file.size());
    return all.subarray(0, await file.read(all, 0));
  };
  return {
    stat: async () => ({ size: await file.size() }),
    read: async (into, offset, length, position) => ({
      bytesRead: await file.read(into.subarray(offset, offset + length), position),
    }),
    write: async (from, offset, length, position) => {
      const part = from.subarray(offset, length === undefined ? undefined : offset + length);
      return { bytesWritten: await file.write([part], position) };
    },
    truncate: (size) => file.truncate(size),
    sync: () => file.datasync(),
    close: () => file.close(),
    createReadStream: () => ({ bytes }),
  };
}
