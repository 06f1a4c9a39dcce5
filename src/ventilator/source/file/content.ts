// A file opened for reading, seen as its content: the bytes themselves, or what they decompress to.
// Which of the two it is follows from its first bytes, never from its name.
//
// Opening never waits: a pipe or a device that a pattern matched is refused, not opened and waited
// for. Every failure is a `source_unreadable` whose message names the file and what to do.

import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { LogmillError } from "../../../shared/base/errors.ts";
import type { SourceHint } from "../../../shared/model/content.ts";
import { readFully } from "../../../shared/runtime/read-fully.ts";
import { notAFile, unreadable } from "./content-errors.ts";
import type { Content, ContentReader } from "./content-reader.ts";
import { factsOf, type FileFacts, type FileTimes } from "./file-facts.ts";
import { GzipContent } from "./gzip-content.ts";
import { PlainContent } from "./plain-content.ts";
import { notText } from "./not-text.ts";
import { magicBytes, recognise } from "./recognise.ts";
import { ZstdContent } from "./zstd-content.ts";

/** What the file at `path` is now. Throws `source_unreadable` for what is no regular file. */
export async function lookAt(path: string): Promise<FileFacts> {
  let facts;
  try {
    facts = await stat(path, { bigint: true });
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (!facts.isFile()) throw notAFile(path, facts.isDirectory());
  return factsOf(path, facts);
}

/** Opens a regular file. Throws `source_unreadable`. */
export async function openContent(path: string): Promise<Content> {
  await lookAt(path);
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await handle.stat({ bigint: true });
    if (!facts.isFile()) throw notAFile(path, facts.isDirectory());
    const reader = await readerOf(path, handle);
    return new OpenContent(path, handle, reader, factsOf(path, facts));
  } catch (cause) {
    await handle?.close();
    throw cause instanceof LogmillError ? cause : unreadable(path, cause);
  }
}

class OpenContent implements Content {
  readonly path: string;
  readonly hint: SourceHint;
  readonly diskBytes: number;
  readonly times: FileTimes;
  readonly reader: ContentReader;
  readonly #handle: FileHandle;
  #users = 1;

  constructor(path: string, handle: FileHandle, reader: ContentReader, facts: FileFacts) {
    this.path = path;
    this.#handle = handle;
    this.reader = reader;
    this.hint = facts.hint;
    this.diskBytes = facts.diskBytes;
    this.times = facts.times;
  }

  async look(): Promise<FileFacts> {
    return factsOf(this.path, await this.#handle.stat({ bigint: true }));
  }

  async readRaw(offset: number, into: Uint8Array): Promise<number> {
    try {
      return await readFully(this.#handle, into, offset);
    } catch (cause) {
      throw unreadable(this.path, cause);
    }
  }

  hold(): void {
    this.#users += 1;
  }

  async close(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) await this.#handle.close();
  }
}

async function readerOf(path: string, handle: FileHandle): Promise<ContentReader> {
  const head = Buffer.alloc(magicBytes);
  const recognised = recognise(head.subarray(0, await readFully(handle, head, 0)));
  switch (recognised.kind) {
    case "text":
      return new PlainContent(path, handle);
    case "gzip":
      return new GzipContent(path, handle);
    case "zstd":
      return new ZstdContent(path, handle);
    case "foreign":
      throw notText(path, recognised.what, recognised.fix);
  }
}
