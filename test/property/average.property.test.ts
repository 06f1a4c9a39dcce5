// Averages: whatever the batches, their order and the bound on rows, a row's average is the exact mean of
// the values that belong to it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SummaryConfig } from "../../src/shared/config/config.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { compareFractions } from "../../src/shared/metric/fraction.ts";
import { plainText, toFraction, type Value } from "../../src/shared/metric/value.ts";
import { CappedTable } from "../../src/shared/table/capped-table.ts";
import { decodeOverflow, isOverflowFrame } from "../../src/shared/table/overflow-frame.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { decodeTable } from "../../src/shared/table/table-view.ts";
import { Table } from "../../src/shared/table/table.ts";
import { queryStore } from "../../src/sink/query/query.ts";
import { formatQuotient } from "../../src/shared/text/number-format.ts";
import { definitionOf } from "../support/stored-summary.ts";
import { EventStore, tableOf, type TableEvent } from "../support/table-events.ts";

const definition = definitionOf({
  timezone: "UTC",
  dimensions: ["campaign"],
  metrics: [
    { name: "clicks", type: "count" },
    { name: "mean", type: "avg", field: "revenue", scale: 2 },
    { name: "least", type: "min", field: "revenue", scale: 2 },
    { name: "users", type: "hll", field: "user", log2m: 11, regwidth: 5 },
  ],
});
const configured: SummaryConfig = {
  ...definition,
  maxRows: 1000,
  metrics: [
    ...definition.metrics,
    {
      name: "double",
      type: "derived",
      expr: {
        op: "*",
        left: { op: "field", name: "mean" },
        right: { op: "number", text: "2" },
      },
    },
  ],
};

const anyEvent: fc.Arbitrary<TableEvent> = fc.record({
  bucketStart: fc.constantFrom(0, 86_400),
  keys: fc.tuple(fc.constantFrom("", "a", "b", "c", "d", "e")),
  revenue: fc.option(
    fc.oneof(
      fc.bigInt({ min: -300n, max: 300n }),
      fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
    ),
    { freq: 3 },
  ),
  user: fc.nat(20),
});
const anyBatches = fc.array(fc.array(anyEvent, { minLength: 1, maxLength: 30 }), {
  minLength: 1,
  maxLength: 8,
});

/** The mean of the values there are, in units of 10^-2; null of none. */
function meanOf(events: readonly TableEvent[]): { sum: bigint; values: bigint } | null {
  const values = events.flatMap(({ revenue }) => (revenue === null ? [] : [revenue]));
  if (values.length === 0) return null;
  return { sum: values.reduce((sum, value) => sum + value, 0n), values: BigInt(values.length) };
}

function expectMean(found: Value, events: readonly TableEvent[]): void {
  const mean = meanOf(events);
  if (mean === null) {
    expect(found).toBeNull();
    expect(plainText(found)).toBe("");
    return;
  }
  const exact = { numerator: mean.sum, denominator: mean.values * 100n };
  expect(compareFractions(toFraction(found)!, exact)).toBe(0);
  expect(plainText(found)).toBe(formatQuotient(exact.numerator, exact.denominator, 6));
}

/** Frames of the batches, each a table of its own as a worker makes it. */
const framesOf = (batches: readonly (readonly TableEvent[])[]): Uint8Array[] =>
  batches.map((events) => tableOf(loadKernel(), definition, events).encode());

describe("an average", () => {
  it("is the exact mean of its rows' values, in every grouping", async () => {
    const anyGrouping = fc.constantFrom<readonly string[]>(
      ["bucket", "campaign"],
      ["campaign"],
      [],
    );
    await fc.assert(
      fc.asyncProperty(anyBatches, anyGrouping, async (batches, groupBy) => {
        const store = new EventStore(definition, 3);
        for (const batch of batches) store.add(batch);
        const { rows } = await queryStore(store, { summary: definition.name, groupBy }, configured);
        let events = 0;
        for await (const block of rows) {
          for (const { keys, values } of block) {
            const texts = keys.map((key) => Buffer.from(key!).toString());
            const mine = batches.flat().filter(({ bucketStart, keys: [campaign] }) => {
              const day = bucketStart === 0 ? "1970-01-01" : "1970-01-02";
              return groupBy.every(
                (name, at) => texts[at] === (name === "bucket" ? day : campaign),
              );
            });
            events += mine.length;
            expectMean(values[1]!, mine);
            const double = toFraction(values[4]!);
            const mean = toFraction(values[1]!);
            if (mean === null) expect(double).toBeNull();
            else
              expect(compareFractions(double!, { ...mean, numerator: 2n * mean.numerator })).toBe(
                0,
              );
          }
        }
        expect(events).toBe(batches.flat().length);
      }),
      { numRuns: 100 },
    );
  });

  it("has the same bytes in whatever order its parts are merged", () => {
    fc.assert(
      fc.property(anyBatches, fc.array(fc.nat(), { minLength: 8 }), (batches, order) => {
        const merged = (frames: readonly Uint8Array[]): Buffer => {
          const table = new Table(loadKernel(), schemaOf(definition));
          for (const frame of frames) table.merge(frame);
          return Buffer.concat([...table.encodeSorted(100)]);
        };
        const frames = framesOf(batches);
        const shuffled = frames
          .map((frame, index) => ({ frame, at: order[index]! }))
          .sort((a, b) => a.at - b.at)
          .map(({ frame }) => frame);
        const whole = merged(framesOf([batches.flat()]));
        expect(merged(frames).equals(whole)).toBe(true);
        expect(merged(shuffled).equals(whole)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("of the overflow row is the mean of all that fell out", () => {
    fc.assert(
      fc.property(anyBatches, fc.integer({ min: 1, max: 4 }), (batches, maxRows) => {
        const schema = schemaOf(definition);
        const table = new CappedTable(loadKernel(), schema, maxRows);
        for (const frame of framesOf(batches)) table.merge(frame);
        let left = batches.flat();
        for (const bytes of table.encodeSorted(100)) {
          const isOverflow = isOverflowFrame(bytes);
          const frame = isOverflow ? decodeOverflow(bytes, schema).frame : bytes;
          const view = decodeTable(frame, isOverflow ? { ...schema, dimensions: 0 } : schema);
          for (let row = 0; row < view.rows; row += 1) {
            const key = isOverflow ? null : Buffer.from(view.value(0, row)).toString();
            const mine = left.filter(({ keys }) => key === null || keys[0] === key);
            left = left.filter((event) => !mine.includes(event));
            const mean = meanOf(mine);
            expect(view.sum(1, row)).toBe(mean?.sum ?? 0n);
            expect(view.count(2, row)).toBe(mean?.values ?? 0n);
          }
        }
        expect(left).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
