// The log files that the ventilator reads: they grow, are renamed, and have inodes and times of
// change as real ones do.

import { systemError } from "../../support/memory-file-system.ts";

export class LogFile {
  readonly inode: number;
  mtimeNs: bigint;
  #bytes: Buffer;

  constructor(inode: number, bytes: Buffer, mtimeNs: bigint) {
    this.inode = inode;
    this.#bytes = bytes;
    this.mtimeNs = mtimeNs;
  }

  content(): Buffer {
    return this.#bytes;
  }

  append(more: Buffer, mtimeNs: bigint): void {
    this.#bytes = Buffer.concat([this.#bytes, more]);
    this.mtimeNs = mtimeNs;
  }

  /** Truncated, and written anew. */
  overwrite(bytes: Buffer, mtimeNs: bigint): void {
    this.#bytes = bytes;
    this.mtimeNs = mtimeNs;
  }
}

export class LogFolder {
  readonly #files = new Map<string, LogFile>();
  #inodes = 100;

  find(path: string): LogFile {
    const file = this.#files.get(path);
    if (file === undefined) throw systemError("ENOENT", path);
    return file;
  }

  paths(): string[] {
    return [...this.#files.keys()];
  }

  /** All contents, those of copies twice. */
  contents(): Buffer[] {
    return [...this.#files.values()].map((file) => file.content());
  }

  create(path: string, bytes: Buffer, mtimeNs: bigint): LogFile {
    this.#inodes += 1;
    const file = new LogFile(this.#inodes, bytes, mtimeNs);
    this.#files.set(path, file);
    return file;
  }

  remove(path: string): void {
    this.find(path);
    this.#files.delete(path);
  }

  rename(from: string, to: string): void {
    const file = this.find(from);
    this.#files.delete(from);
    this.#files.set(to, file);
  }
}
