// Reading at a place in a file, to the end of the buffer or of the file.

import type { FileHandle } from "node:fs/promises";

/** Fills `into` from `offset` on; returns how many bytes there were. Throws as `read` does. */
export async function readFully(
  handle: FileHandle,
  into: Uint8Array,
  offset: number,
): Promise<number> {
  let filled = 0;
  // A read may stop short; only one that brings nothing is at the end.
  while (filled < into.length) {
    const length = into.length - filled;
    const { bytesRead } = await handle.read(into, filled, length, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
