import { describe, expect, it } from "vitest";
import { seededRandom, randomBelow } from "../../../../src/shared/base/prng.ts";
import { loadKernel } from "../../../../src/shared/kernel/kernel.ts";
import { CappedTable } from "../../../../src/shared/table/capped-table.ts";
import { decodeTable } from "../../../../src/shared/table/table-view.ts";
import type { TableSchema } from "../../../../src/shared/table/schema.ts";
import { feedTable } from "../../../support/table-feeder.ts";

const schema: TableSchema = { dimensions: 2, metrics: [{ type: "count" }] };

/** Rows of several runs, whose keys differ early, late, by length alone, or in the second dimension. */
function manyRows(count: number): { keys: Buffer[]; values: bigint[] }[] {
  const random = seededRandom(7);
  const stems = ["", "a", "https://example.com/", `https://example.com/${"x".repeat(300)}`];
  return Array.from({ length: count }, () => {
    const stem = stems[randomBelow(random, stems.length)]!;
    const first = `${stem}${"0".repeat(randomBelow(random, 3))}${randomBelow(random, 5000)}`;
    return {
      keys: [Buffer.from(first), Buffer.from(String(randomBelow(random, 8)))],
      values: [1n],
    };
  });
}

function keysOf(frames: Iterable<Uint8Array>): string[] {
  return [...frames].flatMap((frame) => {
    const view = decodeTable(frame, schema);
    return Array.from({ length: view.rows }, (_, row) =>
      [0, 1].map((dimension) => Buffer.from(view.value(dimension, row)).toString("hex")).join(" "),
    );
  });
}

const byKey = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

describe("a table of many runs of rows", () => {
  const events = manyRows(60_000);
  const sorted = [
    ...new Set(events.map(({ keys }) => keys.map((key) => key.toString("hex")).join(" "))),
  ].sort(byKey);

  it("is sorted as one run would be, a few thousand rows a step", () => {
    const kernel = loadKernel();
    const table = feedTable(kernel, schema, events);
    const held = kernel.exports.allocatedBytes();
    const steps = [...table.encodeSortedSteps(1000)];
    expect(keysOf(steps.filter((step) => step !== null))).toEqual(sorted);
    expect(steps.filter((step) => step === null).length).toBeGreaterThan(
      sorted.length / 10_000 - 1,
    );
    expect(kernel.exports.allocatedBytes()).toBe(held);
  });

  it("takes a few bytes for a row beside the table", () => {
    const kernel = loadKernel();
    const table = feedTable(kernel, schema, events);
    const before = kernel.exports.arenaBytes();
    keysOf(table.encodeSorted(1000));
    expect(kernel.exports.arenaBytes() - before).toBeLessThan(2 * 8 * sorted.length + 1024 * 1024);
  });

  it("keeps the same rows when it is held to a bound, in order", () => {
    const frame = feedTable(loadKernel(), schema, events).encode();
    const capped = new CappedTable(loadKernel(), schema, 20_000);
    capped.merge(frame);
    const kept = keysOf([...capped.encodeSorted(700)].slice(0, -1));
    expect(kept.length).toBe(20_000);
    expect(kept).toEqual([...kept].sort(byKey));
    const halves = new CappedTable(loadKernel(3), schema, 20_000);
    for (const from of [0, 30_000]) {
      halves.merge(feedTable(loadKernel(), schema, events.slice(from, from + 30_000)).encode());
    }
    expect(keysOf([...halves.encodeSorted(700)].slice(0, -1))).toEqual(kept);
  });
});
