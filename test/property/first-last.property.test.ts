// First and last values: whatever the batches, their order, the grouping and the bound on rows, the value of the earliest
// or latest event of a row that has one, and of several at that time the least.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { CappedTable } from "../../src/shared/table/capped-table.ts";
import { decodeOverflow, isOverflowFrame } from "../../src/shared/table/overflow-frame.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { decodeTable } from "../../src/shared/table/table-view.ts";
import { Table } from "../../src/shared/table/table.ts";
import { queryStore } from "../../src/sink/query/query.ts";
import { definitionOf } from "../support/stored-summary.ts";
import { EventStore, tableOf, type TableEvent } from "../support/table-events.ts";

const definition = definitionOf({
  timezone: "UTC",
  dimensions: ["campaign"],
  metrics: [
    { name: "clicks", type: "count" },
    { name: "opening", type: "first", field: "revenue", scale: 2 },
    { name: "closing", type: "last", field: "revenue", scale: 2 },
  ],
});

interface DatedEvent extends TableEvent {
  readonly instant: bigint;
}

/** Few times, so that many events have the same one, and the bounds of those that are read. */
const anyInstant = fc.oneof(
  fc.bigInt({ min: 0n, max: 3n }),
  fc.constantFrom(-86_340_000_000_000n, 9_214_732_740_999_999_999n),
);
const anyEvent: fc.Arbitrary<DatedEvent> = fc.record({
  bucketStart: fc.constantFrom(0, 86_400),
  keys: fc.tuple(fc.constantFrom("a", "b", "c", "d")),
  revenue: fc.option(
    fc.oneof(
      fc.bigInt({ min: -3n, max: 3n }),
      fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }),
    ),
    { freq: 3 },
  ),
  user: fc.constant(1),
  instant: anyInstant,
});
const anyBatches = fc.array(fc.array(anyEvent, { minLength: 1, maxLength: 20 }), {
  minLength: 1,
  maxLength: 6,
});

/** The value of the first event by time, then by value, after the times are turned by `sign`. */
function outermost(events: readonly DatedEvent[], sign: 1n | -1n): bigint | null {
  const [best] = events
    .filter(({ revenue }) => revenue !== null)
    .map(({ instant, revenue }) => ({ at: sign * instant, value: revenue! }))
    .sort((a, b) => {
      const [left, right] = a.at === b.at ? [a.value, b.value] : [a.at, b.at];
      return left < right ? -1 : left > right ? 1 : 0;
    });
  return best === undefined ? null : best.value;
}

describe("the first and the last value", () => {
  it("are those of the earliest and latest events, in every grouping", async () => {
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
            const found = values.slice(1).map((value) => value?.type === "decimal" && value.units);
            const expected = [outermost(mine, 1n), outermost(mine, -1n)];
            expect(found).toEqual(expected.map((units) => units ?? false));
          }
        }
        expect(events).toBe(batches.flat().length);
      }),
      { numRuns: 100 },
    );
  });

  it("have the same bytes in whatever order their parts are merged", () => {
    fc.assert(
      fc.property(anyBatches, fc.array(fc.nat(), { minLength: 6 }), (batches, order) => {
        const encode = (parts: readonly (readonly DatedEvent[])[]): string => {
          const table = new Table(loadKernel(), schemaOf(definition));
          for (const events of parts) {
            table.merge(tableOf(loadKernel(), definition, events).encode());
          }
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

  it("of the overflow row are those of all that fell out", () => {
    fc.assert(
      fc.property(anyBatches, fc.integer({ min: 1, max: 3 }), (batches, maxRows) => {
        const schema = schemaOf(definition);
        const table = new CappedTable(loadKernel(), schema, maxRows);
        for (const events of batches) {
          table.merge(tableOf(loadKernel(), definition, events).encode());
        }
        let left = batches.flat();
        for (const bytes of table.encodeSorted(100)) {
          const isOverflow = isOverflowFrame(bytes);
          const frame = isOverflow ? decodeOverflow(bytes, schema).frame : bytes;
          const view = decodeTable(frame, isOverflow ? { ...schema, dimensions: 0 } : schema);
          for (let row = 0; row < view.rows; row += 1) {
            const key = isOverflow ? null : Buffer.from(view.value(0, row)).toString();
            const mine = left.filter(({ keys }) => key === null || keys[0] === key);
            left = left.filter((event) => !mine.includes(event));
            expect(view.dated(1, row)?.units ?? null).toBe(outermost(mine, 1n));
            expect(view.dated(2, row)?.units ?? null).toBe(outermost(mine, -1n));
          }
        }
        expect(left).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
