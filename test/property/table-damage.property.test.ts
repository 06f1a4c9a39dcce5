// Frames that are not what was written: every damage is found, nothing is merged, and nothing is
// allocated beyond what the bytes can hold. Where the checksum was made to fit again, what is
// accepted must be a frame indeed: both readers agree on it, and it survives being written again.

import fc from "fast-check";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import type { TableSchema } from "../../src/shared/table/schema.ts";
import { decodeTable, type TableView } from "../../src/shared/table/table-view.ts";
import { Table } from "../../src/shared/table/table.ts";
import { caseArbitrary } from "../support/table-arbitraries.ts";
import { TableModel, datedValue } from "../support/table-model.ts";
import { codeOf } from "../support/error-code.ts";

const kernel = loadKernel(5);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function resealed(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - 4;
  if (end >= 0) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  }
  return bytes;
}

/** Reads everything that there is to read; only `bad_table` may be thrown. */
function readAll(view: TableView): void {
  for (let row = 0; row < view.rows; row += 1) {
    for (let dimension = 0; dimension < view.schema.dimensions; dimension += 1) {
      view.value(dimension, row);
    }
    for (const [index, metric] of view.schema.metrics.entries()) {
      if (metric.type === "count") view.count(index, row);
      else if (metric.type === "sum") view.sum(index, row);
      else if (metric.type === "squares") view.squares(index, row);
      else if (metric.type === "first" || metric.type === "last") view.dated(index, row);
      else if (metric.type === "min") view.min(index, row);
      else if (metric.type === "max") view.max(index, row);
      else view.hll(index, row).estimate();
    }
  }
}

type Damage = (frame: Uint8Array) => Uint8Array;

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(7)).map(([at, bit]) => (frame: Uint8Array) => {
    const copy = Uint8Array.from(frame);
    copy[at % copy.length]! ^= 1 << bit;
    return copy;
  }),
  fc.tuple(fc.nat(), fc.nat(255)).map(([at, value]) => (frame: Uint8Array) => {
    const copy = Uint8Array.from(frame);
    copy[at % copy.length] = value;
    return copy;
  }),
  fc.tuple(fc.nat(), fc.nat(2 ** 32 - 1)).map(([at, value]) => (frame: Uint8Array) => {
    const copy = Uint8Array.from(frame);
    new DataView(copy.buffer).setUint32(at % (copy.length - 3), value, true);
    return copy;
  }),
  fc.nat().map((at) => (frame: Uint8Array) => frame.slice(0, at % frame.length)),
  fc.tuple(fc.nat(), fc.nat(), fc.nat(40)).map(([from, to, bytes]) => (frame: Uint8Array) => {
    const start = from % frame.length;
    const part = frame.subarray(start, start + bytes);
    const place = to % frame.length;
    return Buffer.concat([frame.subarray(0, place), part, frame.subarray(place)]);
  }),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => () => bytes),
);

describe("a damaged frame", () => {
  test("is refused as bad_table and changes nothing", () => {
    fc.assert(
      fc.property(
        caseArbitrary,
        fc.array(damage, { minLength: 20, maxLength: 20 }),
        ({ schema, events }, damages) => {
          kernel.reset();
          const model = new TableModel(schema, events);
          const frame = model.encode();
          const table = new Table(kernel, schema);
          table.merge(frame);
          const before = hex(table.encode());
          for (const spoil of damages) {
            const spoiled = spoil(frame);
            if (hex(spoiled) === hex(frame)) continue;
            expect(codeOf(() => table.merge(spoiled))).toBe("bad_table");
            expect(codeOf(() => decodeTable(spoiled, schema))).toBe("bad_table");
          }
          expect(hex(table.encode())).toBe(before);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("with a checksum that fits is refused, or is a frame that survives writing", () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        caseArbitrary,
        fc.array(damage, { minLength: 30, maxLength: 30 }),
        ({ schema, events }, damages) => {
          const frame = new TableModel(schema, events).encode();
          for (const spoil of damages) {
            const spoiled = resealed(Uint8Array.from(spoil(frame)));
            if (mergeSpoiled(schema, frame, spoiled)) accepted += 1;
          }
        },
      ),
      { numRuns: 100 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  test("with any byte changed, one after the other, never crashes a reader", () => {
    const schema: TableSchema = {
      dimensions: 2,
      metrics: [
        { type: "count" },
        { type: "sum", scale: 2 },
        { type: "squares", scale: 2 },
        { type: "last", scale: 2 },
        { type: "min", scale: 0 },
        { type: "hll", log2m: 4, regwidth: 5 },
        { type: "hll", log2m: 12, regwidth: 4 },
      ],
    };
    const events = Array.from({ length: 150 }, (_, index) => ({
      keys: [Buffer.from(`k${index % 3}`), Buffer.from(index % 2 === 0 ? "even" : "")],
      values: [
        1n,
        BigInt(index * 77),
        BigInt(index * 77),
        index % 4 === 0 ? null : datedValue(BigInt(index * 1e9), BigInt(-index)),
        index % 3 === 0 ? null : BigInt(-index),
        BigInt(index),
        BigInt(index * 1e6),
      ],
    }));
    const frame = new TableModel(schema, events).encode();
    for (let at = 0; at < frame.length - 4; at += 1) {
      for (const value of [0, 1, 2, 0x40, 0x7f, 0x80, 0xff]) {
        const spoiled = Uint8Array.from(frame);
        spoiled[at] = value;
        mergeSpoiled(schema, frame, resealed(spoiled));
      }
    }
  });
});

/** Whether the kernel takes it; fails if the table changes otherwise, or memory is not bounded. */
function mergeSpoiled(schema: TableSchema, frame: Uint8Array, spoiled: Uint8Array): boolean {
  kernel.reset();
  const table = new Table(kernel, schema);
  table.merge(frame);
  const before = hex(table.encode());
  const held = kernel.exports.arenaBytes();
  const code = codeOf(() => table.merge(spoiled));
  // Registers of a sketch are the one thing that takes more in memory than in a frame.
  const sketches = schema.metrics.reduce(
    (sum, m) => sum + (m.type === "hll" ? 2 ** m.log2m : 0),
    0,
  );
  const bound = 40_000 + 64 * spoiled.length + 130 * 2 * sketches;
  expect(kernel.exports.arenaBytes() - held).toBeLessThan(bound);
  if (code !== "none") {
    expect(code).toBe("bad_table");
    expect(hex(table.encode())).toBe(before);
    const read = codeOf(() => readAll(decodeTable(spoiled, schema)));
    expect(["none", "bad_table"]).toContain(read);
    return false;
  }
  readAll(decodeTable(spoiled, schema));
  const again = new Table(kernel, schema);
  again.merge(table.encode());
  expect(hex(again.encode())).toBe(hex(table.encode()));
  return true;
}
