// A bound on the rows of a table: which rows stay and what the others add up to is a function of the
// set of events alone. Compared with a plain model, for any split into batches, live tables and
// segments, in any order.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { CappedTable } from "../../src/shared/table/capped-table.ts";
import { mergeCapped, type RowBounds } from "../../src/shared/table/merge-capped.ts";
import type { TableSchema } from "../../src/shared/table/schema.ts";
import { caseArbitrary } from "../support/table-arbitraries.ts";
import { feedTable } from "../support/table-feeder.ts";
import { TableModel, type ModelEvent } from "../support/table-model.ts";

const kernel = loadKernel(77);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const rowsPerFrame = 5;

async function* streamOf(frames: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const frame of frames) yield await Promise.resolve(frame);
}

/** What compaction and reading do with parts. */
async function mergeParts(
  schema: TableSchema,
  parts: readonly (readonly Uint8Array[])[],
  bounds: RowBounds,
  frameRows = rowsPerFrame,
): Promise<Uint8Array[]> {
  const rows = parts.flat().reduce((sum, frame) => sum + Buffer.from(frame).readUInt32LE(8), 0);
  const merged = mergeCapped(
    () => kernel,
    schema,
    { rows, count: parts.length, open: () => parts.map(streamOf) },
    frameRows,
    bounds,
  );
  const frames: Uint8Array[] = [];
  for await (const frame of merged) frames.push(frame);
  return frames;
}

function live(
  schema: TableSchema,
  batches: readonly ModelEvent[][],
  maxRows: number,
): Uint8Array[] {
  const table = new CappedTable(kernel, schema, maxRows);
  for (const batch of batches) table.merge(feedTable(kernel, schema, batch).encode());
  return [...table.encodeSorted(rowsPerFrame)];
}

const cases = caseArbitrary
  .filter(({ schema }) => schema.dimensions > 0)
  .chain(({ schema, events }) =>
    fc.record({
      schema: fc.constant(schema),
      events: fc.constant(events),
      parts: fc.array(fc.nat(8), { minLength: events.length, maxLength: events.length }),
      maxRows: fc.integer({ min: 1, max: 60 }),
    }),
  );

