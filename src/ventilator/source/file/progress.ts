// How far the files of all sources, and of each, are read: by what is on disk.

import type { TrackedFile } from "./tracked-file.ts";

export interface CatalogTotals {
  readonly files: number;
  readonly filesDone: number;
  /** Bytes on disk, of all files and of those parts that need not be read any more. */
  readonly bytes: number;
  readonly bytesDone: number;
}

/** Of one source; bytes are those on disk. */
export interface SourceProgress {
  readonly source: string;
  readonly files: number;
  readonly filesDone: number;
  readonly bytes: number;
  /** Still to be read. */
  readonly backlogBytes: number;
  /** Of content, behind the last lines that have ended. */
  readonly unfinishedBytes: number;
}

export function totalsOf(files: Iterable<TrackedFile>): CatalogTotals {
  const totals = { files: 0, filesDone: 0, bytes: 0, bytesDone: 0 };
  for (const file of files) {
    totals.files += 1;
    if (file.isRead) totals.filesDone += 1;
    totals.bytes += file.diskBytes;
    totals.bytesDone += Math.min(file.diskBytes, file.diskBytesDone);
  }
  return totals;
}

/** @param names of the sources; one without files is there, too. */
export function progressOf(
  names: readonly string[],
  files: Iterable<TrackedFile>,
): SourceProgress[] {
  const progress = new Map(
    names.map((name) => [
      name,
      { source: name, files: 0, filesDone: 0, bytes: 0, backlogBytes: 0, unfinishedBytes: 0 },
    ]),
  );
  for (const file of files) {
    const line = progress.get(file.source.name)!;
    line.files += 1;
    if (file.isRead) line.filesDone += 1;
    line.bytes += file.diskBytes;
    line.unfinishedBytes += file.unfinishedBytes;
    line.backlogBytes += Math.max(0, file.diskBytes - file.diskBytesDone);
  }
  return [...progress.values()];
}
