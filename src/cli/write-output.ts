// Writes a stream of pieces to standard output as fast as its reader takes them, so that a large
// answer never piles up in memory.

import { once } from "node:events";
import type { Writable } from "node:stream";

/** Resolves when the stream has taken everything. Errors of the stream are its owner's to handle. */
export async function writeOutput(
  stream: Writable,
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  for await (const piece of pieces) {
    if (piece.length > 0 && !stream.write(piece)) await once(stream, "drain");
  }
}
