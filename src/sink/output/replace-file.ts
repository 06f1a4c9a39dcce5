// Replaces a file as a whole: readers see the old bytes or the new ones, never a part, and after a
// power cut it is one of the two. Temp file in the same folder → fdatasync → rename. The caller
// syncs the folder, once for many files.

import { failPoint } from "../../shared/base/fail-point.ts";
import { systemErrorCode } from "../../shared/base/system-error.ts";
import type { FileSystem, OpenFile } from "../disk/file-system.ts";

/**
 * Writes the chunks to `temporary` and renames it to `path`; returns the bytes written. On an error
 * the old file is untouched and the temporary one removed, unless the disk refuses that too.
 */
export async function replaceFile(
  files: FileSystem,
  path: string,
  temporary: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  await removeIfPresent(files, temporary);
  const file = await files.open(temporary, "create");
  try {
    let position = 0;
    try {
      for await (const chunk of chunks) position = await writeWhole(file, chunk, position);
      await file.datasync();
    } finally {
      await file.close();
    }
    failPoint("sink.output.written");
    await files.rename(temporary, path);
    failPoint("sink.output.renamed");
    return position;
  } catch (error) {
    // The first error is the one to report; a leftover is removed by the next attempt.
    await removeIfPresent(files, temporary).catch(() => undefined);
    throw error;
  }
}

/** Removes a file that may not be there. */
export async function removeIfPresent(files: FileSystem, path: string): Promise<void> {
  try {
    await files.unlink(path);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
  }
}

/** Writes until the disk has taken all bytes or reports why it does not; returns the new end. */
async function writeWhole(file: OpenFile, chunk: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < chunk.length) {
    const written = await file.write([chunk.subarray(done)], position + done);
    if (written === 0) throw new Error("the disk took no more bytes");
    done += written;
  }
  return position + done;
}
