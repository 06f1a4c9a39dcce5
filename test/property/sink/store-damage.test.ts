// Every truncation and every single-bit flip of the files of a small store: what was written is told
// from what was not, or nothing is lost but the unproved end of the log. Never a wrong number.

import { describe, expect, test } from "vitest";
import { randomBelow, seededRandom } from "../../../src/shared/base/prng.ts";
import { schemaOf } from "../../../src/shared/table/schema.ts";
import { decodeTable } from "../../../src/shared/table/table-view.ts";
import { checkStore } from "../../../src/sink/store/embedded/check.ts";
import { readManifest } from "../../../src/sink/store/embedded/manifest/manifest-file.ts";
import type { Run } from "../../../src/sink/store/embedded/manifest/manifest.ts";
import {
  checkSegmentHeader,
  readFooter,
  readRun,
} from "../../../src/sink/store/embedded/segment/segment-reader.ts";
import {
  reaches,
  readCommitPoint,
  type LogPosition,
} from "../../../src/sink/store/embedded/log/commit-point.ts";
import { replayWal } from "../../../src/sink/store/embedded/log/wal-replay.ts";
import {
  batches,
  copyOf,
  directory,
  expectRefusal,
  flip,
  flushed,
  more,
  open,
  recordDamage,
  refusedOrExact,
  smallStore,
} from "../../support/damaged-store.ts";
import { recordEvidence } from "../../support/evidence.ts";
import type { MemoryFileSystem } from "../../support/memory-file-system.ts";
import { daily, dailyKey, hourly } from "../../support/store-script.ts";

const flips = process.env["LOGMILL_TEST_DEPTH"] === "full" ? 1600 : 100;
const original = await smallStore();
const commitPointPath = `${directory}/commit-point`;
const { position: acknowledged } = await readCommitPoint(original, directory);
const walPath = original.paths().find((path) => path.includes("/wal-"))!;
const segmentPath = original.paths().find((path) => path.includes("/segment-"))!;
const { manifest } = await readManifest(original, directory);

/**
 * Offsets of the records that a replay hands over, or null where it refuses.
 * @param point the commit point; null for a log that was not idle before it was cut short.
 */
async function replayed(
  files: MemoryFileSystem,
  point: LogPosition | null = acknowledged,
): Promise<number[] | null> {
  const offsets: number[] = [];
  const { storeId, walFirst } = manifest;
  try {
    await replayWal(files, directory, storeId, [walFirst], walFirst, point, ({ offset }) =>
      offsets.push(offset),
    );
    return offsets;
  } catch (error) {
    expectRefusal(error);
    return null;
  }
}

describe("the log", () => {
  test("cut at any byte before it was idle gives the batches before the cut", async () => {
    const whole = (await replayed(original))!;
    expect(whole).toHaveLength(batches.length - flushed);
    const bytes = original.file(walPath).slice();
    const ends = [...whole.slice(1), bytes.length];
    for (let size = 48; size <= bytes.length; size += 1) {
      const files = copyOf(original);
      files.place(walPath, bytes.subarray(0, size));
      const kept = ends.filter((end) => end <= size).length;
      expect(await replayed(files, null)).toEqual(whole.slice(0, kept));
    }
    recordDamage("the log cut at every byte", bytes.length - 47);
  });

  test("cut at any byte after it was idle is refused", async () => {
    const bytes = original.file(walPath).slice();
    for (let size = 48; size < bytes.length; size += 1) {
      const files = copyOf(original);
      files.place(walPath, bytes.subarray(0, size));
      expect(await replayed(files)).toBeNull();
      if (size % 64 === 0) expect(await refusedOrExact(files)).toBe(true);
    }
    recordDamage("an idle log cut at every byte", bytes.length - 48);
  });

  test("torn at any byte behind the commit point gives what was acknowledged", async () => {
    const whole = (await replayed(original))!;
    const idle = original.file(walPath).slice();
    const files = copyOf(original);
    const store = await open(files);
    store.submit(more);
    await store.settle();
    const bytes = files.file(walPath).slice();
    expect(bytes.length).toBeGreaterThan(idle.length);
    for (let size = idle.length; size < bytes.length; size += 1) {
      const torn = copyOf(original);
      torn.place(walPath, bytes.subarray(0, size));
      expect(await replayed(torn)).toEqual(whole);
    }
  });

  test("cut within the header of the file that the manifest names is refused", async () => {
    const bytes = original.file(walPath).slice();
    for (let size = 0; size < 48; size += 1) {
      const files = copyOf(original);
      files.place(walPath, bytes.subarray(0, size));
      expect(await refusedOrExact(files)).toBe(true);
    }
    recordDamage("the log cut at every byte of its header", 48);
  });

  test("with any bit flipped before it was idle is refused, or ends before its last group", async () => {
    const whole = (await replayed(original))!;
    const files = copyOf(original);
    const bytes = files.file(walPath);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      flip(bytes, bit);
      const rest = await replayed(files, null);
      const isInLastGroup = bit >> 3 >= whole.at(-1)!;
      expect(rest).toEqual(isInLastGroup ? whole.slice(0, -1) : null);
      flip(bytes, bit);
    }
    recordDamage("every bit of the log flipped", bytes.length * 8);
  });

  test("with any bit flipped after it was idle is refused", async () => {
    const files = copyOf(original);
    const bytes = files.file(walPath);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      flip(bytes, bit);
      expect(await replayed(files)).toBeNull();
      flip(bytes, bit);
    }
    recordDamage("every bit of an idle log flipped", bytes.length * 8);
  });

  test("that lacks a file, or has one of another store, is refused", async () => {
    const without = copyOf(original);
    without.remove(walPath);
    expect(await refusedOrExact(without)).toBe(true);
    const foreign = copyOf(original);
    const other = await smallStore();
    foreign.place(walPath, other.file(walPath).slice());
    await expect(open(foreign)).rejects.toThrow(/belongs to store/u);
  });
});

