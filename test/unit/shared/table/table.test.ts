import { describe, expect, test } from "vitest";
import { loadKernel } from "../../../../src/shared/kernel/kernel.ts";
import { decodeTable } from "../../../../src/shared/table/table-view.ts";
import { Table } from "../../../../src/shared/table/table.ts";
import { feedTable } from "../../../support/table-feeder.ts";
import { TableModel } from "../../../support/table-model.ts";

const schema = { dimensions: 2, metrics: [{ type: "count" }] } as const;
const other = { dimensions: 2, metrics: [{ type: "sum", scale: 2 }] } as const;
const events = [{ keys: [Buffer.from("a"), Buffer.from("b")], values: [1n] }];
const badTable = expect.objectContaining({ code: "bad_table" }) as Error;

describe("a table", () => {
  test("refuses frames of another schema", () => {
    const table = new Table(loadKernel(), schema);
    const frame = new TableModel(other, events).encode();
    expect(() => table.merge(frame)).toThrow(badTable);
    expect(() => decodeTable(frame, schema)).toThrow(badTable);
    expect(() => decodeTable(frame, { ...other, dimensions: 1 })).toThrow(badTable);
  });

  test("refuses to keep a dimension that the frame does not have", () => {
    const table = new Table(loadKernel(), { ...schema, dimensions: 1 });
    const frame = new TableModel(schema, events).encode();
    expect(() => table.merge(frame, [2])).toThrow(badTable);
    table.merge(frame, [1]);
    expect(Buffer.from(decodeTable(table.encode(), table.schema).value(0, 0)).toString()).toBe("b");
  });

  test("with buckets refuses frames, which are of one bucket", () => {
    const table = new Table(loadKernel(), schema, { bucketed: true });
    expect(() => table.merge(new TableModel(schema, events).encode())).toThrow("one bucket");
  });

  test("of no rows has no sorted frames", () => {
    expect([...new Table(loadKernel(), schema).encodeSorted(10)]).toEqual([]);
  });

  test("gives its sorting memory back when its frames are not read to the end", () => {
    const kernel = loadKernel();
    const many = Array.from({ length: 100 }, (_, index) => ({
      keys: [Buffer.from(String(index)), Buffer.from("x")],
      values: [1n],
    }));
    const table = feedTable(kernel, schema, many);
    const held = kernel.exports.allocatedBytes();
    const [first] = table.encodeSorted(10);
    expect(decodeTable(first!, schema).rows).toBe(10);
    expect(kernel.exports.allocatedBytes()).toBe(held);
  });

  test("finds its rows in frames that lie anywhere in a larger buffer", () => {
    const frame = new TableModel(schema, events).encode();
    const buffer = Buffer.concat([Buffer.from("abc"), frame, Buffer.from("d")]);
    const table = new Table(loadKernel(), schema);
    table.merge(buffer.subarray(3, 3 + frame.length));
    expect(Buffer.compare(table.encode(), frame)).toBe(0);
  });
});
