// Standard deviations: whatever the batches, their order and the grouping, a row's deviation is the root of the exact
// variance of its values, rounded to the digit that is printed last, also of values whose squares take 126 bits.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { plainText, toFraction, type Value } from "../../src/shared/metric/value.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { Table } from "../../src/shared/table/table.ts";
import { queryStore } from "../../src/sink/query/query.ts";
import { definitionOf } from "../support/stored-summary.ts";
import { EventStore, tableOf, type TableEvent } from "../support/table-events.ts";

const definition = definitionOf({
  timezone: "UTC",
  dimensions: ["campaign"],
  metrics: [
    { name: "least", type: "min", field: "revenue", scale: 2 },
    { name: "sample", type: "stddev", field: "revenue", scale: 2 },
    { name: "population", type: "stddev_pop", field: "revenue", scale: 2 },
    { name: "clicks", type: "count" },
  ],
});

const greatest = 2n ** 63n - 2n;
const anyEvent: fc.Arbitrary<TableEvent> = fc.record({
  bucketStart: fc.constantFrom(0, 86_400),
  keys: fc.tuple(fc.constantFrom("a", "b", "c")),
  revenue: fc.option(
    fc.oneof(
      fc.bigInt({ min: -300n, max: 300n }),
      fc.bigInt({ min: -greatest, max: greatest }),
      fc.constantFrom(greatest, -greatest),
    ),
    { freq: 5 },
  ),
  user: fc.constant(1),
});
const anyBatches = fc.array(fc.array(anyEvent, { minLength: 1, maxLength: 20 }), {
  minLength: 1,
  maxLength: 6,
});

/** Fails unless `found` is the root of Σ(x - mean)² / divisor, by the definition, to six digits after the point. */
function expectRoot(found: Value, values: readonly bigint[], divisor: number): void {
  if (values.length === 0 || divisor === 0) {
    expect(found).toBeNull();
    return;
  }
  const n = BigInt(values.length);
  const sum = values.reduce((total, value) => total + value, 0n);
  // n² times the squared distances, so that the mean need not be divided.
  const distances = values.reduce((total, value) => total + (n * value - sum) ** 2n, 0n);
  const below = n * n * BigInt(divisor) * 10n ** 4n;
  const { numerator, denominator } = toFraction(found)!;
  expect(denominator).toBe(10n ** 6n);
  const twice = 2n * numerator;
  const exact = 4n * distances * 10n ** 12n;
  expect(numerator === 0n || (twice - 1n) ** 2n * below <= exact).toBe(true);
  expect(exact < (twice + 1n) ** 2n * below).toBe(true);
}

describe("a standard deviation", () => {
  it("is the rounded root of the exact variance, in every grouping", async () => {
    const anyGrouping = fc.constantFrom<readonly string[]>(
      ["bucket", "campaign"],
      ["campaign"],
      [],
    );
    await fc.assert(
      fc.asyncProperty(anyBatches, anyGrouping, async (batches, groupBy) => {
        const store = new EventStore(definition, 2);
        for (const batch of batches) store.add(batch);
        const asked = { summary: definition.name, groupBy };
        const { rows } = await queryStore(store, asked, { ...definition, maxRows: 1000 });
        for await (const block of rows) {
          for (const { keys, values } of block) {
            const texts = keys.map((key) => Buffer.from(key!).toString());
            const mine = batches.flat().flatMap(({ bucketStart, keys: [campaign], revenue }) => {
              const day = bucketStart === 0 ? "1970-01-01" : "1970-01-02";
              const isMine = groupBy.every(
                (name, at) => texts[at] === (name === "bucket" ? day : campaign),
              );
              return isMine && revenue !== null ? [revenue] : [];
            });
            expectRoot(values[1]!, mine, Math.max(0, mine.length - 1));
            expectRoot(values[2]!, mine, mine.length);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("has the same bytes in whatever order its parts are merged", () => {
    fc.assert(
      fc.property(anyBatches, fc.array(fc.nat(), { minLength: 6 }), (batches, order) => {
        const encode = (parts: readonly (readonly TableEvent[])[]): string => {
          const table = new Table(loadKernel(), schemaOf(definition));
          for (const events of parts)
            table.merge(tableOf(loadKernel(), definition, events).encode());
          return Buffer.concat([...table.encodeSorted(100)]).toString("hex");
        };
        const shuffled = batches
          .map((events, index) => ({ events, at: order[index]! }))
          .sort((a, b) => a.at - b.at)
          .map(({ events }) => events);
        expect(encode(shuffled)).toBe(encode([batches.flat()]));
      }),
      { numRuns: 50 },
    );
  });

  it("is known of one value only where that is all there is", async () => {
    const store = new EventStore(definition, 2);
    store.add([
      { bucketStart: 0, keys: ["one"], revenue: 125n, user: 1 },
      ...[200n, 400n, 400n, 400n, 500n, 500n, 700n, 900n, null].map((revenue) => ({
        bucketStart: 0,
        keys: ["two"],
        revenue,
        user: 1,
      })),
    ]);
    const asked = { summary: definition.name, groupBy: ["campaign"] };
    const { rows } = await queryStore(store, asked, { ...definition, maxRows: 1000 });
    const texts: string[][] = [];
    for await (const block of rows) {
      texts.push(...block.map(({ values }) => values.slice(1, 3).map(plainText)));
    }
    // The second by hand: the mean is 5, the distances are 9, 1, 1, 1, 0, 0, 4, 16; √(32/7) and √(32/8).
    expect(texts).toEqual([
      ["", "0"],
      ["2.13809", "2"],
    ]);
  });
});
