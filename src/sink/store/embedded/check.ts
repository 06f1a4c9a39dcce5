// Verifies everything in a store that can be verified: every checksum, that every file the manifest
// names is there and as long as it should be, that rows ascend, that every line and every byte of the
// balance sheet is accounted for. Changes nothing, takes no lock, and may run beside a sink.

import { basename, join } from "node:path";
import { LogmillError } from "../../../shared/base/errors.ts";
import { balanceKey } from "../../../shared/model/definition-key.ts";
import type { Kernel } from "../../../shared/kernel/kernel.ts";
import { mergeSorted } from "../../../shared/table/merge-sorted.ts";
import { schemaOf } from "../../../shared/table/schema.ts";
import { unbalancedLines, unbalancedParsed } from "../../../shared/model/sheet.ts";
import type { Catalog } from "./ledger/catalog.ts";
import type { FileSystem } from "../../disk/file-system.ts";
import { reaches } from "./log/commit-point.ts";
import type { WalEnd } from "./log/wal-replay.ts";
import { rowsPerFrame } from "./memory/live-tables.ts";
import type { LoadedStore } from "./load.ts";
import type { Run, SegmentFile, StoredDefinition } from "./manifest/manifest.ts";
import type { Finding } from "../inspection.ts";
import { loadSnapshot } from "./read-only-store.ts";
import { loadSeededKernel } from "../../../shared/kernel/seeded-kernel.ts";
import { readFooter } from "./segment/segment-reader.ts";
import {
  commitPointName,
  manifestName,
  readNames,
  segmentFileName,
  walFileName,
} from "./disk/store-files.ts";

const putBack =
  "Put the store back from a copy, or move its directory away and run again: what the inputs still hold is counted anew.";
const nothingToDo = "Nothing has to be done; the next sink removes it.";

/**
 * Reads the whole store; an empty list means that it is sound.
 * @throws LogmillError `store_missing`, `store_version`, `disk_failed`.
 */
export async function checkStore(
  files: FileSystem,
  directory: string,
): Promise<readonly Finding[]> {
  let loaded: LoadedStore;
  try {
    loaded = await loadSnapshot(files, directory);
  } catch (error) {
    return [damageOf(error, manifestName, null)];
  }
  try {
    const findings = [
      ...checkCatalog(loaded.catalog, loaded.manifest.definitions),
      ...checkLogEnd(loaded),
    ];
    const kernel = loadSeededKernel();
    for (const segment of loaded.manifest.segments) {
      findings.push(...(await checkSegment(files, directory, loaded, segment, kernel)));
    }
    findings.push(...leftovers(loaded, await files.list(directory)));
    return findings;
  } finally {
    await loaded.segments.close();
  }
}

/** The finding that a damage error stands for; other errors are thrown on. */
function damageOf(error: unknown, file: string, offset: number | null): Finding {
  const isDamage =
    error instanceof LogmillError && (error.code === "store_damaged" || error.code === "bad_table");
  if (!isDamage) throw error;
  const { path, offset: at } = error.fields;
  return {
    severity: "damage",
    file: typeof path === "string" ? basename(path) : file,
    offset: typeof path === "string" && typeof at === "number" ? at : offset,
    problem: error.message.replace(/ Put the store back .*$/u, ""),
    fix: putBack,
  };
}

function wrongNumbers(problem: string): Finding {
  return { severity: "damage", file: manifestName, offset: null, problem, fix: putBack };
}

function checkCatalog(catalog: Catalog, definitions: readonly StoredDefinition[]): Finding[] {
  const findings: Finding[] = [];
  let counted = 0;
  for (const [source, sheet] of catalog.sources) {
    counted += sheet.bytes;
    if (unbalancedLines(sheet) === 0) continue;
    findings.push(
      wrongNumbers(`The ${sheet.lines} lines of ${source} are not the sum of their fates.`),
    );
  }
  findings.push(...sameBytes("The balance sheet", counted, mergedBytes(catalog, balanceKey)));
  for (const [key, bySource] of catalog.summaries) {
    const name = definitions.find((stored) => stored.key === key)?.definition.name ?? key;
    let bytes = 0;
    for (const [source, sheet] of bySource) {
      bytes += sheet.bytes + sheet.bytesBefore;
      if (unbalancedParsed(sheet) === 0) continue;
      const lines = `The ${sheet.parsed} parsed lines of ${source} for ${name}`;
      findings.push(wrongNumbers(`${lines} are not the sum of their fates.`));
    }
    findings.push(...sameBytes(`The sheet of ${name}`, bytes, mergedBytes(catalog, key)));
  }
  return findings;
}

function sameBytes(sheet: string, counted: number, merged: number): Finding[] {
  if (counted === merged) return [];
  return [wrongNumbers(`${sheet} counts ${counted} bytes and the ledger ${merged}.`)];
}

function mergedBytes({ ledger }: Catalog, key: string): number {
  let merged = 0;
  for (const { shared } of ledger.entries) {
    for (const { keys, ranges } of shared) {
      if (!keys.includes(key)) continue;
      for (const { from, to } of ranges.ranges) merged += to - from;
    }
  }
  return merged;
}

function checkLogEnd(loaded: LoadedStore): Finding[] {
  const { sequence, stillborn } = loaded.walEnd;
  const findings = [...checkManifestEnd(loaded), ...checkCommitPoint(loaded)];
  if (loaded.walEnd.tornBytes > 0) findings.push(tornTail(loaded.walEnd));
  if (stillborn !== null) {
    const problem = `The file was begun after ${walFileName(sequence)} and never used.`;
    findings.push(note(walFileName(stillborn), 0, problem, nothingToDo));
  }
  return findings;
}

