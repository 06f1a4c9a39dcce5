// One table out of its parts: runs of segments and live tables.

import type { SummaryDefinition } from "../../../shared/model/plan.ts";
import type { Kernel } from "../../../shared/kernel/kernel.ts";
import type { CappedTable } from "../../../shared/table/capped-table.ts";
import { mergeCapped } from "../../../shared/table/merge-capped.ts";
import { schemaOf } from "../../../shared/table/schema.ts";
import { rowBounds } from "../../../shared/table/row-bounds.ts";
import { rowsPerFrame } from "./memory/live-tables.ts";
import { loadSeededKernel } from "../../../shared/kernel/seeded-kernel.ts";
import type { Segments } from "./segment/segments.ts";

/** One kernel for all reads of a store, made for the first. A hundred thousand small tables are not worth one each. */
export class ReadKernel {
  #kernel: Kernel | null = null;
  readonly load = (): Kernel => (this.#kernel ??= loadSeededKernel());
}

/**
 * Frames of one bucket as it is now: rows ascending by key, every key once, the overflow row last.
 * @param isCopied whether the live tables may change while the frames are read.
 */
export function readTable(
  kernel: ReadKernel,
  segments: Segments,
  live: readonly CappedTable[],
  definition: SummaryDefinition,
  { summaryKey, bucketStart }: { readonly summaryKey: string; readonly bucketStart: number },
  isCopied: boolean,
): AsyncIterable<Uint8Array> {
  const schema = schemaOf(definition);
  const perFrame = rowsPerFrame(schema);
  const sorted = live.map((table): (() => Iterable<Uint8Array>) => {
    const frames = isCopied ? [...table.encodeSorted(perFrame)] : null;
    return () => frames ?? table.encodeSorted(perFrame);
  });
  const runs = segments.runsOf(summaryKey, bucketStart);
  const rows = [...runs, ...live].reduce((sum, part) => sum + part.rows, 0);
  const open = (): AsyncIterable<Uint8Array>[] => [
    ...segments.read(summaryKey, bucketStart),
    ...sorted.map((frames) => framesOf(frames())),
  ];
  const count = runs.length + live.length;
  if (count === 0) return framesOf([]);
  const parts = { rows, count, open };
  return mergeCapped(kernel.load, schema, parts, perFrame, rowBounds(definition));
}

/** Frames that are there already, as a part. */
export async function* framesOf(frames: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // Between frames others have their turn, as with those that come from a disk.
  for (const frame of frames) yield await Promise.resolve(frame);
}
