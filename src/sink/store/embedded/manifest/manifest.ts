// The manifest: one small file that says what the store is. It names the segments, holds the catalog
// as it was when the oldest log file still needed was begun, and the definitions of the summaries,
// so that a store can be read without a configuration. It is replaced as a whole: written beside,
// synced, renamed over the old one, and the directory synced. The bytes are drawn in FORMAT.md.

import { crc32 } from "node:zlib";
import { atOnce } from "../../../../shared/base/steps.ts";
import { ByteReader, ByteWriter } from "../../../../shared/base/bytes.ts";
import { canonicalJson } from "../../../../shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../../../shared/model/plan.ts";
import type { Readings } from "../../../../shared/model/reading.ts";
import type { Adoption } from "../../summary-info.ts";
import { readBucketStart, renewCatalog } from "./catalog-codec.ts";
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

export interface Manifest {
  readonly storeId: string;
  /** Counts the replacements. */
  readonly generation: number;
  /** Format of the file that it was read from; it is always written in the newest. */
  readonly version: number;
  /** First file of the write-ahead log whose records are not in the segments and the catalog. */
  readonly walFirst: number;
  /** In the order in which summaries were added. */
  readonly definitions: readonly StoredDefinition[];
  /** How the lines on the sheets of sources were read. */
  readonly readings: Readings;
  readonly segments: readonly SegmentFile[];
  /** Encoded `Catalog`. */
  readonly catalog: Uint8Array;
}

/** The version of manifests that this logmill writes. */
export const manifestVersion = formatVersions.manifest;

const leastDefinition = 17;
const leastSegment = 5;
const leastRun = 13;

export function encodeManifest(manifest: Manifest): Uint8Array {
  return atOnce(encodeManifestSteps(manifest));
}

/** Runs that are written in one step. */
const runsPerStep = 1024;

/** As `encodeManifest`, some runs a step. */
export function* encodeManifestSteps(manifest: Manifest): Generator<void, Uint8Array, undefined> {
  const { storeId, generation, walFirst, definitions, readings, segments, catalog } = manifest;
  const writer = new ByteWriter(catalog.length + 4096);
  writer.bytes(encodeFileHeader({ kind: "manifest", storeId, number: generation }));
  const lengthAt = writer.length;
  writer.u32(0).varint(walFirst).varint(definitions.length);
  for (const { key, ...meaning } of definitions) writer.hex(key).text(canonicalJson(meaning));
  writer.text(canonicalJson(readings));
  const numbers = new Map(definitions.map(({ key }, index) => [key, index]));
  writer.varint(segments.length);
  for (const { number, bytes, runBytes, runs } of segments) {
    writer.varint(number).varint(bytes).varint(runBytes).varint(runs.length);
    for (const [index, run] of runs.entries()) {
      if (index % runsPerStep === 0) yield;
      writeRun(writer, run, numbers);
    }
  }
  writer.blob(catalog);
  writer.setU32(lengthAt, writer.length + 4);
  return writer.u32(crc32(writer.finish())).finish();
}

function writeRun(writer: ByteWriter, run: Run, numbers: ReadonlyMap<string, number>): void {
  writer.varint(numbers.get(run.summaryKey)!);
  writer.i64(BigInt(run.bucketStart)).varint(run.rows);
  writer.varint(run.offset).varint(run.bytes).varint(run.blocks);
}

/** @throws LogmillError `store_damaged`, `store_version` */
export function decodeManifest(bytes: Uint8Array, path: string): Manifest {
  const { storeId, number: generation, version } = decodeFileHeader(bytes, "manifest", path);
  const end = bytes.length - 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (end < fileHeaderBytes + 4 || view.getUint32(fileHeaderBytes, true) !== bytes.length) {
    throw damaged(path, bytes.length, "the file is not as long as it says");
  }
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) {
    throw damaged(path, end, "the file does not match its checksum");
  }
  const reader = new ByteReader(bytes.subarray(0, end), "store_damaged", path);
  reader.bytes(fileHeaderBytes + 4);
  const walFirst = reader.varint();
  const definitions = readDefinitions(reader, version);
  const readings = version === 1 ? {} : (JSON.parse(reader.text()) as Readings);
  const segments: SegmentFile[] = [];
  for (let rest = reader.count(leastSegment); rest > 0; rest -= 1) {
    const number = reader.varint();
    const bytes = reader.varint();
    const runBytes = reader.varint();
    const runs: Run[] = [];
    for (let left = reader.count(leastRun); left > 0; left -= 1) {
      runs.push(readRun(reader, definitions));
    }
    segments.push({ number, bytes, runBytes, runs });
  }
  const found = reader.blob();
  reader.end();
  const catalog = version === 1 ? renewCatalog(found) : found;
  return { storeId, generation, version, walFirst, definitions, readings, segments, catalog };
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
