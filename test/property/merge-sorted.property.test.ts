// Merging sorted streams against one table of everything.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { mergeSorted } from "../../src/shared/table/merge-sorted.ts";
import { caseArbitrary } from "../support/table-arbitraries.ts";
import { TableModel } from "../support/table-model.ts";

const kernel = loadKernel(3);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

async function* streamOf(
  frames: readonly Uint8Array[],
  onClose?: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    for (const frame of frames) {
      await Promise.resolve();
      yield frame;
    }
  } finally {
    onClose?.();
  }
}

async function collect(frames: AsyncIterable<Uint8Array>): Promise<string[]> {
  const all: string[] = [];
  for await (const frame of frames) all.push(hex(frame));
  return all;
}

const streams = caseArbitrary.chain(({ schema, events }) =>
  fc.record({
    schema: fc.constant(schema),
    events: fc.constant(events),
    parts: fc.array(fc.nat(5), { minLength: events.length, maxLength: events.length }),
    inputRows: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 6, maxLength: 6 }),
    rowsPerFrame: fc.integer({ min: 1, max: 40 }),
    keyBytesMax: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant(1 << 20)),
  }),
);

describe("merging sorted streams", () => {
  test("gives, byte for byte, the sorted frames of one table, and all memory back", async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (given) => {
        const { schema, events, parts, inputRows, rowsPerFrame, keyBytesMax } = given;
        kernel.reset();
        const inputs = inputRows.map((rows, part) => {
          const own = events.filter((_, index) => parts[index] === part);
          return streamOf(new TableModel(schema, own).encodeSorted(rows, keyBytesMax));
        });
        const merged = await collect(
          mergeSorted(kernel, schema, inputs, rowsPerFrame, keyBytesMax),
        );
        const model = new TableModel(schema, events);
        expect(merged).toEqual(model.encodeSorted(rowsPerFrame, keyBytesMax).map(hex));
        expect(kernel.exports.allocatedBytes()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  const schema = { dimensions: 1, metrics: [{ type: "count" }] } as const;
  const model = (keys: readonly string[]): TableModel =>
    new TableModel(
      schema,
      keys.map((key) => ({ keys: [Buffer.from(key)], values: [1n] })),
    );

  test("holds a bounded number of rows, however many there are", async () => {
    kernel.reset();
    const keys = (start: number): string[] =>
      Array.from({ length: 20_000 }, (_, index) => String(index * 2 + start).padStart(8, "0"));
    const inputs = [0, 1, 0].map((start) => streamOf(model(keys(start)).encodeSorted(256)));
    const merged = await collect(mergeSorted(kernel, schema, inputs, 256));
    expect(merged.length).toBe(Math.ceil(40_000 / 256));
    expect(kernel.exports.arenaBytes()).toBeLessThan(1_000_000);
  });

  test("that is given up early closes its inputs and gives all memory back", async () => {
    kernel.reset();
    const keys = Array.from({ length: 100 }, (_, index) => String(index).padStart(3, "0"));
    let closed = 0;
    const inputs = [0, 1].map(() =>
      streamOf(model(keys).encodeSorted(30), () => {
        closed += 1;
      }),
    );
    const merged = mergeSorted(kernel, schema, inputs, 7);
    expect((await merged.next()).done).toBe(false);
    await merged.return();
    expect(closed).toBe(2);
    expect(kernel.exports.allocatedBytes()).toBe(0);
  });

  test("of inputs that end with empty frames gives the rows before", async () => {
    const empty = model([]).encode();
    const [frame] = model(["a", "b"]).encodeSorted(8);
    const inputs = [streamOf([empty, frame!, empty]), streamOf([]), streamOf([empty])];
    expect(await collect(mergeSorted(kernel, schema, inputs, 8))).toEqual([hex(frame!)]);
  });

  test.each([
    ["rows within a frame", [model(["b", "a"]).encode()]],
    ["equal rows in two frames", [model(["a"]).encode(), model(["a"]).encode()]],
    ["descending frames", [model(["b"]).encode(), model(["a"]).encode()]],
  ])("refuses %s that do not ascend, and closes every input", async (_what, frames) => {
    const closed: number[] = [];
    const inputs = [
      streamOf(model(["a", "c"]).encodeSorted(1), () => closed.push(0)),
      streamOf(frames, () => closed.push(1)),
    ];
    kernel.reset();
    const merged = collect(mergeSorted(kernel, schema, inputs, 8));
    await expect(merged).rejects.toMatchObject({ code: "bad_table" });
    expect(closed.sort()).toEqual([0, 1]);
    expect(kernel.exports.allocatedBytes()).toBe(0);
  });
});
