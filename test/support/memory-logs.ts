// A folder of log files in memory, in the place of `node:fs/promises` and `tinyglobby` for the code
// under test: thousands of histories of files in a second, and something may be done to a file between
// any two steps of whoever reads it. Times have the coarse steps of a real kernel.

import { systemError } from "./memory-file-system.ts";

/** Nanoseconds between two times that a file can have. */
const tickMs = 4;

export class MemoryFile {
  readonly inode: number;
  bytes: Buffer;
  mtimeNs = 0n;
  ctimeNs = 0n;
  isReadable = true;

  constructor(inode: number, bytes: Buffer) {
    this.inode = inode;
    this.bytes = bytes;
  }
}

export class MemoryLogs {
  readonly files = new Map<string, MemoryFile>();
  nowMs = 1_800_000_000_000;
  /** Called before each step of a reader. */
  onStep: () => void = () => undefined;
  /** Chance that a read stops short. */
  short = 0;
  random: () => number = () => 1;
  #inodes = 100;

  find(path: string): MemoryFile {
    const file = this.files.get(path);
    if (file === undefined) throw systemError("ENOENT", path);
    return file;
  }

  create(path: string, bytes: Buffer): MemoryFile {
    this.#inodes += 1;
    const file = new MemoryFile(this.#inodes, Buffer.from(bytes));
    this.files.set(path, file);
    this.write(file, file.bytes);
    return file;
  }

  write(file: MemoryFile, bytes: Buffer): void {
    file.bytes = bytes;
    file.mtimeNs = this.#now();
    file.ctimeNs = file.mtimeNs;
  }

  rename(from: string, to: string): void {
    const file = this.find(from);
    this.files.delete(from);
    this.files.set(to, file);
    file.ctimeNs = this.#now();
  }

  allow(file: MemoryFile, isReadable: boolean): void {
    file.isReadable = isReadable;
    file.ctimeNs = this.#now();
  }

  /** What the code under test gets in the place of the modules. */
  readonly modules = {
    fs: {
      open: (path: string) => this.#step(() => this.#open(path)),
      stat: (path: string) => this.#step(() => factsOf(this.find(path))),
      lstat: (path: string) => this.#step(() => factsOf(this.find(path))),
      realpath: (path: string) => this.#step(() => path),
    },
    glob: {
      escapePath: (path: string) => path,
      isDynamicPattern: (pattern: string) => pattern.includes("*"),
      glob: () => this.#step(() => [...this.files.keys()]),
    },
  };

  #open(path: string) {
    const file = this.find(path);
    if (!file.isReadable) throw systemError("EACCES", path);
    return {
      stat: (options: { readonly bigint?: boolean } = {}) =>
        this.#step(() => {
          const facts = factsOf(file);
          return options.bigint === true ? facts : { ...facts, size: Number(facts.size) };
        }),
      close: () => Promise.resolve(),
      read: (into: Uint8Array, offset: number, length: number, position: number) =>
        this.#step(() => {
          const isShort = length > 64 && this.random() < this.short;
          const wanted = isShort ? Math.ceil(length * this.random()) || 1 : length;
          const bytes = file.bytes.subarray(position, position + wanted);
          into.set(bytes, offset);
          return { bytesRead: bytes.length, buffer: into };
        }),
    };
  }

  #now(): bigint {
    return BigInt(Math.floor(this.nowMs / tickMs) * tickMs) * 1_000_000n;
  }

  async #step<T>(act: () => T): Promise<T> {
    await Promise.resolve();
    this.onStep();
    return act();
  }
}

function factsOf(file: MemoryFile) {
  return {
    dev: 1n,
    ino: BigInt(file.inode),
    size: BigInt(file.bytes.length),
    mtimeNs: file.mtimeNs,
    ctimeNs: file.ctimeNs,
    birthtimeNs: BigInt(file.inode) * 1_000_000n,
    isFile: () => true,
    isDirectory: () => false,
  };
}