/** What lies behind the last edit that can be read. */
function checkManifestEnd({ manifestFile: { place, tornBytes } }: LoadedStore): Finding[] {
  if (tornBytes === 0) return [];
  const problem =
    `The last ${tornBytes} bytes cannot be read. Most likely they were being written when the process ended; ` +
    "an edit that was written before and damaged since looks the same. The files of the state before it are all there.";
  const fix = "The next sink removes them.";
  return [{ severity: "unknown", file: manifestName, offset: place.end, problem, fix }];
}

function note(file: string, offset: number | null, problem: string, fix: string): Finding {
  return { severity: "note", file, offset, problem, fix };
}

/** What lies behind the last record that can be read: nobody can know whether it was acknowledged. */
function tornTail({ sequence, end, tornBytes }: WalEnd): Finding {
  return {
    severity: "unknown",
    file: walFileName(sequence),
    offset: end,
    problem:
      `The last ${tornBytes} bytes cannot be read. Most likely they were being written when the process ` +
      "ended, and nothing in them was acknowledged; a group that was acknowledged just before and " +
      "damaged since looks the same.",
    fix: "The next sink removes them. What they held is counted again from inputs that still have it.",
  };
}

/** Whether the end of the log is known to be what was acknowledged last. */
function checkCommitPoint({ walEnd, commitPoint }: LoadedStore): Finding[] {
  const { position, isWhole } = commitPoint;
  const renewed = "The next sink renews the file within a moment.";
  if (position === null) {
    const problem =
      "The file is missing, empty or unreadable, as in a store that an older logmill wrote. Without it, a " +
      "log that lost its last group looks like one whose last group was never acknowledged.";
    return [{ severity: "unknown", file: commitPointName, offset: null, problem, fix: renewed }];
  }
  const { sequence, end } = position;
  const findings: Finding[] = [];
  if (!isWhole) {
    const problem = "A part of it was being written when the process ended, or is damaged.";
    findings.push(note(commitPointName, null, problem, renewed));
  }
  if (!reaches(position, walEnd)) {
    const problem =
      `The log has gone on since byte ${end} of ${walFileName(sequence)}, up to where it was noted as ` +
      "acknowledged. All of it can be read; whether more followed cannot be known.";
    findings.push({
      severity: "unknown",
      file: commitPointName,
      offset: null,
      problem,
      fix: `A sink that is idle notes the end of the log. ${renewed}`,
    });
  }
  return findings;
}

async function checkSegment(
  files: FileSystem,
  directory: string,
  loaded: LoadedStore,
  { number, runs }: SegmentFile,
  kernel: Kernel,
): Promise<Finding[]> {
  const name = segmentFileName(number);
  const path = join(directory, name);
  let written: readonly Run[];
  try {
    const file = await files.open(path, "read");
    try {
      written = await readFooter({ path, file });
    } finally {
      await file.close();
    }
  } catch (error) {
    return [damageOf(error, name, null)];
  }
  const findings: Finding[] = [];
  for (const run of runs) {
    const former = formerKeys(loaded.manifest.definitions, run.summaryKey);
    if (!written.some((other) => sameRun(run, other, former))) {
      const problem = "The manifest names a table that the file's footer does not.";
      const offset = run.offset;
      findings.push({ severity: "damage", file: name, offset, problem, fix: putBack });
    }
    try {
      await readAll(loaded, number, run, kernel);
    } catch (error) {
      findings.push(damageOf(error, name, run.offset));
    }
  }
  return findings;
}

/** Keys that rows of a summary may have in segments that were written before it was adopted. */
function formerKeys(definitions: readonly StoredDefinition[], key: string): readonly string[] {
  const adoptions = definitions.find((stored) => stored.key === key)?.adoptions ?? [];
  return [key, ...adoptions.map((adoption) => adoption.key)];
}

function sameRun(a: Run, b: Run, keys: readonly string[]): boolean {
  return (
    keys.includes(b.summaryKey) &&
    a.bucketStart === b.bucketStart &&
    a.rows === b.rows &&
    a.offset === b.offset &&
    a.bytes === b.bytes &&
    a.blocks === b.blocks
  );
}

/** Reads a run and merges it with nothing, which verifies its frames and their order. */
async function readAll(
  { manifest, segments }: LoadedStore,
  number: number,
  run: Run,
  kernel: Kernel,
): Promise<void> {
  const stored = manifest.definitions.find(({ key }) => key === run.summaryKey)!;
  const schema = schemaOf(stored.definition);
  const frames = segments.readRun(number, run);
  const merged = mergeSorted(kernel, schema, [frames], rowsPerFrame(schema));
  while ((await merged.next()).done !== true);
}

/** Files that the next owner removes. */
function leftovers({ manifest }: LoadedStore, listed: readonly string[]): Finding[] {
  const names = readNames(listed);
  const named = new Set(manifest.segments.map(({ number }) => number));
  const files = [
    ...names.segmentNumbers.filter((number) => !named.has(number)).map(segmentFileName),
    ...names.walSequences.filter((sequence) => sequence < manifest.walFirst).map(walFileName),
  ];
  const problem = "The file is not part of the store: it was left by a process that was cut short.";
  return files.map((file) => note(file, null, problem, nothingToDo));
}
