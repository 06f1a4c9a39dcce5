// Reads a store from the disk: the manifest, its catalog, and the log behind them replayed into live
// tables. Changes nothing; the owner repairs afterwards, and a reader has all it needs.

import { LogmillError } from "../../../shared/base/errors.ts";
import type { Kernel } from "../../../shared/kernel/kernel.ts";
import type { Catalog } from "./ledger/catalog.ts";
import { readCatalogSteps } from "./manifest/catalog-codec.ts";
import { inSlices } from "../../../shared/runtime/time-slice.ts";
import { mergeRecord } from "./apply-record.ts";
import { byKey } from "./manifest/definitions.ts";
import { diskError } from "../../disk/disk-error.ts";
import { systemErrorCode } from "../../../shared/base/system-error.ts";
import type { FileSystem } from "../../disk/file-system.ts";
import { LiveTables } from "./memory/live-tables.ts";
import { readManifest } from "./manifest/manifest-file.ts";
import type { Manifest, ReadManifest } from "./manifest/manifest.ts";
import { Segments } from "./segment/segments.ts";
import { manifestName, readNames, type StoreFileNames } from "./disk/store-files.ts";
import { mustBelong, type ReadPoint } from "./log/commit-point.ts";
import { replayWal, type WalEnd } from "./log/wal-replay.ts";

export interface LoadedStore {
  readonly manifest: Manifest;
  readonly manifestFile: Pick<ReadManifest, "catalog" | "place" | "tornBytes">;
  readonly catalog: Catalog;
  readonly live: LiveTables;
  readonly segments: Segments;
  readonly walEnd: WalEnd;
  readonly commitPoint: ReadPoint;
  /** Batches in the log. */
  readonly walBatches: number;
}

/**
 * @param names in the directory, listed before.
 * @param commitPoint read before the names.
 * @throws LogmillError `store_damaged`, `store_version`, `disk_failed`.
 */
export async function loadStore(
  files: FileSystem,
  directory: string,
  names: StoreFileNames,
  commitPoint: ReadPoint,
  kernel: Kernel,
): Promise<LoadedStore> {
  const read = await readManifest(files, directory);
  const { manifest } = read;
  const catalog = await inSlices(readCatalogSteps(read.catalog));
  const live = new LiveTables(kernel);
  const definitions = byKey(manifest.definitions);
  let walBatches = 0;
  const { storeId, walFirst } = manifest;
  mustBelong(commitPoint, directory, storeId);
  const walEnd = await replayWal(
    files,
    directory,
    storeId,
    names.walSequences,
    walFirst,
    commitPoint.position,
    (record) => {
      mergeRecord(catalog, live, definitions, record);
      if (record.type === "batch") walBatches += 1;
    },
  );
  const segments = new Segments(files, directory, storeId);
  try {
    for (const segment of manifest.segments) segments.attach(await segments.open(segment));
  } catch (error) {
    await segments.close();
    throw error;
  }
  const parts = { manifest, manifestFile: read, catalog, live, segments };
  return { ...parts, walEnd, commitPoint, walBatches };
}

/** What is in the directory; `store_missing` where there is none or it holds no manifest. */
export async function listStore(files: FileSystem, directory: string): Promise<StoreFileNames> {
  let names: StoreFileNames;
  try {
    names = readNames(await files.list(directory));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") throw missing(directory);
    throw diskError(error, "listing", directory);
  }
  if (!names.hasManifest) {
    const { segmentNumbers, walSequences, hasCommitPoint } = names;
    if (segmentNumbers.length > 0 || walSequences.length > 0 || hasCommitPoint) {
      throw manifestMissing(directory);
    }
    throw missing(directory);
  }
  return names;
}

function missing(directory: string): LogmillError {
  return new LogmillError(
    "store_missing",
    `there is no store in ${directory}; \`logmill run\` makes one, or name another data_dir`,
    { fields: { directory } },
  );
}

export function manifestMissing(directory: string): LogmillError {
  return new LogmillError(
    "store_damaged",
    `${directory}/${manifestName} is missing while segments or logs are there. Put the store back ` +
      "from a copy, or move the directory away and run again: what the inputs still hold is counted anew",
    { fields: { path: `${directory}/${manifestName}`, offset: 0 } },
  );
}
