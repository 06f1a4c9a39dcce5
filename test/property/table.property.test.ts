// Tables against the plain model, and the laws of merging: it commutes, associates, has the empty
// table as identity and gives the table of the union.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom, randomBelow } from "../../src/shared/base/prng.ts";
import { frameRows } from "../../src/shared/table/frame-rows.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import type { TableSchema } from "../../src/shared/table/schema.ts";
import { Table } from "../../src/shared/table/table.ts";
import { caseArbitrary } from "../support/table-arbitraries.ts";
import { feedTable } from "../support/table-feeder.ts";
import { TableModel, type ModelEvent } from "../support/table-model.ts";

const kernel = loadKernel(20_111_106);

function frames(table: Table, rowsPerFrame = 7): string[] {
  return [...table.encodeSorted(rowsPerFrame)].map(hex);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Runs a property in a kernel that is empty at the start of every case. */
function check<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void, numRuns = 150): void {
  fc.assert(
    fc.property(arbitrary, (value) => {
      kernel.reset();
      property(value);
    }),
    { numRuns },
  );
}

const parted = caseArbitrary.chain(({ schema, events }) =>
  fc.record({
    schema: fc.constant(schema),
    events: fc.constant(events),
    parts: fc.array(fc.nat(4), { minLength: events.length, maxLength: events.length }),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
  }),
);

describe("a table of lines", () => {
  test("is written as the model writes it, whatever the vectors are", () => {
    check(
      fc.tuple(caseArbitrary, fc.integer({ min: 1, max: 50 })),
      ([{ schema, events }, vectorLines]) => {
        const table = feedTable(kernel, schema, events, { vectorLines });
        const model = new TableModel(schema, events);
        expect(table.rows).toBe(model.rows);
        expect(hex(table.encode())).toBe(hex(model.encode()));
      },
    );
  });

  test("is sorted as the model sorts it", () => {
    check(
      fc.tuple(caseArbitrary, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 90 })),
      ([{ schema, events }, rowsPerFrame, keyBytesMax]) => {
        const table = feedTable(kernel, schema, events);
        const model = new TableModel(schema, events);
        const sorted = model.encodeSorted(rowsPerFrame).map(hex);
        expect(frames(table, rowsPerFrame)).toEqual(sorted);
        const cut = [...table.encodeSorted(rowsPerFrame, keyBytesMax)].map(hex);
        expect(cut).toEqual(model.encodeSorted(rowsPerFrame, keyBytesMax).map(hex));
      },
    );
  });

  test("with buckets is written one bucket at a time", () => {
    check(caseArbitrary, ({ schema, events }) => {
      const bucketOf = (index: number): number => (index * 7) % 3;
      const table = feedTable(kernel, schema, events, { bucketed: true, bucketOf });
      const expected = [3, 1, 0, 2].flatMap((bucket) => {
        const own = events.filter((_, index) => bucketOf(index) === bucket);
        const frame = hex(new TableModel(schema, own).encode());
        return own.length === 0 ? [] : [{ bucket, frame }];
      });
      const encoded = [...table.encodeBuckets(4, [3, 1, 0, 2])];
      expect(encoded.map(({ bucket, frame }) => ({ bucket, frame: hex(frame) }))).toEqual(expected);
    });
  });

  test("leaves out the lines that the mask leaves out", () => {
    check(caseArbitrary, ({ schema, events }) => {
      const left = (index: number): boolean => index % 3 === 1;
      const table = feedTable(kernel, schema, events, { left });
      const own = events.filter((_, index) => !left(index));
      expect(hex(table.encode())).toBe(hex(new TableModel(schema, own).encode()));
    });
  });

  test("does not depend on the seed of the kernel's hashes", () => {
    fc.assert(
      fc.property(caseArbitrary, fc.maxSafeNat(), ({ schema, events }, seed) => {
        const table = feedTable(loadKernel(seed), schema, events);
        const model = new TableModel(schema, events);
        expect(hex(table.encode())).toBe(hex(model.encode()));
        expect(frames(table)).toEqual(model.encodeSorted(7).map(hex));
      }),
      { numRuns: 30 },
    );
  });
});

describe("what a table is said to grow by", () => {
  /** Blocks that any merge takes, however few rows there are. */
  const leastBlocks = 64 * 1024;

  test("is what merging takes, or more", () => {
    check(
      fc.tuple(caseArbitrary, fc.nat(40), fc.integer({ min: 1, max: 60 })),
      ([{ schema, events }, first, times]) => {
        const fresh = loadKernel();
        const table = feedTable(fresh, schema, events.slice(0, first));
        const many = Array.from({ length: times }, (_, time) =>
          events.map(({ keys, values }) => ({
            keys: keys.map((key) => Buffer.concat([key, Buffer.from(String(time))])),
            values,
          })),
        ).flat();
        const frame = new TableModel(schema, many).encode();
        const said = table.growth(frameRows(frame), frame.length);
        const before = fresh.exports.arenaBytes();
        table.merge(frame);
        expect(fresh.exports.arenaBytes() - before).toBeLessThanOrEqual(said + leastBlocks);
      },
    );
  });

  test("counts the arrays of a table whose cells are much larger than its frame", () => {
    const schema: TableSchema = {
      dimensions: 1,
      metrics: Array.from({ length: 12 }, () => ({ type: "sum", scale: 0 })),
    };
    const events = Array.from({ length: 20_000 }, (_, row) => ({
      keys: [Buffer.from(String(row))],
      values: schema.metrics.map(() => 1n),
    }));
    const frame = new TableModel(schema, events).encode();
    const fresh = loadKernel();
    const table = new Table(fresh, schema);
    const said = table.growth(frameRows(frame), frame.length);
    const before = fresh.exports.arenaBytes();
    table.merge(frame);
    const taken = fresh.exports.arenaBytes() - before;
    expect(taken).toBeGreaterThan(8 * frame.length);
    expect(said).toBeGreaterThanOrEqual(taken);
  });
});

