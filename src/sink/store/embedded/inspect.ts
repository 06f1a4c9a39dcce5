// What is in a store, for people: files, segments, log, summaries, sources and the balance sheet.
// Reads the manifest and the log through a snapshot; changes nothing, takes no lock.

import { join } from "node:path";
import { sheetsOf, summaryInfos } from "./apply-record.ts";
import { examplesOf, uncountedOf } from "./rejects-of.ts";
import { systemErrorCode } from "../../../shared/base/system-error.ts";
import type { FileSystem } from "../../disk/file-system.ts";
import { loadSnapshot } from "./read-only-store.ts";
import { manifestName, readNames, segmentFileName } from "./disk/store-files.ts";
import type { InspectedFile, StoreInspection } from "../inspection.ts";

/** @throws LogmillError `store_missing`, `store_damaged`, `store_version`, `disk_failed`. */
export async function inspectStore(files: FileSystem, directory: string): Promise<StoreInspection> {
  const { manifest, catalog, segments, live, walBatches } = await loadSnapshot(files, directory);
  await segments.close();
  const { storeId, generation, definitions } = manifest;
  const tables = manifest.segments.flatMap(({ number, runs }) =>
    runs.map(({ summaryKey, bucketStart, rows, bytes }) => {
      return { file: segmentFileName(number), summaryKey, bucketStart, rows, bytes };
    }),
  );
  const runs = manifest.segments.flatMap((segment) => segment.runs);
  return {
    storeId,
    formatVersion: manifest.version,
    generation,
    walBatches,
    files: await inspectFiles(files, directory),
    segments: tables,
    summaries: summaryInfos(definitions, catalog, runs, [live]),
    sources: catalog.ledger.sources(),
    sheets: sheetsOf(definitions, catalog),
    examples: examplesOf(definitions, catalog),
    uncounted: uncountedOf(definitions, catalog),
  };
}

async function inspectFiles(files: FileSystem, directory: string): Promise<InspectedFile[]> {
  const found: InspectedFile[] = [];
  for (const name of [...(await files.list(directory))].sort()) {
    if (name.startsWith("lock-")) continue;
    try {
      const file = await files.open(join(directory, name), "read");
      try {
        found.push({ name, kind: kindOf(name), bytes: await file.size() });
      } finally {
        await file.close();
      }
    } catch (error) {
      // A sink at work may have deleted it since it was listed.
      if (systemErrorCode(error) !== "ENOENT") throw error;
    }
  }
  return found;
}

function kindOf(name: string): InspectedFile["kind"] {
  const { walSequences, segmentNumbers } = readNames([name]);
  if (name === manifestName) return "manifest";
  if (walSequences.length > 0) return "wal";
  return segmentNumbers.length > 0 ? "segment" : "other";
}
