// `node:fs/promises` over the simulated folder of log files, as far as sources use it, and over the
// ventilator's disk, as far as dead letters do.

import { folderHandle, letterHandle, type DiskHandle } from "../world/dead-letter-disk.ts";
import type { LogFile } from "../world/log-folder.ts";
import { theWorld, thisProcess } from "../world/current.ts";
import { dataPath } from "../world/paths.ts";

export * from "node:fs/promises";

interface Facts {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint | number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly birthtimeNs: bigint;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** Answers after a moment, as from a thread pool. */
function soon<T>(act: () => T): Promise<T> {
  const world = theWorld();
  const process = thisProcess();
  return new Promise((resolve, reject) => {
    world.scheduler.at(world.networkRandom() * 0.2, process, () => {
      try {
        resolve(act());
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

function factsOf(file: LogFile, isBig: boolean): Facts {
  const size = file.content().length;
  return {
    dev: 1n,
    ino: BigInt(file.inode),
    size: isBig ? BigInt(size) : size,
    mtimeNs: file.mtimeNs,
    ctimeNs: file.mtimeNs,
    birthtimeNs: BigInt(file.inode) * 1_000_000n,
    isFile: () => true,
    isDirectory: () => false,
  };
}

interface Options {
  readonly bigint?: boolean;
}

export function stat(path: string, options: Options = {}): Promise<Facts> {
  theWorld().trace(`${thisProcess().name} stat ${path}`);
  return soon(() => factsOf(theWorld().logs.find(path), options.bigint === true));
}

export { stat as lstat };

/** There are no links. */
export function realpath(path: string): Promise<string> {
  return soon(() => {
    const { logs } = theWorld();
    if (!logs.paths().some((each) => each.startsWith(`${path}/`))) logs.find(path);
    return path;
  });
}

class FileHandle {
  readonly #file: LogFile;

  constructor(file: LogFile) {
    this.#file = file;
  }

  stat(options: Options = {}): Promise<Facts> {
    return soon(() => factsOf(this.#file, options.bigint === true));
  }

  /** May read less than is there, as any read may. */
  read(
    into: Uint8Array,
    offset = 0,
    length = into.length - offset,
    position = 0,
  ): Promise<{ bytesRead: number; buffer: Uint8Array }> {
    const random = theWorld().networkRandom;
    return soon(() => {
      const rest = this.#file.content().subarray(position, position + length);
      const isShort = rest.length > 64 && random() < 0.05;
      const bytes = isShort ? rest.subarray(0, 1 + Math.floor(random() * 63)) : rest;
      into.set(bytes, offset);
      return { bytesRead: bytes.length, buffer: into };
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export async function open(path: string, flags = "r"): Promise<FileHandle | DiskHandle> {
  if (path.startsWith(dataPath)) {
    const { deadLetterDisk } = theWorld();
    const disk = deadLetterDisk.mountedBy(thisProcess());
    return deadLetterDisk.isFolder(path)
      ? folderHandle(disk, path)
      : letterHandle(disk, path, flags);
  }
  theWorld().trace(`${thisProcess().name} open ${path}`);
  return soon(() => new FileHandle(theWorld().logs.find(path)));
}

/** Resolves to the first folder that was made; to nothing when all were there. */
export async function mkdir(path: string): Promise<string | undefined> {
  const { deadLetterDisk } = theWorld();
  const isNew = !deadLetterDisk.isFolder(path);
  await deadLetterDisk.mountedBy(thisProcess()).makeDirectory(path);
  return isNew ? path : undefined;
}
