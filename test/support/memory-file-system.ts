// A file system in memory that behaves as badly as POSIX allows. What is written is seen at once but
// survives `crash` only after a sync; what was not synced survives in part, sector by sector. Names
// survive by `syncDirectory`, and of the changes since then any may survive without the others. Any
// operation can be made to fail, the power can go before any operation, and the disk can be full.

import type { DirectoryLock, FileSystem, OpenFile } from "../../src/sink/disk/file-system.ts";
import { LogmillError } from "../../src/shared/base/errors.ts";
import { randomBelow, type Random } from "../../src/shared/base/prng.ts";

const sectorBytes = 512;

export type OperationKind =
  | "makeDirectory"
  | "list"
  | "open"
  | "create"
  | "rename"
  | "unlink"
  | "syncDirectory"
  | "lock"
  | "size"
  | "read"
  | "write"
  | "datasync"
  | "truncate"
  | "close";

export interface Operation {
  /** Counts from 0. */
  readonly index: number;
  readonly kind: OperationKind;
  readonly path: string;
}

/** What survives of what was not synced: nothing, everything (the process alone died), or some. */
export type Survival = "nothing" | "everything" | Random;

/** An error as the operating system gives it. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: test, '${path}'`), { code });
}

class Inode {
  bytes = new Uint8Array(0);
  size = 0;
  synced = new Uint8Array(0);
  /** Sectors written since the last sync. */
  readonly dirty = new Set<number>();

  contents(): Uint8Array {
    return this.bytes.subarray(0, this.size);
  }

  write(chunk: Uint8Array, position: number): void {
    const end = position + chunk.length;
    if (end > this.bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.bytes.length));
      larger.set(this.contents());
      this.bytes = larger;
    }
    this.bytes.set(chunk, position);
    this.size = Math.max(this.size, end);
    this.#touch(position, end);
  }

  truncate(size: number): void {
    if (size < this.size) this.bytes.fill(0, size, this.size);
    else if (size > this.size) this.write(new Uint8Array(size - this.size), this.size);
    this.#touch(Math.min(size, this.size), Math.max(size, this.size));
    this.size = size;
  }

  #touch(from: number, to: number): void {
    for (let at = Math.floor(from / sectorBytes); at * sectorBytes < to; at += 1)
      this.dirty.add(at);
  }

  sync(): void {
    if (this.dirty.size > 0 || this.synced.length !== this.size) {
      this.synced = this.contents().slice();
    }
    this.dirty.clear();
  }

  copy(): Inode {
    const copy = new Inode();
    copy.bytes = this.contents().slice();
    copy.size = this.size;
    copy.synced = this.synced;
    for (const sector of this.dirty) copy.dirty.add(sector);
    return copy;
  }

  survivor(survival: "nothing" | Random): Uint8Array {
    if (survival === "nothing" || this.dirty.size === 0) return this.synced.slice();
    const shorter = Math.min(this.synced.length, this.size);
    const longer = Math.max(this.synced.length, this.size);
    const bytes = new Uint8Array(shorter + randomBelow(survival, longer - shorter + 1));
    bytes.set(this.synced.subarray(0, bytes.length));
    for (const sector of this.dirty) {
      if (survival() < 0.5) continue;
      const from = sector * sectorBytes;
      const to = Math.min(from + sectorBytes, this.size, bytes.length);
      if (from < to) bytes.set(this.bytes.subarray(from, to), from);
    }
    return bytes;
  }
}

/** A change of names that its directory's next sync makes durable. */
interface NameChange {
  readonly directory: string;
  readonly gone: string | null;
  readonly set: { readonly path: string; readonly inode: Inode } | null;
}

function applyTo(names: Map<string, Inode>, { gone, set }: NameChange): void {
  if (gone !== null) names.delete(gone);
  if (set !== null) names.set(set.path, set.inode);
}

export class MemoryFileSystem implements FileSystem {
  readonly #directories = new Set<string>();
  readonly #names = new Map<string, Inode>();
  readonly #durableNames = new Map<string, Inode>();
  /** Changes of names since their directory was synced. */
  #nameChanges: NameChange[] = [];
  readonly #locks = new Set<string>();
  #operations = 0;

  /** Called before each operation; what it throws, the operation fails with. */
  before: (operation: Operation) => void = () => undefined;
  /** Bytes that all files together may have. */
  spaceBytes = Infinity;

  /** Operations so far. */
  get operations(): number {
    return this.#operations;
  }

  /** The file's bytes; they may be changed to damage it. */
  file(path: string): Uint8Array {
    const inode = this.#names.get(path);
    if (inode === undefined) throw systemError("ENOENT", path);
    return inode.contents();
  }

