// The manifest as a snapshot and edits, against the same changes made in memory.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atOnce } from "../../../src/shared/base/steps.ts";
import { balanceKey } from "../../../src/shared/model/definition-key.ts";
import { Catalog } from "../../../src/sink/store/embedded/ledger/catalog.ts";
import { rangeOf } from "../../../src/sink/store/embedded/ledger/range-set.ts";
import {
  encodeCatalog,
  encodeChangesSteps,
  readCatalogSteps,
} from "../../../src/sink/store/embedded/manifest/catalog-codec.ts";
import {
  decodeManifestSteps,
  editedSteps,
  encodeEditSteps,
  type ManifestChange,
} from "../../../src/sink/store/embedded/manifest/manifest-edit.ts";
import {
  encodeManifest,
  placeBehind,
  type Manifest,
  type Run,
} from "../../../src/sink/store/embedded/manifest/manifest.ts";
import { partialFor } from "../../support/partials.ts";
import { daily, dailyKey, headerOf, hourly, hourlyKey } from "../../support/store-script.ts";

const runs = process.env["LOGMILL_TEST_DEPTH"] === "full" ? 10_000 : 500;
const frame = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** A batch, a hint, or the end of what one edit says. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("batch" as const),
      source: fc.nat(4),
      from: fc.nat(60),
      length: fc.integer({ min: 1, max: 20 }),
      summaries: fc.subarray([dailyKey, hourlyKey, balanceKey], { minLength: 1 }),
      isGood: fc.boolean(),
      bucket: fc.nat(5),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("hint" as const), source: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("edit" as const) }) },
);

function enter(catalog: Catalog, batch: Extract<Drawn<typeof step>, { kind: "batch" }>): void {
  const { source, from, length, summaries, isGood, bucket } = batch;
  const to = from + length;
  const header = headerOf(source, from, to);
  if (catalog.ledger.verdict(header.identity.id, summaries, from, to) !== "new") return;
  const range = rangeOf(from, to, header.crc32, header.tailCrc32);
  const rejected = { bad_csv: 2 };
  const sheet = { lines: 3, bytes: length, parsed: isGood ? 1 : 0, rejected, deadLettered: 0 };
  const [summary] = summaries.filter((key) => key !== balanceKey);
  const tables =
    isGood && summary !== undefined ? [{ summary, bucketStart: bucket * 3600, frame }] : [];
  const isForBalance = summaries.includes(balanceKey);
  const partial = partialFor(summaries, isForBalance ? sheet : undefined, tables);
  const sample = { reason: "bad_csv", field: "", bytes: frame, value: null } as const;
  const samples = isForBalance && !isGood ? [{ ...sample, summary: null, offset: from % 3 }] : [];
  catalog.enter({ ...header, range, summaries }, { ...partial, samples });
}

test("a catalog is what its snapshot and the changes since make of it, byte for byte", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const catalog = new Catalog();
      const parts = [encodeCatalog(catalog)];
      for (const each of [...steps, { kind: "edit" as const }]) {
        if (each.kind === "batch") enter(catalog, each);
        else if (each.kind === "hint") {
          const { identity, hint } = headerOf(each.source, 0, 1);
          catalog.hint(identity.id, { ...hint, path: `/moved/${each.source}` });
        } else parts.push(atOnce(encodeChangesSteps(catalog.takeChanges(), catalog)));
      }
      const again = atOnce(readCatalogSteps(parts));
      expect(Buffer.compare(encodeCatalog(again), encodeCatalog(catalog))).toBe(0);
    }),
    { numRuns: runs },
  );
});

const start: Manifest = {
  ...{ storeId: "1".repeat(32), generation: 7, version: 3, walFirst: 1 },
  definitions: [{ key: dailyKey, definition: daily, reads: {}, adoptions: [] }],
  readings: {},
  segments: [],
};

/** New segments, or runs that go, chosen by numbers; now and then another meaning. */
const change = fc.record({
  added: fc.array(fc.nat(6), { maxLength: 2 }),
  gone: fc.array(fc.nat(1000), { maxLength: 8 }),
  log: fc.nat(2),
  isForBoth: fc.boolean(),
});

function changeOf(
  current: Manifest,
  { added, gone, log, isForBoth }: Drawn<typeof change>,
  next: () => number,
): ManifestChange {
  const all = current.segments.flatMap((segment) => segment.runs);
  const both = [
    ...start.definitions,
    { key: hourlyKey, definition: hourly, reads: {}, adoptions: [] },
  ];
  const definitions = isForBoth ? both : current.definitions;
  const { key } = definitions.at(-1)!;
  const segment = (count: number) => {
    const number = next();
    const written = Array.from({ length: count + 1 }, (_, bucket): Run => {
      return {
        summaryKey: key,
        bucketStart: bucket - 2,
        rows: number,
        offset: 48,
        bytes: 9,
        blocks: 1,
      };
    });
    return { number, bytes: 900 + number, runBytes: 9 * written.length, runs: written };
  };
  return {
    walFirst: current.walFirst + log,
    ...(isForBoth ? { meaning: { definitions: both, readings: {} } } : {}),
    gone: new Set(all.length === 0 ? [] : gone.map((index) => all[index % all.length]!)),
    added: added.map(segment),
  };
}

describe("a manifest", () => {
  test("is what its snapshot and its edits make of it, and cut anywhere a state before", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(), (changes, cut) => {
        let number = 0;
        let current = start;
        let file = Buffer.from(encodeManifest(start, new Uint8Array([7])));
        let place = placeBehind(file);
        const states = [{ end: place.end, manifest: current }];
        for (const each of changes) {
          const made = changeOf(current, each, () => (number += 1));
          const edit = atOnce(encodeEditSteps(current, made, place));
          current = atOnce(editedSteps(current, made));
          file = Buffer.concat([file, edit.bytes]);
          place = edit.place;
          states.push({ end: place.end, manifest: current });
        }
        const read = atOnce(decodeManifestSteps(file, "manifest"));
        expect(read).toMatchObject({ manifest: current, place, tornBytes: 0 });
        const first = states[0]!.end;
        const size = first + (cut % (file.length - first + 1));
        const torn = atOnce(decodeManifestSteps(file.subarray(0, size), "manifest"));
        const before = states.findLast(({ end }) => end <= size)!;
        expect(torn.manifest).toEqual(before.manifest);
        expect(torn.tornBytes).toBe(size - before.end);
      }),
      { numRuns: runs },
    );
  });
});
