import { describe, expect, it } from "vitest";
import type { DecodedPartial } from "../../../../../src/shared/model/partial.ts";
import { summaryInfoSteps } from "../../../../../src/sink/store/embedded/apply-record.ts";
import { Catalog } from "../../../../../src/sink/store/embedded/ledger/catalog.ts";
import { rangeOf } from "../../../../../src/sink/store/embedded/ledger/range-set.ts";
import { encodeCatalog } from "../../../../../src/sink/store/embedded/manifest/catalog-codec.ts";
import { decodeManifestSteps } from "../../../../../src/sink/store/embedded/manifest/manifest-edit.ts";
import {
  encodeManifestSteps,
  type Manifest,
} from "../../../../../src/sink/store/embedded/manifest/manifest.ts";
import { partialFor } from "../../../../support/partials.ts";
import { daily, dailyKey, headerOf } from "../../../../support/store-script.ts";

const tables = 20_000;

/** What the steps come to, and how many there were. */
function counted<T>(steps: Iterator<void, T, undefined>): { count: number; value: T } {
  for (let count = 1; ; count += 1) {
    const { done, value } = steps.next();
    if (done === true) return { count, value };
  }
}

const header = headerOf(0, 0, 100, { summaries: [dailyKey] });
const merged = { ...header, range: rangeOf(0, 100, header.crc32, header.tailCrc32) };
const partial: DecodedPartial = partialFor(
  header.summaries,
  undefined,
  Array.from({ length: tables }, (_, day) => {
    return { summary: dailyKey, bucketStart: day * 86_400, frame: new Uint8Array(16) };
  }),
);
const run = { summaryKey: dailyKey, rows: 2, offset: 48, bytes: 30, blocks: 1 };
const runs = Array.from({ length: tables }, (_, day) => ({ ...run, bucketStart: day * 86_400 }));

describe("many tables are looked at a thousand or so a step", () => {
  const catalog = new Catalog();

  it("when they are entered in the catalog, the range with the last step", () => {
    const steps = catalog.enterSteps(merged, partial);
    steps.next();
    expect(catalog.ledger.has(header.identity.id)).toBe(false);
    expect(counted(steps).count).toBeGreaterThan(tables / 1100);
    expect(catalog.ledger.has(header.identity.id)).toBe(true);
    const atOnce = new Catalog();
    atOnce.enter(merged, partial);
    expect(encodeCatalog(catalog)).toEqual(encodeCatalog(atOnce));
  });

  it("when it is asked what there is of a summary", () => {
    const definitions = [{ key: dailyKey, definition: daily, reads: {}, adoptions: [] }];
    const { count, value } = counted(summaryInfoSteps(definitions, catalog, runs, []));
    expect(count).toBeGreaterThan(tables / 1100);
    expect(value[0]!.buckets.length).toBe(tables);
    expect(value[0]!.buckets.every(({ rows }) => rows === 2)).toBe(true);
  });

  it("when a manifest is written", () => {
    const manifest: Manifest = {
      storeId: "1".repeat(32),
      generation: 1,
      version: 3,
      walFirst: 1,
      definitions: [{ key: dailyKey, definition: daily, reads: {}, adoptions: [] }],
      readings: {},
      segments: [{ number: 1, bytes: 100_000_000, runBytes: 90_000_000, runs }],
    };
    const { count, value } = counted(encodeManifestSteps(manifest, encodeCatalog(catalog)));
    expect(count).toBeGreaterThan(tables / 1100);
    const read = counted(decodeManifestSteps(value, "manifest"));
    expect(read.count).toBeGreaterThan(tables / 1100);
    expect(read.value.manifest.segments[0]!.runs).toEqual(runs);
  });
});