describe("merging", () => {
  test("a frame into an empty table gives the frame again", () => {
    check(caseArbitrary, ({ schema, events }) => {
      const frame = new TableModel(schema, events).encode();
      const table = new Table(kernel, schema);
      table.merge(frame);
      expect(hex(table.encode())).toBe(hex(frame));
    });
  });

  test("partials in any split and any order gives the table of all events", () => {
    check(parted, ({ schema, events, parts, order }) => {
      const merged = new Table(kernel, schema);
      for (const part of order) {
        const own = events.filter((_, index) => parts[index] === part);
        merged.merge(feedTable(kernel, schema, own).encode());
      }
      expect(frames(merged)).toEqual(new TableModel(schema, events).encodeSorted(7).map(hex));
    });
  });

  test("associates: tables of tables give the same", () => {
    check(parted, ({ schema, events, parts }) => {
      const piece = (part: number): Uint8Array =>
        feedTable(
          kernel,
          schema,
          events.filter((_, index) => parts[index]! % 3 === part),
        ).encode();
      const left = mergeAll(schema, [mergeAll(schema, [piece(0), piece(1)]).encode(), piece(2)]);
      const right = mergeAll(schema, [piece(0), mergeAll(schema, [piece(1), piece(2)]).encode()]);
      expect(frames(left)).toEqual(frames(right));
    });
  });

  test("an empty table changes nothing", () => {
    check(caseArbitrary, ({ schema, events }) => {
      const table = feedTable(kernel, schema, events);
      const before = frames(table);
      table.merge(new Table(kernel, schema).encode());
      expect(frames(table)).toEqual(before);
    });
  });

  test("sorted frames of a table gives the table", () => {
    check(caseArbitrary, ({ schema, events }) => {
      const table = feedTable(kernel, schema, events);
      expect(frames(mergeAll(schema, [...table.encodeSorted(5)]))).toEqual(frames(table));
    });
  });

  test("on fewer dimensions gives the table of just those", () => {
    const projected = caseArbitrary.chain(({ schema, events }) =>
      fc.record({
        schema: fc.constant(schema),
        events: fc.constant(events),
        keep: fc.shuffledSubarray(Array.from({ length: schema.dimensions }, (_, index) => index)),
      }),
    );
    check(projected, ({ schema, events, keep }) => {
      const table = new Table(kernel, { ...schema, dimensions: keep.length });
      table.merge(feedTable(kernel, schema, events).encode(), keep);
      const own = events.map(({ keys, values }) => ({ keys: keep.map((d) => keys[d]!), values }));
      const model = new TableModel(table.schema, own);
      expect(frames(table)).toEqual(model.encodeSorted(7).map(hex));
    });
  });

  test("rows of a frame by ranges gives what merging it at once gives", () => {
    check(fc.tuple(caseArbitrary, fc.nat(60), fc.nat(60)), ([{ schema, events }, a, b]) => {
      const frame = feedTable(kernel, schema, events).encode();
      const table = new Table(kernel, schema);
      const cuts = [0, Math.min(a, b), Math.max(a, b), 1000];
      for (const index of [2, 0, 1]) table.mergeRows(frame, cuts[index]!, cuts[index + 1]!);
      expect(frames(table)).toEqual(frames(mergeAll(schema, [frame])));
    });
  });
});

describe("large tables", () => {
  const schema: TableSchema = {
    dimensions: 2,
    metrics: [
      { type: "count" },
      { type: "sum", scale: 2 },
      { type: "hll", log2m: 11, regwidth: 5 },
    ],
  };

  function manyEvents(seed: number, count: number): ModelEvent[] {
    const random = seededRandom(seed);
    return Array.from({ length: count }, () => {
      const campaign = Math.floor(1 / (random() + 1 / 900));
      const user = BigInt(randomBelow(random, 2 ** 32));
      return {
        keys: [Buffer.from(random() < 0.8 ? "impression" : "click"), Buffer.from(`c${campaign}`)],
        values: [
          1n,
          BigInt(randomBelow(random, 1e9)),
          (user * 0x9e3779b97f4a7c15n) & (2n ** 64n - 1n),
        ],
      };
    });
  }

  test("of many rows and full sketches equal the model's after any split", () => {
    kernel.reset();
    const events = manyEvents(1, 40_000);
    const model = new TableModel(schema, events);
    const table = new Table(kernel, schema);
    for (let from = 0; from < events.length; from += 9000) {
      const vectors = { vectorLines: 2048 };
      table.merge(feedTable(kernel, schema, events.slice(from, from + 9000), vectors).encode());
    }
    expect(table.rows).toBe(model.rows);
    expect(frames(table, 500)).toEqual(model.encodeSorted(500).map(hex));
  });

  test("give all their memory back", () => {
    kernel.reset();
    const before = kernel.exports.allocatedBytes();
    const frame = new TableModel(schema, manyEvents(2, 5000)).encode();
    const table = new Table(kernel, schema);
    table.merge(frame);
    expect(table.bytesUsed).toBe(kernel.exports.allocatedBytes() - before);
    expect([...table.encodeSorted(100)].length).toBeGreaterThan(1);
    table.free();
    expect(kernel.exports.allocatedBytes()).toBe(before);
  });
});

function mergeAll(schema: TableSchema, all: readonly Uint8Array[]): Table {
  const table = new Table(kernel, schema);
  for (const frame of all) table.merge(frame);
  return table;
}