  /** Puts a file in place as if it had always been there. */
  place(path: string, bytes: Uint8Array): void {
    const inode = new Inode();
    inode.write(bytes, 0);
    inode.sync();
    this.#directories.add(directoryOf(path));
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  remove(path: string): void {
    this.#names.delete(path);
    this.#durableNames.delete(path);
  }

  /** Paths of all files, sorted. */
  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  hasDirectory(path: string): boolean {
    return this.#directories.has(path);
  }

  /** What the next process finds on this disk, unlocked: a copy. */
  crash(survival: Survival): MemoryFileSystem {
    const survivor = new MemoryFileSystem();
    for (const directory of this.#directories) survivor.#directories.add(directory);
    if (survival === "everything") {
      this.#outlive(survivor);
      return survivor;
    }
    const names = new Map(this.#durableNames);
    if (survival !== "nothing") {
      for (const change of this.#nameChanges) if (survival() < 0.5) applyTo(names, change);
    }
    for (const [path, inode] of names) survivor.place(path, inode.survivor(survival));
    return survivor;
  }

  /** The process died and the machine lives: what was not synced is there, and still not durable. */
  #outlive(survivor: MemoryFileSystem): void {
    const copies = new Map<Inode, Inode>();
    const copyOf = (inode: Inode): Inode => {
      const copy = copies.get(inode) ?? inode.copy();
      copies.set(inode, copy);
      return copy;
    };
    for (const [path, inode] of this.#names) survivor.#names.set(path, copyOf(inode));
    for (const [path, inode] of this.#durableNames) {
      survivor.#durableNames.set(path, copyOf(inode));
    }
    survivor.#nameChanges = this.#nameChanges.map(({ directory, gone, set }) => {
      const copied = set === null ? null : { path: set.path, inode: copyOf(set.inode) };
      return { directory, gone, set: copied };
    });
  }

  makeDirectory(path: string): Promise<void> {
    return this.#operate("makeDirectory", path, () => {
      this.#directories.add(path);
    });
  }

  list(path: string): Promise<readonly string[]> {
    return this.#operate("list", path, () => {
      if (!this.#directories.has(path)) throw systemError("ENOENT", path);
      const prefix = `${path}/`;
      return [...this.#names.keys()]
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length));
    });
  }

  open(path: string, mode: "create" | "write" | "read"): Promise<OpenFile> {
    return this.#operate(mode === "create" ? "create" : "open", path, () => {
      let inode = this.#names.get(path);
      if (mode === "create") {
        if (inode !== undefined) throw systemError("EEXIST", path);
        const made = new Inode();
        this.#changeNames(path, null, made);
        inode = made;
      }
      if (inode === undefined) throw systemError("ENOENT", path);
      return this.#openFile(path, inode);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#operate("rename", to, () => {
      const inode = this.#names.get(from);
      if (inode === undefined) throw systemError("ENOENT", from);
      this.#changeNames(to, from, inode);
    });
  }

  unlink(path: string): Promise<void> {
    return this.#operate("unlink", path, () => {
      if (!this.#names.has(path)) throw systemError("ENOENT", path);
      this.#changeNames(path, path, null);
    });
  }

  syncDirectory(path: string): Promise<void> {
    return this.#operate("syncDirectory", path, () => {
      for (const change of this.#nameChanges) {
        if (change.directory === path) applyTo(this.#durableNames, change);
      }
      this.#nameChanges = this.#nameChanges.filter(({ directory }) => directory !== path);
    });
  }

  /** No operation that can fail: nothing durable depends on it. */
  space(): Promise<{ freeBytes: number; totalBytes: number }> {
    return Promise.resolve({ freeBytes: 2 ** 30, totalBytes: 2 ** 31 });
  }

  lock(path: string): Promise<DirectoryLock> {
    return this.#operate("lock", path, () => {
      if (this.#locks.has(path)) throw new LogmillError("store_locked", `${path} is in use`);
      this.#locks.add(path);
      return {
        release: () => {
          this.#locks.delete(path);
          return Promise.resolve();
        },
      };
    });
  }

  async #operate<T>(kind: OperationKind, path: string, act: () => T): Promise<T> {
    const index = this.#operations;
    this.#operations += 1;
    // As from a thread pool, nothing has happened yet when the call returns.
    await Promise.resolve();
    this.before({ index, kind, path });
    return act();
  }

  #changeNames(path: string, gone: string | null, inode: Inode | null): void {
    const set = inode === null ? null : { path, inode };
    const change = { directory: directoryOf(path), gone, set };
    applyTo(this.#names, change);
    this.#nameChanges.push(change);
  }

  #usedBytes(): number {
    let used = 0;
    for (const { size } of this.#names.values()) used += size;
    return used;
  }

  #openFile(path: string, inode: Inode): OpenFile {
    return {
      size: () => this.#operate("size", path, () => inode.size),
      read: (target, position) =>
        this.#operate("read", path, () => {
          const from = inode.contents().subarray(position, position + target.length);
          target.set(from);
          return from.length;
        }),
      write: (chunks, position) =>
        this.#operate("write", path, () => this.#write(path, inode, chunks, position)),
      datasync: () => this.#operate("datasync", path, () => inode.sync()),
      truncate: (size) => this.#operate("truncate", path, () => inode.truncate(size)),
      close: () => this.#operate("close", path, () => undefined),
    };
  }

  /** Writes what there is room for, and fails only where there is none at all, as disks do. */
  #write(path: string, inode: Inode, chunks: readonly Uint8Array[], position: number): number {
    const sizeMax = inode.size + Math.max(0, this.spaceBytes - this.#usedBytes());
    let at = position;
    for (const chunk of chunks) {
      const room = Math.max(0, sizeMax - at);
      const fitting = chunk.subarray(0, Math.min(chunk.length, room));
      inode.write(fitting, at);
      at += fitting.length;
      if (fitting.length < chunk.length) break;
    }
    if (at === position && chunks.some(({ length }) => length > 0)) {
      throw systemError("ENOSPC", path);
    }
    return at - position;
  }
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
