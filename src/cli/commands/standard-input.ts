// Standard input as a file: it can be read once only, while batches may have to be sent twice. So it is
// written to a file of its own first, which is bounded, and removed with the folder that it lies in.

import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LogmillError } from "../../shared/base/errors.ts";
import { formatBytes } from "../../shared/text/number-format.ts";

export interface StandardInput {
  readonly bytes: number;
  /** Whether it is nothing, or its last byte is a line feed. */
  readonly isEnded: boolean;
}

const newline = 0x0a;

/**
 * Writes all that comes to a file that is made for it.
 * @param signal breaks off; the promise then rejects with an `AbortError`
 * @throws LogmillError `usage`, `source_unreadable`
 */
export async function keepStandardInput(
  input: Readable & { readonly isTTY?: boolean },
  path: string,
  options: { readonly bytesMax: number; readonly signal: AbortSignal },
): Promise<StandardInput> {
  if (input.isTTY === true) {
    throw new LogmillError(
      "usage",
      "standard input is a terminal; pipe a log into it: zcat x.gz | logmill summarize -",
    );
  }
  const { bytesMax, signal } = options;
  let bytes = 0;
  let last = newline;
  async function* counted(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      bytes += piece.length;
      last = piece.at(-1) ?? last;
      if (bytes > bytesMax) throw tooMuch(bytesMax);
      yield piece;
    }
  }
  try {
    await pipeline(input, counted, createWriteStream(path, { flags: "wx", mode: 0o600 }), {
      signal,
    });
  } catch (error) {
    if (signal.aborted || error instanceof LogmillError) throw error;
    throw interrupted(error as NodeJS.ErrnoException, path, bytes);
  }
  return { bytes, isEnded: last === newline };
}

function tooMuch(bytesMax: number): LogmillError {
  return new LogmillError(
    "source_unreadable",
    `standard input is longer than ${formatBytes(bytesMax)}; write it to a file, and name that`,
  );
}

function interrupted(error: NodeJS.ErrnoException, path: string, bytes: number): LogmillError {
  const isFull = error.code === "ENOSPC" || error.code === "EDQUOT";
  const sentence = isFull
    ? `no space is left for standard input, which is kept in ${path} while it is read; ` +
      "let TMPDIR name a folder with more space, or write it to a file and name that"
    : `standard input broke off after ${formatBytes(bytes)} (${error.message}); nothing of it counts`;
  return new LogmillError("source_unreadable", sentence, { cause: error, fields: { bytes } });
}