describe("a table with a bound on its rows", () => {
  test("is the model's, however its events are split into batches, live tables and segments", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ schema, events, parts, maxRows }) => {
        kernel.reset();
        const batch = (part: number): ModelEvent[] =>
          events.filter((_, index) => parts[index] === part);
        const bounds = { maxRows, maxRowsLeast: maxRows };
        const segment = (numbers: readonly number[]): Uint8Array[] =>
          live(schema, numbers.map(batch), maxRows);
        const compacted = await mergeParts(
          schema,
          [segment([0, 1]), segment([2]), segment([3])],
          bounds,
        );
        const merged = await mergeParts(
          schema,
          [segment([4, 5]), compacted, segment([8, 7, 6])],
          bounds,
        );
        const expected = new TableModel(schema, events).encodeCapped(rowsPerFrame, maxRows);
        expect(merged.map(hex)).toEqual(expected.map(hex));
      }),
      { numRuns: 100 },
    );
  });

  test("associates and commutes", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ schema, events, parts, maxRows }) => {
        kernel.reset();
        const bounds = { maxRows, maxRowsLeast: maxRows };
        const [a, b, c] = [0, 1, 2].map((part) =>
          live(schema, [events.filter((_, index) => parts[index]! % 3 === part)], maxRows),
        ) as [Uint8Array[], Uint8Array[], Uint8Array[]];
        const merge = (...frames: Uint8Array[][]): Promise<Uint8Array[]> =>
          mergeParts(schema, frames, bounds);
        const left = await merge(await merge(a, b), c);
        expect((await merge(a, await merge(b, c))).map(hex)).toEqual(left.map(hex));
        expect((await merge(c, await merge(b, a))).map(hex)).toEqual(left.map(hex));
        expect((await merge(left, [])).map(hex)).toEqual(left.map(hex));
      }),
      { numRuns: 50 },
    );
  });

  test("held to a lower bound later is as if it had always been; a higher one changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(40), async ({ schema, events, parts, maxRows }, more) => {
        kernel.reset();
        const half = (part: number): ModelEvent[] =>
          events.filter((_, index) => parts[index]! % 2 === part);
        const parted = (rows: number): Uint8Array[][] =>
          [0, 1].map((part) => live(schema, [half(part)], rows));
        const expected = new TableModel(schema, events).encodeCapped(rowsPerFrame, maxRows);
        const lowered = await mergeParts(schema, parted(maxRows + more), {
          maxRows,
          maxRowsLeast: maxRows,
        });
        expect(lowered.map(hex)).toEqual(expected.map(hex));
        const raised = await mergeParts(schema, [lowered, []], {
          maxRows: maxRows + more,
          maxRowsLeast: maxRows,
        });
        expect(raised.map(hex)).toEqual(expected.map(hex));
        // A part that was held to less holds all of them to it: no row is ever incomplete.
        const mixed = [...parted(maxRows).slice(0, 1), ...parted(maxRows + more).slice(1)];
        const rows = await mergeParts(schema, mixed, {
          maxRows: maxRows + more,
          maxRowsLeast: maxRows,
        });
        const hasOverflown = new TableModel(schema, half(0)).rows > maxRows;
        const held = hasOverflown ? maxRows : maxRows + more;
        const whole = new TableModel(schema, events).encodeCapped(rowsPerFrame, held);
        expect(rows.map(hex)).toEqual(whole.map(hex));
      }),
      { numRuns: 50 },
    );
  });

  test("gives all its memory back when it is merged, to the end or not", async () => {
    kernel.reset();
    const schema = { dimensions: 1, metrics: [{ type: "count" }] } as const;
    const events = Array.from({ length: 400 }, (_, index) => ({
      keys: [Buffer.from(String(index))],
      values: [1n],
    }));
    const parts = [0, 1].map(() => new TableModel(schema, events).encodeSorted(rowsPerFrame));
    const open = (): AsyncGenerator<Uint8Array>[] => parts.map(streamOf);
    const bounds = { maxRows: 100, maxRowsLeast: 100 };
    let folded = 0;
    for (const taken of [1, 3, 1000]) {
      folded = 0;
      const merged = mergeCapped(
        () => kernel,
        schema,
        { rows: 800, count: 2, open },
        rowsPerFrame,
        bounds,
        (rows) => (folded += rows),
      );
      let frames = 0;
      for await (const frame of merged) {
        frames += frame.length > 0 ? 1 : 0;
        if (frames === taken) break;
      }
      expect(kernel.exports.allocatedBytes()).toBe(0);
    }
    expect(folded).toBe(300);
  });

  test("never holds many more rows than it may, and puts out the right ones again and again", async () => {
    kernel.reset();
    const schema = { dimensions: 2, metrics: [{ type: "count" }] } as const;
    const batches = Array.from({ length: 30 }, (_, batch) =>
      Array.from({ length: 300 }, (_, index) => ({
        keys: [Buffer.from("visit"), Buffer.from(`session-${batch}-${index % 250}`)],
        values: [1n],
      })),
    );
    const frames = batches.map((events) => new TableModel(schema, events).encode());
    const expected = new TableModel(schema, batches.flat()).encodeCapped(64, 100).map(hex);
    const table = new CappedTable(kernel, schema, 100);
    for (const frame of frames) {
      table.merge(frame);
      expect(table.rows).toBeLessThanOrEqual(100 + 1024 + 1);
    }
    expect([...table.encodeSorted(64)].map(hex)).toEqual(expected);
    expect(table.rowsFolded).toBeGreaterThan(7000);
    expect(kernel.exports.arenaBytes()).toBeLessThan(1_500_000);

    // The same from segments that were written when there was no bound.
    const halves = [batches.slice(0, 15), batches.slice(15)].map((half) =>
      new TableModel(schema, half.flat()).encodeSorted(64),
    );
    const bounds = { maxRows: 100, maxRowsLeast: 100 };
    const merged = await mergeParts(schema, halves, bounds, 64);
    expect(merged.map(hex)).toEqual(expected);
  });
});
