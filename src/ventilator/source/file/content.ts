// A file opened for reading, seen as its content: the bytes themselves, or what they decompress to.
// Which of the two it is follows from its first bytes, never from its name.
//
// Opening never waits: a pipe or a device that a pattern matched is refused, not opened and waited
// for. Every failure is a `source_unreadable` whose message names the file and what to do.

import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { LogmillError } from "../../../shared/base/errors.ts";
import { hintOf } from "../../../shared/model/content-id.ts";
import type { SourceHint } from "../../../shared/protocol/messages.ts";
import { GzipContent } from "./gzip-content.ts";
import { PlainContent } from "./plain-content.ts";

/** Reads a content front to back; it can be repositioned. */
export interface ContentReader {
  readonly isCompressed: boolean;
  /** Path of the file. */
  readonly path: string;
  /** Offset in the content of the next byte. */
  readonly position: number;
  /** Bytes of the file that have been used for that. */
  readonly diskPosition: number;
  /**
   * Fills the beginning of `into` with what comes next; returns how many bytes, 0 at the end. What
   * precedes damage is returned first. Throws `source_unreadable`.
   */
  read(into: Uint8Array): Promise<number>;
  /** Goes to an offset; false, and to its end, if the content is shorter. Throws as `read` does. */
  seek(offset: number): Promise<boolean>;
}

export interface Content {
  readonly path: string;
  /** As the file was when it was opened. */
  readonly hint: SourceHint;
  readonly diskBytes: number;
  readonly reader: ContentReader;
  /** As the file is now. */
  look(): Promise<FileFacts>;
  /** Whoever holds the content closes it too; the last one closes the file. */
  hold(): void;
  close(): Promise<void>;
}

export interface FileFacts {
  readonly hint: SourceHint;
  readonly diskBytes: number;
}

const gzipMagic = [0x1f, 0x8b, 0x08] as const;

/** What the file at `path` is now. Throws `source_unreadable` for what is no regular file. */
export async function lookAt(path: string): Promise<FileFacts> {
  let facts;
  try {
    facts = await stat(path, { bigint: true });
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (!facts.isFile()) throw notAFile(path, facts.isDirectory());
  return { hint: hintOf(path, facts), diskBytes: Number(facts.size) };
}

/** Opens a regular file. Throws `source_unreadable`. */
export async function openContent(path: string): Promise<Content> {
  await lookAt(path);
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await handle.stat({ bigint: true });
    if (!facts.isFile()) throw notAFile(path, facts.isDirectory());
    const isGzip = await startsWith(handle, gzipMagic);
    const reader = isGzip ? new GzipContent(path, handle) : new PlainContent(path, handle);
    return new OpenContent(path, handle, reader, {
      hint: hintOf(path, facts),
      diskBytes: Number(facts.size),
    });
  } catch (cause) {
    await handle?.close();
    throw cause instanceof LogmillError ? cause : unreadable(path, cause);
  }
}

class OpenContent implements Content {
  readonly path: string;
  readonly hint: SourceHint;
  readonly diskBytes: number;
  readonly reader: ContentReader;
  readonly #handle: FileHandle;
  #holders = 1;

  constructor(path: string, handle: FileHandle, reader: ContentReader, facts: FileFacts) {
    this.path = path;
    this.#handle = handle;
    this.reader = reader;
    this.hint = facts.hint;
    this.diskBytes = facts.diskBytes;
  }

  async look(): Promise<FileFacts> {
    const facts = await this.#handle.stat({ bigint: true });
    return { hint: hintOf(this.path, facts), diskBytes: Number(facts.size) };
  }

  hold(): void {
    this.#holders += 1;
  }

  async close(): Promise<void> {
    this.#holders -= 1;
    if (this.#holders === 0) await this.#handle.close();
  }
}

async function startsWith(handle: FileHandle, magic: readonly number[]): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
  return bytesRead === magic.length && magic.every((byte, index) => buffer[index] === byte);
}

/** The error for a file that cannot be looked at, opened or read. */
export function unreadable(path: string, cause: unknown): LogmillError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reasons = new Map([
    ["ENOENT", absence(path)],
    ["EACCES", "permission denied; give this user the right to read it"],
    ["EPERM", "permission denied; give this user the right to read it"],
    ["ELOOP", "its symbolic links go in circles"],
  ]);
  const reason = reasons.get(code ?? "") ?? message;
  return new LogmillError("source_unreadable", `cannot read ${path}: ${reason}`, {
    cause,
    fields: { path, ...(code === undefined ? {} : { errno: code }) },
  });
}

function absence(path: string): string {
  // Names are read as UTF-8; of others nothing is left to open them by.
  if (path.includes("\ufffd")) return "its name is not UTF-8; rename it";
  return "it does not exist any more, or is a link that leads nowhere";
}

/** The error for a file that was cut short after it was opened. */
export function shrank({ path, diskBytes }: Content, bytesNow: number): LogmillError {
  return new LogmillError(
    "source_unreadable",
    `${path} shrank from ${diskBytes} to ${bytesNow} bytes while it was read; ` +
      "what was read before counts",
    { fields: { path } },
  );
}

/** The error for a file whose bytes before `to` are not those any more that were seen there. */
export function writtenOver(path: string, to: number): LogmillError {
  return new LogmillError(
    "source_unreadable",
    `${path} was written over before byte ${to} while it was read; what was read before counts`,
    { fields: { path } },
  );
}

function notAFile(path: string, isDirectory: boolean): LogmillError {
  const what = isDirectory ? "a directory" : "no regular file";
  return new LogmillError(
    "source_unreadable",
    `cannot read ${path}: it is ${what}; exclude it, or narrow the pattern that matches it`,
    { fields: { path, isDirectory: String(isDirectory) } },
  );
}
