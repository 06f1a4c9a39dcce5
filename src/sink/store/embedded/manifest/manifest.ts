// The manifest: one file that says what the store is. It names the segments, holds the catalog as it was
// when the oldest log file still needed was begun, and the definitions of the summaries, so that a store
// can be read without a configuration. It is a snapshot, followed by edits, each of which says what has
// changed (see `manifest-edit.ts`): a flush or a compaction writes no more than it has changed. Once the
// edits are longer than the snapshot a new one takes the place of the file: written beside, synced, renamed
// over it, and the directory synced. The bytes are drawn in FORMAT.md.

import { crc32 } from "node:zlib";
import { atOnce } from "../../../../shared/base/steps.ts";
import { ByteReader, ByteWriter } from "../../../../shared/base/bytes.ts";
import { canonicalJson } from "../../../../shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../../../shared/model/plan.ts";
import type { Readings } from "../../../../shared/model/reading.ts";
import type { Adoption } from "../../summary-info.ts";
import { readBucketStart } from "./catalog-codec.ts";
import { renewCatalog } from "./catalog-version-1.ts";
import {
  damaged,
  decodeFileHeader,
  encodeFileHeader,
  fileHeaderBytes,
  formatVersions,
} from "../disk/file-header.ts";

/** A table in a segment file: all rows of it ascending, in blocks one after the other. */
export interface Run {
  readonly summaryKey: string;
  readonly bucketStart: number;
  readonly rows: number;
  /** Where its blocks begin in the file, and how many bytes and blocks they are. */
  readonly offset: number;
  readonly bytes: number;
  readonly blocks: number;
}

export interface SegmentFile {
  readonly number: number;
  /** Size of the file. */
  readonly bytes: number;
  /** Bytes of all runs that were written into it. */
  readonly runBytes: number;
  /** The runs that count; after a compaction there may be others in the file. */
  readonly runs: readonly Run[];
}

export interface StoredDefinition {
  readonly key: string;
  readonly definition: SummaryDefinition;
  /** How the lines of each source were read; without those that an earlier logmill has not recorded. */
  readonly reads: Readings;
  readonly adoptions: readonly Adoption[];
}

/** What the numbers of a store mean. */
export interface Meaning {
  /** In the order in which summaries were added. */
  readonly definitions: readonly StoredDefinition[];
  /** How the lines on the sheets of sources were read. */
  readonly readings: Readings;
}

export interface Manifest extends Meaning {
  readonly storeId: string;
  /** Counts the replacements and the edits. */
  readonly generation: number;
  /** Format of the file that it was read from; it is always written in the newest. */
  readonly version: number;
  /** First file of the write-ahead log whose records are not in the segments and the catalog. */
  readonly walFirst: number;
  readonly segments: readonly SegmentFile[];
}

/** What a manifest's file says. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** The catalog of the snapshot, encoded, then what edits have changed of it. */
  readonly catalog: readonly Uint8Array[];
  readonly place: EditPlace;
  /** Bytes behind the last edit that can be read: nobody was told of them. */
  readonly tornBytes: number;
}

/** Where the next edit goes, and what its checksums go on from. */
export interface EditPlace {
  readonly snapshotBytes: number;
  readonly end: number;
  readonly headerCrc32: number;
  /** Of the snapshot, or of the last edit. */
  readonly crc32: number;
}

/** The version of manifests that this logmill writes. */
export const manifestVersion = formatVersions.manifest;
/** The first version that has edits. */
const editedVersion = 3;

const leastDefinition = 17;
const leastSegment = 5;
const leastRun = 13;

/** @param catalog encoded */
export function encodeManifest(manifest: Manifest, catalog: Uint8Array): Uint8Array {
  return atOnce(encodeManifestSteps(manifest, catalog));
}

/** Runs that are written or read in one step. */
const runsPerStep = 1024;

/** As `encodeManifest`, some runs a step. */
export function* encodeManifestSteps(
  manifest: Manifest,
  catalog: Uint8Array,
): Generator<void, Uint8Array, undefined> {
  const { storeId, generation, walFirst, definitions, segments } = manifest;
  const writer = new ByteWriter(catalog.length + 4096);
  writer.bytes(encodeFileHeader({ kind: "manifest", storeId, number: generation }));
  const lengthAt = writer.length;
  writer.u32(0).varint(walFirst);
  writeMeaning(writer, manifest);
  yield* writeSegments(writer, segments, definitions);
  writer.blob(catalog);
  writer.setU32(lengthAt, writer.length + 4);
  return writer.u32(crc32(writer.finish())).finish();
}

export function writeMeaning(writer: ByteWriter, { definitions, readings }: Meaning): void {
  writer.varint(definitions.length);
  for (const { key, ...meaning } of definitions) writer.hex(key).text(canonicalJson(meaning));
  writer.text(canonicalJson(readings));
}

