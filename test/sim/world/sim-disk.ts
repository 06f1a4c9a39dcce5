// The disk of the sink, and that of the ventilator: a file system in memory, behind which operations take time, write short, fail, run
// out of space, or are the last thing that their process does. A lying disk says that it has synced
// and has not.

import type { DirectoryLock, FileSystem, OpenFile } from "../../../src/sink/disk/file-system.ts";
import { randomBelow, type Random } from "../../../src/shared/base/prng.ts";
import {
  systemError,
  type MemoryFileSystem,
  type Survival,
} from "../../support/memory-file-system.ts";
import type { Scheduler } from "./scheduler.ts";
import { SimProcess } from "./sim-process.ts";
import type { Tally } from "./tally.ts";

export interface DiskOptions {
  readonly syncMs: number;
  /** Chance that a write is short. */
  readonly short: number;
  /** Chance that any one operation fails. */
  readonly failure: number;
  /** Chance that an fsync does nothing and says that it has. */
  readonly lie: number;
}

export class SimDisk {
  files: MemoryFileSystem;
  readonly options: DiskOptions;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly tally: Tally;
  readonly trace: (line: string) => void;
  /** Faults happen. */
  isHostile = true;
  /** It has lied, and nobody can trust what it holds after a power cut. */
  hasLied = false;
  /** Fails the next operation of this kind. */
  failNext: "datasync" | "write" | null = null;
  readonly #mounted = new WeakMap<SimProcess, FileSystem>();

  constructor(
    files: MemoryFileSystem,
    options: DiskOptions,
    random: Random,
    world: Pick<SimDisk, "scheduler" | "tally" | "trace">,
  ) {
    this.files = files;
    this.options = options;
    this.random = random;
    this.scheduler = world.scheduler;
    this.tally = world.tally;
    this.trace = world.trace;
  }

  /** What the next process finds. */
  crash(survival: Survival): void {
    this.files = this.files.crash(survival);
  }

  /** Space for that many more bytes, or any number. */
  limit(bytes: number | null): void {
    const { files } = this;
    const used = files.paths().reduce((sum, path) => sum + files.file(path).length, 0);
    files.spaceBytes = bytes === null ? Infinity : used + bytes;
  }

  /** As a process sees it; after its death nothing reaches the disk. */
  mountedBy(process: SimProcess): FileSystem {
    const mounted = this.#mounted.get(process) ?? new Mounted(this, process);
    this.#mounted.set(process, mounted);
    return mounted;
  }

  /** Everything that is no file: folders are made before anything is in them. */
  isFolder(path: string): boolean {
    return this.files.hasDirectory(path);
  }
}

class Mounted implements FileSystem {
  readonly #disk: SimDisk;
  readonly #files: MemoryFileSystem;
  readonly #process: SimProcess;

  constructor(disk: SimDisk, process: SimProcess) {
    this.#disk = disk;
    this.#files = disk.files;
    this.#process = process;
  }

  makeDirectory(path: string): Promise<void> {
    return this.#operate("mkdir", path, () => this.#files.makeDirectory(path));
  }

  list(path: string): Promise<readonly string[]> {
    return this.#operate("list", path, () => this.#files.list(path));
  }

  async open(path: string, mode: "create" | "write" | "read"): Promise<OpenFile> {
    const file = await this.#operate(mode, path, () => this.#files.open(path, mode));
    return {
      size: () => this.#operate("size", path, () => file.size()),
      read: (target, position) => this.#operate("read", path, () => file.read(target, position)),
      write: (chunks, position) => this.#write(path, file, chunks, position),
      datasync: () => this.#sync("datasync", path, () => file.datasync()),
      truncate: (size) => {
        this.#disk.tally.add("torn tail cut");
        return this.#operate("truncate", path, () => file.truncate(size));
      },
      close: () => this.#operate("close", path, () => file.close()),
    };
  }

  rename(from: string, to: string): Promise<void> {
    return this.#operate("rename", to, () => this.#files.rename(from, to));
  }

  unlink(path: string): Promise<void> {
    return this.#operate("unlink", path, () => this.#files.unlink(path));
  }

  syncDirectory(path: string): Promise<void> {
    return this.#sync("syncdir", path, () => this.#files.syncDirectory(path));
  }

  space(): ReturnType<FileSystem["space"]> {
    return this.#files.space();
  }

  lock(path: string): Promise<DirectoryLock> {
    return this.#operate("lock", path, () => this.#files.lock(path));
  }

  async #write(
    path: string,
    file: OpenFile,
    chunks: readonly Uint8Array[],
    position: number,
  ): Promise<number> {
    const { random, options, isHostile } = this.#disk;
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const isShort = isHostile && bytes > 1 && random() < options.short;
    if (!isShort) {
      const cut = (): Promise<number> =>
        file.write([firstOf(chunks, randomBelow(random, bytes + 1))], position);
      return this.#operate("write", path, () => file.write(chunks, position), cut);
    }
    this.#disk.tally.fault("short write");
    const part = firstOf(chunks, 1 + randomBelow(random, bytes - 1));
    return this.#operate("short write", path, () => file.write([part], position));
  }

  #sync(kind: string, path: string, act: () => Promise<void>): Promise<void> {
    return this.#operate(kind, path, () => {
      const disk = this.#disk;
      if (!disk.isHostile || disk.random() >= disk.options.lie) return act();
      disk.hasLied = true;
      disk.tally.fault("lying fsync");
      disk.trace(`lie ${kind} ${path}`);
      return Promise.resolve();
    });
  }

  /** @param dying what is left of the operation when its process dies of it. */
  async #operate<T>(
    kind: string,
    path: string,
    act: () => Promise<T>,
    dying: () => Promise<unknown> = act,
  ): Promise<T> {
    const process = this.#process;
    const disk = this.#disk;
    if (!process.isAlive) return SimProcess.never;
    if (process.effects + 1 >= process.killAtEffect) {
      // The disk may have got it, in part, or not at all.
      if (disk.random() < 0.5) await dying().catch(() => undefined);
    }
    if (!process.effect()) return SimProcess.never;
    disk.trace(`${process.name} disk ${kind} ${path}`);
    await this.#wait(kind);
    this.#fail(kind, path);
    return act();
  }

  #wait(kind: string): Promise<void> | undefined {
    const { random, options, scheduler } = this.#disk;
    const isSync = kind === "datasync" || kind === "syncdir";
    if (!isSync && kind !== "write" && kind !== "rename") return undefined;
    const ms = isSync ? random() * options.syncMs : random() * 0.3;
    return new Promise((resolve) => void scheduler.at(ms, this.#process, resolve));
  }

  #fail(kind: string, path: string): void {
    const disk = this.#disk;
    if (!disk.isHostile) return;
    const isAsked = disk.failNext !== null && kind === disk.failNext;
    if (isAsked) disk.failNext = null;
    if (!isAsked && disk.random() >= disk.options.failure) return;
    disk.tally.fault(kind === "datasync" ? "failed fsync" : "failed disk operation");
    disk.trace(`fail ${kind} ${path}`);
    throw systemError("EIO", path);
  }
}

function firstOf(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  return Buffer.concat(chunks).subarray(0, bytes);
}
