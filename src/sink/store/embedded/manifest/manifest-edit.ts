// Edits of the manifest, which follow its snapshot in the same file: each says what a flush, a compaction or
// a changed configuration has changed, and is appended and synced by itself. Drawn in FORMAT.md.
//
// Behind the last edit that can be read there may be a torn one, which nobody was told of. It is ignored,
// and cut off by the next owner. Where it was whole once and is damaged since, the state before it is
// either complete still or refused, since files that an edit has made superfluous are removed behind it:
// the log of the state before, or its segments, are missing then. Anything that follows shows the damage.

import { crc32 } from "node:zlib";
import { ByteReader, ByteWriter } from "../../../../shared/base/bytes.ts";
import { damaged } from "../disk/file-header.ts";
import {
  readMeaning,
  readSegments,
  readSnapshotSteps,
  writeMeaning,
  writeSegments,
  type EditPlace,
  type Manifest,
  type Meaning,
  type ReadManifest,
  type Run,
  type SegmentFile,
} from "./manifest.ts";

/** What an edit changes; what it does not name stays as it is. */
export interface ManifestChange {
  readonly walFirst?: number;
  readonly meaning?: Meaning;
  /** Runs that do not count any more; files without runs are not named any more. */
  readonly gone?: ReadonlySet<Run>;
  readonly added?: readonly SegmentFile[];
  /** What has changed of the catalog since the edit before that says so, encoded. */
  readonly catalog?: Uint8Array;
}

const magic = Buffer.from("LEDT", "latin1");
const headBytes = 20;
const lengthAt = 4;
const offsetAt = 8;
const bodyCrcAt = 12;
const headCrcAt = 16;
const leastGone = 2;
/** Runs that are looked at in one step. */
const runsPerStep = 4096;

export interface EncodedEdit {
  readonly bytes: Uint8Array;
  /** Where the one after it goes. */
  readonly place: EditPlace;
}

/** An edit for a place, some runs a step. */
export function* encodeEditSteps(
  current: Manifest,
  change: ManifestChange,
  place: EditPlace,
): Generator<void, EncodedEdit, undefined> {
  const { walFirst = current.walFirst, meaning, added = [], catalog = noBytes } = change;
  const writer = new ByteWriter(catalog.length + 4096);
  writer.bytes(new Uint8Array(headBytes)).varint(walFirst);
  writer.u8(meaning === undefined ? 0 : 1);
  if (meaning !== undefined) writeMeaning(writer, meaning);
  const lost = yield* lostRuns(current, change.gone ?? new Set());
  writer.varint(lost.length);
  for (const { number, indexes } of lost) yield* writeLost(writer, number, indexes);
  yield* writeSegments(writer, added, (meaning ?? current).definitions);
  writer.blob(catalog);
  const bytes = Buffer.from(writer.finish());
  const checksum = crc32(bytes.subarray(headBytes), place.crc32);
  bytes.set(magic);
  bytes.writeUInt32LE(bytes.length - headBytes, lengthAt);
  bytes.writeUInt32LE(place.end, offsetAt);
  bytes.writeUInt32LE(checksum, bodyCrcAt);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, headCrcAt), place.headerCrc32), headCrcAt);
  return { bytes, place: { ...place, end: place.end + bytes.length, crc32: checksum } };
}

const noBytes = new Uint8Array(0);

/** By segment, which of its runs go. */
interface LostRuns {
  readonly number: number;
  readonly indexes: readonly number[];
}

function* lostRuns(
  { segments }: Manifest,
  gone: ReadonlySet<Run>,
): Generator<void, LostRuns[], undefined> {
  const lost: LostRuns[] = [];
  if (gone.size === 0) return lost;
  for (const { number, runs } of segments) {
    const indexes: number[] = [];
    for (const [index, run] of runs.entries()) {
      if (index % runsPerStep === 0) yield;
      if (gone.has(run)) indexes.push(index);
    }
    if (indexes.length > 0) lost.push({ number, indexes });
  }
  return lost;
}

/** Indexes as distances from the one before, less 1. */
function* writeLost(
  writer: ByteWriter,
  number: number,
  indexes: readonly number[],
): Generator<void, void, undefined> {
  writer.varint(number).varint(indexes.length);
  let before = -1;
  for (const [at, index] of indexes.entries()) {
    if (at % runsPerStep === 0) yield;
    writer.varint(index - before - 1);
    before = index;
  }
}