/** @param definitions to whose numbers runs refer. */
export function* writeSegments(
  writer: ByteWriter,
  segments: readonly SegmentFile[],
  definitions: readonly StoredDefinition[],
): Generator<void, void, undefined> {
  const numbers = new Map(definitions.map(({ key }, index) => [key, index]));
  writer.varint(segments.length);
  for (const { number, bytes, runBytes, runs } of segments) {
    writer.varint(number).varint(bytes).varint(runBytes).varint(runs.length);
    for (const [index, run] of runs.entries()) {
      if (index % runsPerStep === 0) yield;
      writeRun(writer, run, numbers);
    }
  }
}

function writeRun(writer: ByteWriter, run: Run, numbers: ReadonlyMap<string, number>): void {
  writer.varint(numbers.get(run.summaryKey)!);
  writer.i64(BigInt(run.bucketStart)).varint(run.rows);
  writer.varint(run.offset).varint(run.bytes).varint(run.blocks);
}

/** The snapshot that a file begins with, and its catalog. */
interface ReadSnapshot {
  readonly manifest: Manifest;
  readonly catalog: Uint8Array;
  readonly place: EditPlace;
}

/** @throws LogmillError `store_damaged`, `store_version` */
export function* readSnapshotSteps(
  file: Uint8Array,
  path: string,
): Generator<void, ReadSnapshot, undefined> {
  const { storeId, number: generation, version } = decodeFileHeader(file, "manifest", path);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const whole = file.length < fileHeaderBytes + 8 ? 0 : view.getUint32(fileHeaderBytes, true);
  const isAsLong = version < editedVersion ? whole === file.length : whole <= file.length;
  if (whole < fileHeaderBytes + 8 || !isAsLong) {
    throw damaged(path, file.length, "the file is not as long as it says");
  }
  const end = whole - 4;
  if (view.getUint32(end, true) !== crc32(file.subarray(0, end))) {
    throw damaged(path, end, "the file does not match its checksum");
  }
  const reader = new ByteReader(file.subarray(0, end), "store_damaged", path);
  reader.bytes(fileHeaderBytes + 4);
  const walFirst = reader.varint();
  const { definitions, readings } = readMeaning(reader, version);
  const segments = yield* readSegments(reader, definitions);
  const found = reader.blob();
  reader.end();
  const catalog = version === 1 ? renewCatalog(found) : found;
  const manifest = { storeId, generation, version, walFirst, definitions, readings, segments };
  return { manifest, catalog, place: placeBehind(file.subarray(0, whole)) };
}

/** Where the first edit goes behind a snapshot. */
export function placeBehind(snapshot: Uint8Array): EditPlace {
  const { length } = snapshot;
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, length);
  return {
    snapshotBytes: length,
    end: length,
    headerCrc32: crc32(snapshot.subarray(0, fileHeaderBytes)),
    crc32: view.getUint32(length - 4, true),
  };
}

export function readMeaning(reader: ByteReader, version: number = manifestVersion): Meaning {
  const definitions = readDefinitions(reader, version);
  return { definitions, readings: version === 1 ? {} : (JSON.parse(reader.text()) as Readings) };
}

/** @param definitions to whose numbers runs refer. */
export function* readSegments(
  reader: ByteReader,
  definitions: readonly StoredDefinition[],
): Generator<void, SegmentFile[], undefined> {
  const segments: SegmentFile[] = [];
  for (let rest = reader.count(leastSegment); rest > 0; rest -= 1) {
    const number = reader.varint();
    const bytes = reader.varint();
    const runBytes = reader.varint();
    const runs: Run[] = [];
    for (let left = reader.count(leastRun); left > 0; left -= 1) {
      if (left % runsPerStep === 0) yield;
      runs.push(readRun(reader, definitions));
    }
    segments.push({ number, bytes, runBytes, runs });
  }
  return segments;
}

function readDefinitions(reader: ByteReader, version: number): StoredDefinition[] {
  const definitions: StoredDefinition[] = [];
  for (let rest = reader.count(leastDefinition); rest > 0; rest -= 1) {
    const key = reader.hex(16);
    // The checksum has shown that this is what a logmill wrote, and it wrote a definition.
    const value = JSON.parse(reader.text()) as unknown;
    definitions.push(
      version === 1
        ? { key, definition: value as SummaryDefinition, reads: {}, adoptions: [] }
        : { key, ...(value as Omit<StoredDefinition, "key">) },
    );
  }
  return definitions;
}

function readRun(reader: ByteReader, definitions: readonly StoredDefinition[]): Run {
  const definition = definitions[reader.varint()];
  if (definition === undefined) throw reader.fault("a segment of no summary");
  return {
    summaryKey: definition.key,
    bucketStart: readBucketStart(reader),
    rows: reader.varint(),
    offset: reader.varint(),
    bytes: reader.varint(),
    blocks: reader.varint(),
  };
}
