// Every file operation of the store goes through this interface, so that a test can fail the Nth
// one, cut power after it, write short or fill the disk. It promises what POSIX promises and no
// more: bytes are durable after `datasync`, names after `syncDirectory` of their directory.

/** An open file. Operations on one file may not overlap, except that reads may overlap each other. */
export interface OpenFile {
  size(): Promise<number>;
  /** Fills `target` from `position` as far as the file reaches; returns the bytes read. */
  read(target: Uint8Array, position: number): Promise<number>;
  /**
   * Writes the chunks one after the other at `position`. May write fewer bytes than given, as a
   * full disk does; returns how many were written.
   */
  write(chunks: readonly Uint8Array[], position: number): Promise<number>;
  /** Returns once everything written is durable (fdatasync). After a failure nothing is known. */
  datasync(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** Exclusive ownership of a directory that ends, at the latest, with the process. */
export interface DirectoryLock {
  release(): Promise<void>;
}

export interface FileSystem {
  /** Creates the directory and its parents where missing; their names are durable afterwards. */
  makeDirectory(path: string): Promise<void>;
  /** Names in a directory in no particular order; an error with code ENOENT where there is none. */
  list(path: string): Promise<readonly string[]>;
  /** Opens for reading and writing. `create`: the file must not exist. `read`: for reading alone. */
  open(path: string, mode: "create" | "write" | "read"): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
  /** Space of the file system that a path lies on. */
  space(path: string): Promise<{ readonly freeBytes: number; readonly totalBytes: number }>;
  /**
   * Takes the directory for this process.
   * @throws LogmillError `store_locked` when a living process has it.
   */
  lock(path: string): Promise<DirectoryLock>;
}
