// Queries against an oracle that adds up the events one by one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketLabel, bucketOf } from "../../src/shared/model/bucket.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { decodeTable } from "../../src/shared/table/table-view.ts";
import { plainText } from "../../src/shared/metric/value.ts";
import type { Row } from "../../src/sink/query/row.ts";
import { ask, storeOf } from "../support/ask-store.ts";
import { definitionOf } from "../support/stored-summary.ts";
import { tableOf, type TableEvent } from "../support/table-events.ts";

const definition = definitionOf();
const { timezone } = definition;
const firstDay = Date.parse("2011-10-29T04:00:00Z") / 1000;
const text = new TextDecoder();

const anyEvent: fc.Arbitrary<TableEvent> = fc.record({
  bucketStart: fc
    .nat(8)
    .map((day) => bucketOf(timezone, "day", firstDay + day * 86_400 + 43_200).start),
  keys: fc.tuple(
    fc.constantFrom("", "a", "ab", "b", "é", "\uffff", "😀"),
    fc.constantFrom("", "CA", "NY"),
  ),
  revenue: fc.option(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })),
  user: fc.nat(300),
});
const anyEvents = fc.array(anyEvent, { maxLength: 400 });
const anyGroupBy = fc
  .tuple(
    fc.constantFrom(null, "bucket", "day", "week", "month"),
    fc.subarray(["campaign", "country"]),
    fc.boolean(),
    fc.nat(2),
  )
  .map(([bucket, dimensions, reversed, at]) => {
    const names = reversed ? dimensions.toReversed() : dimensions;
    return bucket === null ? names : names.toSpliced(at, 0, bucket);
  });

const keysOf = (row: Row): string[] => row.keys.map((key) => text.decode(key));

/** Key texts → count, sum, min, by plain addition. */
function expectedRows(
  events: readonly TableEvent[],
  groupBy: readonly string[],
): Map<string, { count: bigint; sum: bigint; least: bigint | null; events: TableEvent[] }> {
  const rows = new Map<
    string,
    { count: bigint; sum: bigint; least: bigint | null; events: TableEvent[] }
  >();
  for (const event of events) {
    const key = groupBy.map((name) => {
      const dimension = definition.dimensions.indexOf(name);
      if (dimension >= 0) return event.keys[dimension]!;
      const granularity = name === "month" || name === "week" ? name : "day";
      const { start } = bucketOf(timezone, granularity, event.bucketStart);
      return bucketLabel(timezone, granularity, start);
    });
    const id = JSON.stringify(key);
    const row = rows.get(id) ?? { count: 0n, sum: 0n, least: null, events: [] };
    rows.set(id, row);
    row.count += 1n;
    row.sum += event.revenue ?? 0n;
    if (event.revenue !== null && (row.least === null || event.revenue < row.least)) {
      row.least = event.revenue;
    }
    row.events.push(event);
  }
  return rows;
}

/** The estimate of a table of no dimensions that saw just these events. */
function estimateOf(events: readonly TableEvent[]): number {
  const total = definitionOf({ dimensions: [] });
  const table = tableOf(
    loadKernel(),
    total,
    events.map((event) => ({ ...event, keys: [] })),
  );
  const [frame] = [...table.encodeSorted(10)];
  return Math.round(decodeTable(frame!, schemaOf(total)).hll(3, 0).estimate());
}

describe("a query", () => {
  it("grouped by anything has the rows that adding up the events gives, in order of key", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyEvents,
        anyGroupBy,
        fc.integer({ min: 1, max: 50 }),
        async (events, groupBy, rowsPerFrame) => {
          const rows = await ask(storeOf(definition, events, rowsPerFrame), { groupBy });
          const expected = expectedRows(events, groupBy);
          expect(new Set(rows.map((row) => JSON.stringify(keysOf(row))))).toEqual(
            new Set(expected.keys()),
          );
          for (const row of rows) {
            const {
              count,
              sum,
              least,
              events: merged,
            } = expected.get(JSON.stringify(keysOf(row)))!;
            const [clicks, revenue, minimum, users] = row.values;
            expect(clicks).toEqual({ type: "count", count });
            expect(revenue).toEqual({ type: "decimal", units: sum, scale: 2 });
            expect(minimum).toEqual(
              least === null ? null : { type: "decimal", units: least, scale: 2 },
            );
            expect(plainText(users!)).toBe(estimateOf(merged).toString());
            const distinct = new Set(merged.map(({ user }) => user)).size;
            if (distinct <= 64) {
              expect(users).toMatchObject({ estimate: distinct, lo: distinct, hi: distinct });
            }
          }
          const order = rows.map((row) =>
            Buffer.concat(row.keys.flatMap((k) => [k!, Buffer.of(0)])),
          );
          expect(order).toEqual(order.toSorted((a, b) => Buffer.compare(a, b)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("for the top N has the first N of all rows in the order of the metric", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyEvents,
        anyGroupBy,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom("clicks", "revenue", "least", "users"),
        async (events, groupBy, top, orderBy) => {
          const store = storeOf(definition, events, 7);
          const all = await ask(store, { groupBy, orderBy });
          const best = await ask(store, { groupBy, orderBy, top });
          expect(best).toEqual(all.slice(0, top));
          const column = ["clicks", "revenue", "least", "users"].indexOf(orderBy);
          const values = all.map((row) => {
            const value = row.values[column] ?? null;
            return value === null ? null : BigInt(plainText(value).replace(".", ""));
          });
          const present = values.filter((value) => value !== null);
          expect(values.slice(0, present.length)).toEqual(
            present.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0)),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});
