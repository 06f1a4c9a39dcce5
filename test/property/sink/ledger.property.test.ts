// The ledger against the plainest model there is: for every summary of every source, which bytes of
// its content were merged.

import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeCatalog,
  encodeCatalog,
} from "../../../src/sink/store/embedded/manifest/catalog-codec.ts";
import { balanceKey } from "../../../src/shared/model/definition-key.ts";
import { Catalog } from "../../../src/sink/store/embedded/ledger/catalog.ts";
import { Ledger, type Verdict } from "../../../src/sink/store/embedded/ledger/ledger.ts";
import { rangeOf } from "../../../src/sink/store/embedded/ledger/range-set.ts";
import { contentOf, headerOf } from "../../support/store-script.ts";
import { partialFor } from "../../support/partials.ts";

const contentBytes = 64;
const keys = ["a", "b", "c"].map((letter) => letter.repeat(32));

const batch = fc.record({
  source: fc.nat(2),
  from: fc.nat(contentBytes - 1),
  length: fc.integer({ min: 1, max: 24 }),
  summaries: fc.subarray(keys, { minLength: 1 }),
});

function modelVerdict(bytes: readonly boolean[]): Verdict {
  if (bytes.every((merged) => !merged)) return "new";
  return bytes.every((merged) => merged) ? "duplicate" : "overlap";
}

const bytes = new Uint8Array([1, 2, 3]);

describe("the ledger", () => {
  test("merges each byte of a source at most once per summary, and says which", () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 60 }), (batches) => {
        const ledger = new Ledger();
        const merged = new Set<string>();
        for (const { source, from, length, summaries } of batches) {
          const to = Math.min(contentBytes, from + length);
          const header = headerOf(source, from, to);
          const names = summaries.flatMap((key) =>
            Array.from({ length: to - from }, (_, at) => `${source}/${key}/${from + at}`),
          );
          const verdict = modelVerdict(names.map((name) => merged.has(name)));
          expect(ledger.verdict(header.identity.id, summaries, from, to)).toBe(verdict);
          if (verdict !== "new") continue;
          const range = rangeOf(from, to, header.crc32, header.tailCrc32);
          ledger.add({ ...header, range, summaries });
          for (const name of names) merged.add(name);
        }
        expect(bytesOf(ledger)).toEqual(merged);
      }),
    );
  });

  test("is compact: summaries of a source with equal ranges share them", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), (order) => {
        const ledger = new Ledger();
        // One summary first, the two others afterwards and in another order: a back-fill.
        add(ledger, [0, 1, 2, 3, 4, 5], [keys[0]!]);
        add(ledger, order, [keys[1]!, keys[2]!]);
        const [entry] = [...ledger.entries];
        expect(entry!.shared).toHaveLength(1);
        expect(entry!.shared[0]!.keys).toEqual(keys);
        expect(entry!.shared[0]!.ranges.ranges).toHaveLength(1);
        const content = contentOf(0, 0, 60);
        expect(entry!.shared[0]!.ranges.ranges[0]!.crc32).toBe(crc32(content));
      }),
    );
  });

  test("comes back from the manifest as it was", () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 40 }), (batches) => {
        const catalog = new Catalog();
        for (const { source, from, length, summaries } of batches) {
          const to = from + length;
          const header = headerOf(source, from, to);
          if (catalog.ledger.verdict(header.identity.id, summaries, from, to) !== "new") continue;
          const range = rangeOf(from, to, header.crc32, header.tailCrc32);
          const rejected = { bad_csv: 2 };
          const sheet = { lines: 3, bytes: to - from, parsed: 1, rejected, deadLettered: 0 };
          const table = { summary: summaries[0]!, bucketStart: from - 40, frame: bytes };
          const partial = partialFor([balanceKey, ...summaries], sheet, [table]);
          const field = from % 2 === 0 ? "" : "revenue";
          const sample = { summary: summaries[0]!, reason: "bad_number", field } as const;
          const value = from % 4 < 2 ? null : { at: from, length: bytes.length, bytes };
          const samples = [{ ...sample, offset: from % 3, bytes, value }];
          catalog.enter({ ...header, range, summaries }, { ...partial, samples });
        }
        const again = decodeCatalog(encodeCatalog(catalog));
        expect(again.ledger.sources()).toEqual(catalog.ledger.sources());
        expect(again.sources).toEqual(catalog.sources);
        expect(again.summaries).toEqual(catalog.summaries);
        expect([...again.examples.sheets]).toEqual([...catalog.examples.sheets]);
        expect(again.uncounted.contents).toEqual(catalog.uncounted.contents);
        expect(again.versions).toEqual(catalog.versions);
        expect(Buffer.compare(encodeCatalog(again), encodeCatalog(catalog))).toBe(0);
      }),
    );
  });
});

function add(ledger: Ledger, pieces: readonly number[], summaries: readonly string[]): void {
  for (const piece of pieces) {
    const header = headerOf(0, piece * 10, piece * 10 + 10);
    const range = rangeOf(header.from, header.to, header.crc32, header.tailCrc32);
    ledger.add({ ...header, range, summaries });
  }
}

function bytesOf(ledger: Ledger): Set<string> {
  const bytes = new Set<string>();
  for (const { hints, merged } of ledger.sources()) {
    const source = hints[0]!.inode.slice(2);
    for (const [key, ranges] of Object.entries(merged)) {
      for (const { from, to } of ranges) {
        for (let at = from; at < to; at += 1) bytes.add(`${source}/${key}/${at}`);
      }
    }
  }
  return bytes;
}
