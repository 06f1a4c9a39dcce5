// Opening as the owner: lock, read, refuse what must be refused, and only then repair. Repairs are
// these, each safe to be cut short and done again:
//   a torn edit of the manifest is cut off, which nobody was told of;
//   a torn tail of the log is cut off, and all that is left is synced: the process that wrote it may
//   have died before it did, and from now on it counts as durable;
//   a commit point that is missing or not whole is begun anew;
//   a successor in which nothing was written, log files before the manifest's first, segments that
//   the manifest does not name, and a draft of a manifest are removed.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { failPoint } from "../../../shared/base/fail-point.ts";
import { canonicalJson } from "../../../shared/model/definition-key.ts";
import type { Configured } from "../../../shared/model/reading.ts";
import { loadSeededKernel } from "../../../shared/kernel/seeded-kernel.ts";
import { Catalog } from "./ledger/catalog.ts";
import { encodeCatalog } from "./manifest/catalog-codec.ts";
import { reconcile, type Reconciled } from "./manifest/reconcile.ts";
import { diskError, OutOfSpace } from "../../disk/disk-error.ts";
import { damaged, decodeFileHeader, fileHeaderBytes, type FileKind } from "./disk/file-header.ts";
import type { DirectoryLock, FileSystem } from "../../disk/file-system.ts";
import { loadStore, manifestMissing, type LoadedStore } from "./load.ts";
import { manifestVersion, type Manifest } from "./manifest/manifest.ts";
import { ManifestFile } from "./manifest/manifest-file.ts";
import {
  manifestDraftName,
  readNames,
  readWhole,
  segmentFileName,
  walFileName,
  type StoreFileNames,
} from "./disk/store-files.ts";
import { CommitPoint, readCommitPoint } from "./log/commit-point.ts";
import { WalWriter } from "./log/wal-writer.ts";
import { LogmillError } from "../../../shared/base/errors.ts";
import { isOutOfSpace } from "../../../shared/base/system-error.ts";

export interface OpenedStore extends Pick<LoadedStore, "catalog" | "live" | "segments"> {
  readonly storeId: string;
  readonly lock: DirectoryLock;
  readonly manifest: ManifestFile;
  readonly wal: WalWriter;
  readonly commitPoint: CommitPoint;
  /** Bytes of the log that were replayed. */
  readonly walBytes: number;
  /** Bytes at the ends of files that could not be read, and were cut off. */
  readonly cutBytes: { readonly log: number; readonly manifest: number };
  /** No segment file had this number or a higher one. */
  readonly nextSegment: number;
  /** What the configuration makes of the store: done already, unless something is to be forgotten. */
  readonly reconciled: Reconciled;
}

/** @throws LogmillError as `Store.open` */
export async function openStore(
  files: FileSystem,
  directory: string,
  configured: Configured,
): Promise<OpenedStore> {
  const lock = await takeDirectory(files, directory);
  try {
    return await openLocked(files, directory, configured, lock);
  } catch (error) {
    await lock.release();
    if (!(error instanceof OutOfSpace)) throw diskError(error, "opening", directory);
    throw await withoutSpace(error, files, directory);
  }
}

/** The error for a start that has no space, with an `OutOfSpace` for its cause. */
async function withoutSpace(
  cause: OutOfSpace,
  files: FileSystem,
  directory: string,
): Promise<LogmillError> {
  // The directory may be what there was no space for.
  const space = await files.space(directory).catch(() => null);
  const free = space === null ? "" : `: ${space.freeBytes} of ${space.totalBytes} bytes are free`;
  return new LogmillError(
    "disk_failed",
    `${cause.message}${free}; nothing was changed. Make room there and start again`,
    { cause, fields: { path: directory } },
  );
}

async function takeDirectory(files: FileSystem, directory: string): Promise<DirectoryLock> {
  try {
    await files.makeDirectory(directory);
    return await files.lock(directory);
  } catch (error) {
    if (isOutOfSpace(error)) {
      throw await withoutSpace(new OutOfSpace(directory, error), files, directory);
    }
    throw diskError(error, "locking", directory);
  }
}

