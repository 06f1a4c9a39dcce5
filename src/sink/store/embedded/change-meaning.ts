// Changes of what a store's numbers mean, each in one replacement of the manifest: a summary is
// forgotten, what was read under a meaning that is no more is forgotten, or a summary's rows are kept
// under a new one. What the inputs still hold of the forgotten is then missing as for a summary that is
// new, and is filled in by the next run.
//
// The log must be empty: its records are for all summaries at once. Segments keep the bytes of what is
// forgotten until a compaction rewrites them; files in which nothing else was are removed.

import { assert } from "../../../shared/base/assert.ts";
import { failPoint } from "../../../shared/base/fail-point.ts";
import { LogmillError } from "../../../shared/base/errors.ts";
import { inSlices } from "../../../shared/runtime/time-slice.ts";
import type { Readings } from "../../../shared/model/reading.ts";
import type { Catalog } from "./ledger/catalog.ts";
import { encodeCatalogSteps } from "./manifest/catalog-codec.ts";
import { OutOfSpace } from "../../disk/disk-error.ts";
import type { ManifestFile } from "./manifest/manifest-file.ts";
import type { Manifest, StoredDefinition } from "./manifest/manifest.ts";
import type { Reconciled } from "./manifest/reconcile.ts";
import type { Segments } from "./segment/segments.ts";
import type { WalWriter } from "./log/wal-writer.ts";

interface Parts {
  readonly manifest: ManifestFile;
  readonly catalog: Catalog;
  readonly segments: Segments;
  readonly wal: WalWriter;
}

/**
 * Forgets a summary: its definition, its tables and what the ledger says was merged for it.
 * @param key of the summary's definition.
 * @throws LogmillError `disk_failed`, also when there is no space: nothing is forgotten then.
 */
export async function dropSummary(parts: Parts, key: string): Promise<void> {
  mustBeEmpty(parts);
  storedAt(parts, key);
  parts.catalog.drop(key);
  await replace(parts, (current) => ({
    ...current,
    definitions: current.definitions.filter((definition) => definition.key !== key),
    segments: current.segments.flatMap((segment) => {
      const runs = segment.runs.filter(({ summaryKey }) => summaryKey !== key);
      return runs.length === 0 ? [] : [{ ...segment, runs }];
    }),
  }));
  failPoint("sink.rebuild.replaced");
  const { segments } = parts;
  const gone = new Set([...segments.runs()].filter(({ summaryKey }) => summaryKey === key));
  for (const emptied of segments.shorten(await segments.without(gone))) {
    await segments.remove(emptied);
  }
}

/**
 * Takes the new meanings, and forgets what nothing was counted of under the old ones.
 * @throws LogmillError `disk_failed`, also when there is no space: nothing is changed then.
 */
export async function beginAnew(
  parts: Parts,
  { definitions, readings, forget }: Reconciled,
): Promise<void> {
  mustBeEmpty(parts);
  for (const { key, source } of forget) parts.catalog.forget(key, source);
  await replace(parts, (current) => ({ ...current, definitions, readings }));
}

/**
 * Keeps a summary's rows under a new meaning.
 * @param key of the definition before.
 * @param readings of its sources from here on
 * @throws LogmillError `disk_failed`, also when there is no space: nothing is changed then.
 */
export async function adoptMeaning(
  parts: Parts,
  key: string,
  adopted: StoredDefinition,
  readings: Readings,
): Promise<void> {
  mustBeEmpty(parts);
  storedAt(parts, key);
  if (adopted.key !== key) parts.catalog.rename(key, adopted.key);
  await replace(parts, (current) => ({
    ...current,
    readings: { ...current.readings, ...readings },
    definitions: current.definitions.map((stored) => (stored.key === key ? adopted : stored)),
    segments: current.segments.map((segment) => ({
      ...segment,
      runs: segment.runs.map((run) =>
        run.summaryKey === key ? { ...run, summaryKey: adopted.key } : run,
      ),
    })),
  }));
}

function mustBeEmpty({ manifest, wal }: Parts): void {
  if (!wal.isEmpty || wal.sequence !== manifest.current.walFirst) {
    throw noSpace("the write-ahead log could not be emptied");
  }
}

function storedAt({ manifest }: Parts, key: string): void {
  const isStored = manifest.current.definitions.some((definition) => definition.key === key);
  assert(isStored, "only what a stored summary means is changed");
}

async function replace(
  { manifest, catalog }: Parts,
  edit: (current: Manifest) => Manifest,
): Promise<void> {
  try {
    await manifest.replace(edit, await inSlices(encodeCatalogSteps(catalog.content)));
  } catch (error) {
    if (error instanceof OutOfSpace) throw noSpace(error.message);
    throw error;
  }
}

function noSpace(detail: string): LogmillError {
  return new LogmillError(
    "disk_failed",
    `there is no space to change a summary (${detail}); nothing was changed, make room and try again`,
  );
}
