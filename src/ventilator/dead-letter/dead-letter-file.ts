// The file of dead letters, `letters.jsonl` in `data_dir/dead-letter`: only ever added to. One
// is synced before `add` returns, so that a line is never counted as dead-lettered and then nowhere.
//
// What a process before this one has left may never have been synced, or its sync may have failed. That
// is the last one alone, since each is synced before the next one; it and the names of the file
// and its folder are made durable before they are relied on.
//
// A power cut can leave half a dead letter at the end. Nobody was told about it, so it is cut off before
// the next one is written, and dead-lettered anew. A full disk is waited for.

import { existsSync } from "node:fs";
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { LogmillError } from "../../shared/base/errors.ts";
import { isOutOfSpace } from "../../shared/base/system-error.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import { readFully } from "../../shared/runtime/read-fully.ts";
import { decodeDeadLetter, encodeDeadLetter, lineKey, type DeadLetter } from "./record.ts";

export const deadLetterFolder = (dataDir: string): string => join(dataDir, "dead-letter");
const fileName = "letters.jsonl";
const newline = 0x0a;
const retryMs = 1_000;

/** Dead letters in the order in which they were dead-lettered, each line once; damaged ones are left out. */
export async function* readDeadLetters(folder: string): AsyncGenerator<DeadLetter> {
  const path = join(folder, fileName);
  if (!existsSync(path)) return;
  const file = await open(path);
  const seen = new Set<string>();
  try {
    const lines = createInterface({ input: file.createReadStream(), crlfDelay: Infinity });
    for await (const line of lines) {
      const letter = decodeDeadLetter(line);
      if (letter === null || seen.has(lineKey(letter))) continue;
      seen.add(lineKey(letter));
      yield letter;
    }
  } finally {
    await file.close();
  }
}

export class DeadLetterFile {
  readonly folder: string;
  readonly #logger: Logger;
  /** Letters that are there; null before the file was opened, which the first letter does. */
  #known: Set<string> | null = null;
  #file: FileHandle | null = null;
  /** Bytes of whole letters. */
  #end = 0;
  #isClosed = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, logger: Logger) {
    this.folder = folder;
    this.#logger = logger;
  }

  /**
   * Resolves when the letter is durable: true, or false when it had been there before.
   * @throws LogmillError `disk_failed`.
   */
  add(letter: DeadLetter): Promise<boolean> {
    const mine = this.#last.then(() => this.#add(letter));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** A dead letter that waits for space is given up; its line will be dead-lettered anew. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    await this.#file?.close();
    this.#file = null;
  }

  async #add(letter: DeadLetter): Promise<boolean> {
    const line = Buffer.from(encodeDeadLetter(letter));
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#tryToAdd(letter, line);
      } catch (error) {
        const path = join(this.folder, fileName);
        if (!isOutOfSpace(error) || this.#isClosed) {
          throw new LogmillError(
            "disk_failed",
            `a line that no worker survives could not be written as a dead letter to ${path} (${(error as Error).message}); ` +
              "fix that and start again",
            { cause: error, fields: { path } },
          );
        }
        if (attempt === 0) this.#logger.error({ path }, "waiting for disk space for a dead letter");
      }
      await sleep(retryMs, undefined, { ref: false });
    }
  }

  async #tryToAdd(letter: DeadLetter, line: Buffer): Promise<boolean> {
    this.#file ??= await this.#open();
    const key = lineKey(letter);
    if (this.#known!.has(key)) return false;
    // Also what a failed try has left.
    await this.#file.truncate(this.#end);
    let written = 0;
    while (written < line.length) {
      const { bytesWritten } = await this.#file.write(
        line,
        written,
        undefined,
        this.#end + written,
      );
      written += bytesWritten;
    }
    await this.#file.sync();
    this.#end += line.length;
    this.#known!.add(key);
    return true;
  }

  async #open(): Promise<FileHandle> {
    // Lines of other people's logs: nobody else needs to read them.
    const made = await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(dirname(made));
    await syncFolder(dirname(this.folder));
    const path = join(this.folder, fileName);
    const isNew = !existsSync(path);
    const file = await open(path, isNew ? "w+" : "r+", 0o600);
    try {
      await syncFolder(this.folder);
      this.#end = await endOfRecords(file, (await file.stat()).size);
      // A letter that lacks but its line feed would be known, and cut off with the next one.
      await file.truncate(this.#end);
      await writeLastAgain(file, this.#end);
      const known = new Set<string>();
      for await (const letter of readDeadLetters(this.folder)) known.add(lineKey(letter));
      this.#known = known;
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }
}

/** After a sync that failed, only what is written anew is written by the next one. */
async function writeLastAgain(file: FileHandle, end: number): Promise<void> {
  if (end === 0) return;
  const from = await endOfRecords(file, end - 1);
  const letter = Buffer.alloc(end - from);
  const bytesRead = await readFully(file, letter, from);
  for (let written = 0; written < bytesRead;) {
    const length = bytesRead - written;
    const { bytesWritten } = await file.write(letter, written, length, from + written);
    written += bytesWritten;
  }
  await file.sync();
}

/** Behind the last line feed before `before`. */
async function endOfRecords(file: FileHandle, before: number): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024);
  let end = before;
  while (end > 0) {
    const from = Math.max(0, end - chunk.length);
    const bytesRead = await readFully(file, chunk.subarray(0, end - from), from);
    const last = chunk.subarray(0, bytesRead).lastIndexOf(newline);
    if (last >= 0) return from + last + 1;
    end = from;
  }
  return 0;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