async function openLocked(
  files: FileSystem,
  directory: string,
  configured: Configured,
  lock: DirectoryLock,
): Promise<OpenedStore> {
  // A manifest may have been renamed and its name not synced: before anything is deleted it has to be.
  await files.syncDirectory(directory);
  const names = readNames(await files.list(directory));
  if (!names.hasManifest) await begin(files, directory, names);
  const found = names.hasManifest ? names : readNames(await files.list(directory));
  const point = await readCommitPoint(files, directory);
  const loaded = await loadStore(files, directory, found, point, loadSeededKernel());
  const { manifest: current, catalog, live, segments, walEnd } = loaded;
  try {
    const reconciled = reconcile(current, catalog, configured);
    const { storeId } = current;
    const leftovers = await findLeftovers(files, directory, found, loaded);
    failPoint("sink.open.loaded");
    const isOld = current.version < manifestVersion;
    const { place, tornBytes } = loaded.manifestFile;
    const manifest = new ManifestFile(files, directory, current, isOld ? null : place);
    if (!isOld) await manifest.repair();
    await syncLog(files, directory, current.walFirst, walEnd.sequence);
    const wal = await WalWriter.resume(files, directory, storeId, walEnd);
    failPoint("sink.open.cut");
    for (const path of leftovers) {
      await files.unlink(path);
      failPoint("sink.open.removed");
    }
    // What comes now is not for an earlier logmill: it has to see that before it reads the log.
    if (isToBeReplaced(current, reconciled)) {
      const { definitions, readings } = reconciled;
      const meaning = { definitions, readings };
      // One of an earlier version has no edits: its catalog is whole.
      if (!isOld) await manifest.edit({ meaning });
      else
        await manifest.replace((now) => ({ ...now, ...meaning }), loaded.manifestFile.catalog[0]!);
    }
    const commitPoint = await CommitPoint.open(files, directory, storeId, point);
    const nextSegment = 1 + Math.max(0, ...found.segmentNumbers);
    const opened = { storeId, lock, manifest, wal, commitPoint, catalog, live, segments };
    return {
      ...opened,
      walBytes: walEnd.bytes,
      cutBytes: { log: walEnd.tornBytes, manifest: tornBytes },
      nextSegment,
      reconciled,
    };
  } catch (error) {
    await segments.close();
    throw error;
  }
}

/** What is forgotten goes in the same replacement as the new meaning, once the log is empty. */
function isToBeReplaced(current: Manifest, { definitions, readings, forget }: Reconciled): boolean {
  if (forget.length > 0) return false;
  const isNew =
    canonicalJson([current.definitions, current.readings]) !==
    canonicalJson([definitions, readings]);
  return isNew || current.version < manifestVersion;
}

/**
 * Makes finished files of the log durable. The process before may have died between writing the last
 * record of one and syncing it; what goes into its successor now is worth nothing without it.
 */
async function syncLog(
  files: FileSystem,
  directory: string,
  first: number,
  last: number,
): Promise<void> {
  for (let sequence = first; sequence < last; sequence += 1) {
    const file = await files.open(join(directory, walFileName(sequence)), "write");
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  }
}

/** Makes an empty store. What is there already can only be the beginning of one. */
async function begin(files: FileSystem, directory: string, names: StoreFileNames): Promise<void> {
  const { walSequences, segmentNumbers, hasCommitPoint } = names;
  if (
    hasCommitPoint ||
    segmentNumbers.length > 0 ||
    walSequences.some((sequence) => sequence !== 1)
  ) {
    throw manifestMissing(directory);
  }
  const walFirst = 1;
  if (walSequences.length > 0) {
    const path = join(directory, walFileName(walFirst));
    const { length } = await readWhole(files, path, Infinity);
    if (length > fileHeaderBytes) throw manifestMissing(directory);
    await files.unlink(path);
  }
  if (names.hasDraft) await files.unlink(join(directory, manifestDraftName));
  const storeId = randomBytes(16).toString("hex");
  const wal = await WalWriter.create(files, directory, storeId, walFirst);
  await wal.close();
  const version = manifestVersion;
  const empty = {
    storeId,
    generation: 0,
    version,
    walFirst,
    definitions: [],
    readings: {},
    segments: [],
  };
  const manifest = new ManifestFile(files, directory, empty, null);
  await manifest.replace((current) => current, encodeCatalog(new Catalog()));
}

/**
 * Files that the store does not need.
 * @throws LogmillError `store_damaged` when one of them belongs to another store.
 */
async function findLeftovers(
  files: FileSystem,
  directory: string,
  names: StoreFileNames,
  { manifest, walEnd }: LoadedStore,
): Promise<string[]> {
  const { storeId, walFirst, segments } = manifest;
  const named = new Set(segments.map(({ number }) => number));
  const logs = names.walSequences
    .filter((sequence) => sequence < walFirst || sequence === walEnd.stillborn)
    .map((sequence) => ({ kind: "wal" as const, path: join(directory, walFileName(sequence)) }));
  const unnamed = names.segmentNumbers
    .filter((number) => !named.has(number))
    .map((number) => ({
      kind: "segment" as const,
      path: join(directory, segmentFileName(number)),
    }));
  for (const { kind, path } of [...logs, ...unnamed]) {
    const owner = await ownerOf(files, path, kind);
    if (owner === null || owner === storeId) continue;
    throw damaged(path, 0, `this file belongs to store ${owner}`);
  }
  const drafts = names.hasDraft ? [join(directory, manifestDraftName)] : [];
  return [...[...logs, ...unnamed].map(({ path }) => path), ...drafts];
}

/** The store in a file's header; null where the header was never completed. */
async function ownerOf(files: FileSystem, path: string, kind: FileKind): Promise<string | null> {
  const file = await files.open(path, "read");
  try {
    const header = Buffer.alloc(fileHeaderBytes);
    const read = await file.read(header, 0);
    return decodeFileHeader(header.subarray(0, read), kind, path).storeId;
  } catch (error) {
    if (error instanceof LogmillError && error.code === "store_damaged") return null;
    throw error;
  } finally {
    await file.close();
  }
}
