// Forgets a summary: its definition, its tables and what the ledger says was merged for it, all in one
// replacement of the manifest. What the inputs still hold is then missing for it as for a summary that
// is new, and is filled in by the next run, with whatever definition is configured then.
//
// The log must be empty: its records are for all summaries at once. Segments keep the bytes of what is
// forgotten until a compaction rewrites them; files in which nothing else was are removed.

import { assert } from "../../../shared/base/assert.ts";
import { failPoint } from "../../../shared/base/fail-point.ts";
import { LogmillError } from "../../../shared/base/errors.ts";
import type { Books } from "./ledger/catalog.ts";
import { encodeBooks } from "./manifest/catalog-codec.ts";
import { OutOfSpace } from "./disk/disk-error.ts";
import type { ManifestFile } from "./manifest/manifest-file.ts";
import type { Segments } from "./segment/segments.ts";
import type { WalWriter } from "./log/wal-writer.ts";

interface Parts {
  readonly manifest: ManifestFile;
  readonly books: Books;
  readonly segments: Segments;
  readonly wal: WalWriter;
}

/**
 * @param key of the summary's definition.
 * @throws LogmillError `disk_failed`, also when there is no space: nothing is forgotten then.
 */
export async function dropSummary(
  { manifest, books, segments, wal }: Parts,
  key: string,
): Promise<void> {
  if (!wal.isEmpty || wal.sequence !== manifest.current.walFirst) {
    throw noSpace("the write-ahead log could not be emptied");
  }
  assert(
    manifest.current.definitions.some((definition) => definition.key === key),
    "only a stored summary is dropped",
  );
  books.drop(key);
  try {
    await manifest.replace((current) => ({
      ...current,
      definitions: current.definitions.filter((definition) => definition.key !== key),
      segments: current.segments.flatMap((segment) => {
        const runs = segment.runs.filter(({ summaryKey }) => summaryKey !== key);
        return runs.length === 0 ? [] : [{ ...segment, runs }];
      }),
      books: encodeBooks(books),
    }));
  } catch (error) {
    if (error instanceof OutOfSpace) throw noSpace(error.message);
    throw error;
  }
  failPoint("sink.rebuild.replaced");
  for (const { number, runs } of segments.list) {
    const kept = runs.filter(({ summaryKey }) => summaryKey !== key);
    const emptied = kept.length < runs.length ? segments.keepRuns(number, kept) : null;
    if (emptied !== null) await segments.remove(emptied);
  }
}

function noSpace(detail: string): LogmillError {
  return new LogmillError(
    "disk_failed",
    `there is no space to forget a summary (${detail}); nothing was changed, make room and try again`,
  );
}
