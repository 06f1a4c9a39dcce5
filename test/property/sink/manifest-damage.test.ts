// Every truncation and every single-bit flip of the manifest of a small store: of its snapshot, of edits that
// others follow, and of the last edit, which may look torn.

import { describe, expect, test } from "vitest";
import { atOnce } from "../../../src/shared/base/steps.ts";
import { checkStore } from "../../../src/sink/store/embedded/check.ts";
import { OutOfSpace } from "../../../src/sink/disk/disk-error.ts";
import { ManifestFile } from "../../../src/sink/store/embedded/manifest/manifest-file.ts";
import { decodeManifestSteps } from "../../../src/sink/store/embedded/manifest/manifest-edit.ts";
import type { ReadManifest } from "../../../src/sink/store/embedded/manifest/manifest.ts";
import {
  batches,
  copyOf,
  directory,
  expectRefusal,
  flip,
  open,
  recordDamage,
  refusedOrExact,
  smallStore,
} from "../../support/damaged-store.ts";
import { MemoryFileSystem } from "../../support/memory-file-system.ts";
import { expectedTables, storedTables } from "../../support/store-script.ts";

const manifestPath = `${directory}/manifest`;
const original = await smallStore();

function readManifest(bytes: Uint8Array): ReadManifest {
  return atOnce(decodeManifestSteps(bytes, manifestPath));
}

function faultOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

/** The manifest of a new store, before its first edit, and where the edits end that it has now. */
const manifestEnds = endsOfEdits();

function endsOfEdits(): number[] {
  const bytes = original.file(manifestPath);
  const ends = [Buffer.from(bytes).readUInt32LE(48)];
  for (let size = ends[0]! + 1; size <= bytes.length; size += 1) {
    const { place } = readManifest(bytes.slice(0, size));
    if (place.end !== ends.at(-1)) ends.push(place.end);
  }
  return ends;
}

describe("a manifest", () => {
  test("with any bit of its snapshot flipped, or cut within it, is refused", () => {
    const bytes = original.file(manifestPath).slice();
    const [end] = manifestEnds;
    for (let bit = 0; bit < end! * 8; bit += 1) {
      flip(bytes, bit);
      expectRefusal(faultOf(() => readManifest(bytes)));
      flip(bytes, bit);
    }
    for (let size = 0; size < end!; size += 1) {
      expectRefusal(faultOf(() => readManifest(bytes.subarray(0, size))));
    }
    recordDamage("every bit of the manifest's snapshot flipped", end! * 8);
    recordDamage("the manifest cut at every byte of its snapshot", end!);
  });

  test("with any bit of an edit flipped is refused, or ends before its last edit", () => {
    expect(manifestEnds.length).toBeGreaterThan(2);
    const bytes = original.file(manifestPath).slice();
    const [first, last] = [manifestEnds[0]!, manifestEnds.at(-2)!];
    for (let bit = first * 8; bit < bytes.length * 8; bit += 1) {
      flip(bytes, bit);
      if (bit < last * 8) expectRefusal(faultOf(() => readManifest(bytes)));
      else expect(readManifest(bytes).place.end).toBe(last);
      flip(bytes, bit);
    }
    recordDamage("every bit of the manifest's edits flipped", (bytes.length - first) * 8);
  });

  test("that lost any number of its last edits is refused once the log before them is gone", async () => {
    const bytes = original.file(manifestPath).slice();
    for (let size = manifestEnds[0]!; size < bytes.length; size += 1) {
      const files = copyOf(original);
      files.place(manifestPath, bytes.subarray(0, size));
      expect(await refusedOrExact(files)).toBe(true);
    }
    recordDamage("the manifest cut at every byte of its edits", bytes.length - manifestEnds[0]!);
  });
});

describe("a torn edit", () => {
  test("of a process that died before it deleted anything is cut off, and the check says so", async () => {
    const files = new MemoryFileSystem();
    const store = await open(files);
    for (const batch of batches) store.submit(batch);
    await store.settle();
    const before = files.crash("everything");
    await store.flush();
    const whole = files.file(manifestPath).slice();
    const { length } = before.file(manifestPath);
    await store.close();
    for (const size of [length + 1, length + 20, whole.length - 1]) {
      const torn = copyOf(before);
      torn.place(manifestPath, whole.subarray(0, size));
      const findings = await checkStore(torn, directory);
      const { severity, offset } = findings.find(({ file }) => file === "manifest")!;
      expect({ severity, offset }).toEqual({ severity: "unknown", offset: length });
      const again = await open(torn);
      expect(torn.file(manifestPath).length).toBe(length);
      expect(await storedTables(again)).toEqual(expectedTables(batches));
      await again.flush();
      expect(await storedTables(again)).toEqual(expectedTables(batches));
      await again.close();
      expect(await checkStore(torn, directory)).toEqual([]);
    }
  });

  test("for which there was no space is cut off at once, whatever is written in its place", async () => {
    const files = copyOf(original);
    const { manifest, place } = readManifest(files.file(manifestPath));
    const kept = new ManifestFile(files, directory, manifest, place);
    const bytesNow = files
      .paths()
      .reduce((sum, path) => sum + (path.includes(directory) ? files.file(path).length : 0), 0);
    files.spaceBytes = bytesNow + 100;
    const large = { catalog: new Uint8Array(1000) };
    await expect(kept.edit(large)).rejects.toBeInstanceOf(OutOfSpace);
    expect(files.file(manifestPath).length).toBe(place.end);
    await kept.edit({ walFirst: manifest.walFirst });
    const read = readManifest(files.file(manifestPath));
    expect(read).toMatchObject({ tornBytes: 0, manifest: { generation: manifest.generation + 1 } });
  });
});
