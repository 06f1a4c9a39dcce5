// HyperLogLog cells against the model, for every log2m and regwidth and for numbers of hashes
// around every change of form.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomBelow, seededRandom, type Random } from "../../src/shared/base/prng.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import type { TableSchema } from "../../src/shared/table/schema.ts";
import { decodeTable } from "../../src/shared/table/table-view.ts";
import { Table } from "../../src/shared/table/table.ts";
import { feedTable } from "../support/table-feeder.ts";
import { modelRegisters, TableModel, type ModelEvent } from "../support/table-model.ts";

const kernel = loadKernel(7);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function randomHash(random: Random): bigint {
  return (BigInt(randomBelow(random, 2 ** 32)) << 32n) | BigInt(randomBelow(random, 2 ** 32));
}

function eventsOf(hashes: readonly bigint[]): ModelEvent[] {
  return hashes.map((hash) => ({ keys: [], values: [hash] }));
}

function schemaFor(log2m: number, regwidth: number): TableSchema {
  return { dimensions: 0, metrics: [{ type: "hll", log2m, regwidth }] };
}

/** Cardinalities on both sides of every change of form and of every growth. */
const cardinalities = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 63, 64, 65, 66, 127, 128, 129),
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 300, max: 6000 }),
);

const sketchCase = fc.record({
  log2m: fc.integer({ min: 4, max: 14 }),
  regwidth: fc.integer({ min: 4, max: 6 }),
  cardinality: cardinalities,
  repeats: fc.double({ min: 0, max: 1, noNaN: true }),
  special: fc.boolean(),
  seed: fc.nat(),
  vectorLines: fc.integer({ min: 1, max: 3000 }),
});

function hashesOf({
  cardinality,
  repeats,
  special,
  seed,
}: {
  cardinality: number;
  repeats: number;
  special: boolean;
  seed: number;
}): bigint[] {
  const random = seededRandom(seed);
  const hashes = Array.from({ length: cardinality }, () => randomHash(random));
  if (special) hashes.splice(randomBelow(random, cardinality + 1), 0, 0n, 2n ** 64n - 1n, 1n);
  return hashes.flatMap((hash) =>
    random() < repeats ? [hash, hashes[randomBelow(random, hashes.length)]!] : [hash],
  );
}

describe("a sketch", () => {
  test("of lines is written as the model writes it", () => {
    fc.assert(
      fc.property(sketchCase, (sketch) => {
        kernel.reset();
        const schema = schemaFor(sketch.log2m, sketch.regwidth);
        const events = eventsOf(hashesOf(sketch));
        const table = feedTable(kernel, schema, events, { vectorLines: sketch.vectorLines });
        expect(hex(table.encode())).toBe(hex(new TableModel(schema, events).encode()));
        expect(table.bytesUsed).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
  });

  test("merged from parts is the sketch of all, whatever forms meet", () => {
    fc.assert(
      fc.property(
        sketchCase,
        fc.array(fc.nat(4), { minLength: 5, maxLength: 5 }),
        (sketch, weights) => {
          kernel.reset();
          const schema = schemaFor(sketch.log2m, sketch.regwidth);
          const hashes = hashesOf(sketch);
          const random = seededRandom(sketch.seed);
          const total = weights.reduce((sum, weight) => sum + weight, 1);
          const parts: bigint[][] = weights.map(() => []);
          // Parts of very different sizes, which share some hashes.
          for (const hash of hashes) {
            let place = randomBelow(random, total);
            const part = weights.findIndex((weight) => (place -= weight) < 0);
            parts[Math.max(part, 0)]!.push(hash);
            if (random() < 0.1) parts[randomBelow(random, parts.length)]!.push(hash);
          }
          const table = new Table(kernel, schema);
          for (const part of parts) {
            if (part.length > 0) table.merge(feedTable(kernel, schema, eventsOf(part)).encode());
          }
          const model = new TableModel(schema, eventsOf(hashes));
          expect(hex(table.encode())).toBe(hex(model.encode()));
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    [16, 5],
    [18, 4],
    [18, 6],
  ])(
    "of log2m %i and regwidth %i is exact through its sparse and full forms",
    (log2m, regwidth) => {
      kernel.reset();
      const schema = schemaFor(log2m, regwidth);
      const random = seededRandom(log2m * 10 + regwidth);
      const model = new TableModel(schema);
      const table = new Table(kernel, schema);
      for (const count of [50, 30, 200, 3000, 20_000]) {
        const events = eventsOf(Array.from({ length: count }, () => randomHash(random)));
        for (const event of events) model.add(event);
        table.merge(feedTable(kernel, schema, events).encode());
        expect(hex(table.encode())).toBe(hex(model.encode()));
      }
    },
  );

  test("whose hashes all fall on few registers is exact and small", () => {
    kernel.reset();
    const schema = schemaFor(14, 6);
    const events = eventsOf(
      Array.from({ length: 5000 }, (_, index) => (BigInt(index) << 14n) | BigInt(index % 3)),
    );
    const table = feedTable(kernel, schema, events, { vectorLines: 100 });
    expect(hex(table.encode())).toBe(hex(new TableModel(schema, events).encode()));
    const sketch = decodeTable(table.encode(), schema).hll(0, 0);
    expect(sketch.form).toBe("sparse");
  });
});

describe("a view of a sketch", () => {
  test("has the registers of the model in every form", () => {
    fc.assert(
      fc.property(sketchCase, (sketch) => {
        fc.pre(sketch.cardinality > 0);
        const schema = schemaFor(sketch.log2m, sketch.regwidth);
        const hashes = hashesOf(sketch);
        const frame = new TableModel(schema, eventsOf(hashes)).encode();
        const view = decodeTable(frame, schema).hll(0, 0);
        const distinct = new Set(hashes).size;
        expect(view.form === "explicit").toBe(distinct <= 64);
        expect(view.explicitCount).toBe(distinct <= 64 ? distinct : 0);
        expect(hex(view.registers())).toBe(hex(modelRegisters(hashes, view.parameters)));
        const { lo, hi } = view.bounds();
        expect(lo).toBeLessThanOrEqual(hi);
        if (distinct <= 64) {
          expect([...view.hashes()]).toEqual([...new Set(hashes)].sort((a, b) => (a < b ? -1 : 1)));
          expect([lo, view.estimate(), hi]).toEqual([distinct, distinct, distinct]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
