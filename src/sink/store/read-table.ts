// One table out of its parts: runs of segments and live tables.

import { loadKernel } from "../../shared/kernel/kernel.ts";
import { mergeSorted } from "../../shared/table/merge-sorted.ts";
import type { TableSchema } from "../../shared/table/schema.ts";
import { rowsPerFrame } from "./live-tables.ts";

/** Frames of all parts together: rows ascending by key, every key once. */
export function readTable(
  schema: TableSchema,
  parts: readonly AsyncIterable<Uint8Array>[],
): AsyncIterable<Uint8Array> {
  return parts.length === 1
    ? parts[0]!
    : mergeSorted(loadKernel(), schema, parts, rowsPerFrame(schema));
}

/** Frames that are there already, as a part. */
export async function* framesOf(frames: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // Between frames others have their turn, as with those that come from a disk.
  for (const frame of frames) yield await Promise.resolve(frame);
}
