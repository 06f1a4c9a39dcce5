// Keys that somebody chose must not make the kernel's tables slow: whatever family they come from,
// few of them meet in the same slots. Looks into the tables' memory (`assembly/dictionary.ts`,
// `assembly/layout.ts`), because what matters here shows nowhere else but in time.

import { describe, expect, test } from "vitest";
import { loadKernel, type Kernel } from "../../../../src/shared/kernel/kernel.ts";
import { Table } from "../../../../src/shared/table/table.ts";
import { placeSpans } from "../../../support/table-feeder.ts";

const count = 20_000;
const seeds = [0, 1, 123_456_789_012_345];

/** Slots away from where an entry's hash points to, on average. */
function meanDisplacement(kernel: Kernel, slots: number, shift: number): number {
  const size = 2 ** (32 - shift);
  let entries = 0;
  let displacement = 0;
  for (let slot = 0; slot < size; slot += 1) {
    const entry = kernel.u64[slots / 8 + slot]!;
    if (entry === 0n) continue;
    entries += 1;
    const home = Number(entry >> 32n) >>> shift;
    displacement += (slot - home + size) % size;
  }
  expect(entries).toBe(count);
  return displacement / entries;
}

function bytes(length: number, fill: (view: DataView) => void): Uint8Array {
  const value = new Uint8Array(length);
  fill(new DataView(value.buffer));
  return value;
}

const families: Readonly<Record<string, (index: number) => Uint8Array>> = {
  counters: (index) => Buffer.from(String(index)),
  "counters behind a long beginning": (index) => Buffer.from(`${"x".repeat(200)}${index}`),
  "counters before a long end": (index) => Buffer.from(`${index}${"x".repeat(200)}`),
  "zeros around one mark": (index) =>
    bytes(200, (view) => view.setUint8(index % 200, 1 + Math.floor(index / 200))),
  "zeros of many lengths": (index) =>
    bytes(1 + (index % 100), (view) => view.setUint8(0, Math.floor(index / 100))),
  "changes in the top bits only": (index) =>
    bytes(8, (view) => view.setUint32(4, index << 17, true)),
  "changes in both halves that cancel out": (index) =>
    bytes(16, (view) => {
      view.setUint32(0, index, true);
      view.setUint32(8, -index, true);
    }),
  "blocks in another order": (index) =>
    bytes(48, (view) => view.setUint32((index % 12) * 4, Math.floor(index / 12) + 1, true)),
};

describe("strings of every family", () => {
  test.each(Object.entries(families))("are spread over a dictionary: %s", (_name, family) => {
    const values = Array.from({ length: count }, (_, index) => family(index));
    expect(new Set(values.map((value) => Buffer.from(value).toString("hex"))).size).toBe(count);
    for (const seed of seeds) {
      const kernel = loadKernel(seed);
      const dict = kernel.exports.dictNew();
      const spans = placeSpans(kernel, values);
      kernel.exports.dictEncode(dict, spans, count, 0, kernel.alloc(count * 4));
      const shift = kernel.u32[dict / 4 + 4]!;
      expect(meanDisplacement(kernel, kernel.u32[dict / 4 + 3]!, shift)).toBeLessThan(1.5);
    }
  });
});

describe("tuples of numbers", () => {
  test.each([
    ["on a line", (index: number) => [index]],
    ["that only differ far up", (index: number) => [(index << 16) >>> 0, 7, 1]],
    ["on a square", (index: number) => [1, index % 150, Math.floor(index / 150)]],
    ["on a diagonal", (index: number) => [index, index, index, index]],
    [
      "of many small numbers",
      (index: number) => Array.from({ length: 9 }, (_, key) => Math.floor(index / 4 ** key) % 4),
    ],
  ])("are spread over a table: %s", (_name, tuple) => {
    const tuples = Array.from({ length: count }, (_, index) => tuple(index));
    const keys = tuples[0]!.length;
    for (const seed of seeds) {
      const kernel = loadKernel(seed);
      const table = new Table(kernel, { dimensions: keys - 1, metrics: [] }, { bucketed: true });
      const dict = largeDictionary(kernel);
      for (let dimension = 0; dimension < keys - 1; dimension += 1) {
        kernel.exports.tableShareDictionary(table.handle, dimension, dict);
      }
      const columns = Array.from({ length: keys }, (_, key) => {
        const column = kernel.alloc(count * 4);
        kernel.u32.set(
          tuples.map((numbers) => numbers[key]!),
          column / 4,
        );
        return column;
      });
      const idColumns = kernel.alloc(keys * 4);
      kernel.u32.set(columns, idColumns / 4);
      kernel.exports.tableGroup(table.handle, idColumns, count, 0, kernel.alloc(count * 4));
      const shift = kernel.u32[table.handle / 4 + 7]!;
      const slots = kernel.u32[table.handle / 4 + 6]!;
      expect(meanDisplacement(kernel, slots, shift)).toBeLessThan(1.5);
    }
  });
});

/** A dictionary that has all the numbers of the tuples. */
function largeDictionary(kernel: Kernel): number {
  const values = Array.from({ length: count }, (_, index) => Buffer.from(String(index)));
  const dict = kernel.exports.dictNew();
  kernel.exports.dictEncode(dict, placeSpans(kernel, values), count, 0, kernel.alloc(count * 4));
  return dict;
}