/** The manifest as an edit makes it, some runs a step. */
export function* editedSteps(
  current: Manifest,
  { walFirst = current.walFirst, meaning = current, gone, added = [] }: ManifestChange,
): Generator<void, Manifest, undefined> {
  const { definitions, readings } = meaning;
  let { segments } = current;
  if (gone !== undefined) {
    const kept: SegmentFile[] = [];
    for (const segment of current.segments) {
      const runs: Run[] = [];
      for (const [index, run] of segment.runs.entries()) {
        if (index % runsPerStep === 0) yield;
        if (!gone.has(run)) runs.push(run);
      }
      if (runs.length === segment.runs.length) kept.push(segment);
      else if (runs.length > 0) kept.push({ ...segment, runs });
    }
    segments = kept;
  }
  const generation = current.generation + 1;
  return {
    ...current,
    generation,
    walFirst,
    definitions,
    readings,
    segments: [...segments, ...added],
  };
}

/**
 * Everything that a manifest's file says, some of it a step.
 * @throws LogmillError `store_damaged`, `store_version`
 */
export function* decodeManifestSteps(
  file: Uint8Array,
  path: string,
): Generator<void, ReadManifest, undefined> {
  const snapshot = yield* readSnapshotSteps(file, path);
  let { manifest, place } = snapshot;
  const catalog = [snapshot.catalog];
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  while (place.end < bytes.length) {
    const head = readHead(bytes, place.end, place.headerCrc32);
    const body = head === null ? null : bodyOf(bytes, head, place);
    if (head === null || body === null) {
      if (isFollowed(bytes, head, place)) {
        throw damaged(path, place.end, "an edit of the manifest does not match its checksum");
      }
      break;
    }
    const change = yield* readChange(body, manifest, path);
    manifest = yield* editedSteps(manifest, change);
    if (change.catalog !== undefined) catalog.push(change.catalog);
    place = { ...place, end: head.end, crc32: head.bodyCrc32 };
  }
  return { manifest, catalog, place, tornBytes: bytes.length - place.end };
}

interface EditHead {
  readonly at: number;
  readonly end: number;
  readonly bodyCrc32: number;
}

/** Null where no whole head stands. */
function readHead(bytes: Buffer, at: number, headerCrc32: number): EditHead | null {
  if (at + headBytes > bytes.length || bytes.compare(magic, 0, 4, at, at + 4) !== 0) return null;
  if (bytes.readUInt32LE(at + offsetAt) !== at) return null;
  const checksum = crc32(bytes.subarray(at, at + headCrcAt), headerCrc32);
  if (bytes.readUInt32LE(at + headCrcAt) !== checksum) return null;
  const end = at + headBytes + bytes.readUInt32LE(at + lengthAt);
  return { at, end, bodyCrc32: bytes.readUInt32LE(at + bodyCrcAt) };
}

function bodyOf(bytes: Buffer, { at, end, bodyCrc32 }: EditHead, place: EditPlace): Buffer | null {
  if (end > bytes.length) return null;
  const body = bytes.subarray(at + headBytes, end);
  return crc32(body, place.crc32) === bodyCrc32 ? body : null;
}

/** Whether anything was written behind an edit that cannot be read: then it had been synced. */
function isFollowed(
  bytes: Buffer,
  head: EditHead | null,
  { end, headerCrc32 }: EditPlace,
): boolean {
  if (head !== null && head.end < bytes.length) return true;
  for (let at = bytes.indexOf(magic, end + 1); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (readHead(bytes, at, headerCrc32) !== null) return true;
  }
  return false;
}

function* readChange(
  body: Uint8Array,
  current: Manifest,
  path: string,
): Generator<void, ManifestChange, undefined> {
  const reader = new ByteReader(body, "store_damaged", path);
  const walFirst = reader.varint();
  const meaning = reader.u8() === 0 ? current : readMeaning(reader);
  const gone = new Set<Run>();
  for (let rest = reader.count(leastGone); rest > 0; rest -= 1) {
    const number = reader.varint();
    const runs = current.segments.find((segment) => segment.number === number)?.runs ?? [];
    let index = -1;
    for (let left = reader.count(1); left > 0; left -= 1) {
      if (left % runsPerStep === 0) yield;
      index += 1 + reader.varint();
      const run = runs[index];
      if (run === undefined) throw reader.fault("a run goes that is not there");
      gone.add(run);
    }
  }
  const added = yield* readSegments(reader, meaning.definitions);
  const catalog = reader.blob();
  reader.end();
  const change = { walFirst, meaning, gone, added };
  return catalog.length === 0 ? change : { ...change, catalog };
}