/** Reads everything in the segment; null where something is refused. */
async function readSegment(files: MemoryFileSystem): Promise<string[] | null> {
  const [segment] = manifest.segments;
  const file = await files.open(segmentPath, "read");
  const held = { path: segmentPath, file };
  try {
    await checkSegmentHeader(held, manifest.storeId, segment!.number, segment!.bytes);
    expect(await readFooter(held)).toEqual(segment!.runs);
    return await Promise.all(segment!.runs.map(async (run) => await framesOf(held, run)));
  } catch (error) {
    expectRefusal(error);
    return null;
  }
}

async function framesOf(held: Parameters<typeof readRun>[0], run: Run): Promise<string> {
  const schema = schemaOf(run.summaryKey === dailyKey ? daily : hourly);
  const frames: Uint8Array[] = [];
  for await (const frame of readRun(held, run)) {
    decodeTable(frame, schema);
    frames.push(frame);
  }
  return Buffer.concat(frames).toString("hex");
}

describe("a segment", () => {
  test("with any bit flipped is refused where it is read", async () => {
    const files = copyOf(original);
    const bytes = files.file(segmentPath);
    expect(await readSegment(files)).not.toBeNull();
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      flip(bytes, bit);
      expect(await readSegment(files)).toBeNull();
      flip(bytes, bit);
    }
    recordDamage("every bit of a segment flipped", bytes.length * 8);
  });

  test("cut anywhere, longer than it was, or missing is refused at the start", async () => {
    const bytes = original.file(segmentPath).slice();
    for (let size = 0; size < bytes.length; size += 1) {
      const files = copyOf(original);
      files.place(segmentPath, bytes.subarray(0, size));
      expect(await readSegment(files)).toBeNull();
      if (size % 16 === 0) expect(await refusedOrExact(files)).toBe(true);
    }
    recordDamage("a segment cut at every byte", bytes.length);
    const longer = copyOf(original);
    longer.place(segmentPath, Buffer.concat([bytes, bytes.subarray(0, 1)]));
    expect(await refusedOrExact(longer)).toBe(true);
    const without = copyOf(original);
    without.remove(segmentPath);
    expect(await refusedOrExact(without)).toBe(true);
  });
});

test("a commit point with any bit flipped, or cut anywhere, proves less and never too much", async () => {
  const bytes = original.file(commitPointPath).slice();
  const whole = await replayed(original);
  const changed = function* (): Iterable<Uint8Array> {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      flip(bytes, bit);
      yield bytes;
      flip(bytes, bit);
    }
    for (let size = 0; size < bytes.length; size += 1) yield bytes.subarray(0, size);
  };
  const files = copyOf(original);
  for (const content of changed()) {
    files.place(commitPointPath, content);
    const { position } = await readCommitPoint(files, directory);
    expect(position === null || reaches(acknowledged!, position)).toBe(true);
    expect(await replayed(files, position)).toEqual(whole);
  }
  recordDamage("every bit of the commit point flipped", bytes.length * 8);
});

test("one flipped bit of an idle store is refused or harmless, and the check finds it", async () => {
  const random = seededRandom(20_11);
  const paths = original.paths();
  const counts = { refused: 0, harmless: 0 };
  for (let round = 0; round < flips; round += 1) {
    const files = copyOf(original);
    const path = paths[randomBelow(random, paths.length)]!;
    const bytes = files.file(path);
    const bit = randomBelow(random, bytes.length * 8);
    flip(bytes, bit);
    const findings = await checkStore(copyOf(files), directory);
    const isDamage = findings.some(({ severity }) => severity === "damage");
    expect(findings, `bit ${bit} of ${path}`).not.toEqual([]);
    counts[isDamage ? "refused" : "harmless"] += 1;
    // What was acknowledged is never missing in silence: only the commit point holds no numbers.
    expect(isDamage, `bit ${bit} of ${path}`).toBe(path !== commitPointPath);
    if (path === segmentPath) continue;
    const isRefused = await refusedOrExact(files, batches);
    expect(isRefused, `bit ${bit} of ${path}`).toBe(isDamage);
  }
  expect(Math.min(counts.refused, counts.harmless)).toBeGreaterThan(flips / 10);
  recordEvidence({
    part: "disk",
    fault: "one bit flipped in any file of a store whose log is idle, and `store check`",
    expected: "refused, or every number as it was",
    observed: `${counts.refused} refused, ${counts.harmless} harmless; no number changed in silence`,
    runs: flips,
    ...{ lost: 0, twice: 0 },
  });
});
