// The bytes of tables and partials. A failure here means that logmill can no longer read its own
// stores: then the version in the frame has to change, and not the golden file.
// `UPDATE_GOLDEN=1` adds lines for samples that are new; it never changes one.

import { appendFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { CappedTable } from "../../src/shared/table/capped-table.ts";
import { decodePartial, encodePartial } from "../../src/shared/table/partial-codec.ts";
import { decodeTable } from "../../src/shared/table/table-view.ts";
import { Table } from "../../src/shared/table/table.ts";
import { goldenLines, workedExamples } from "../support/golden-lines.ts";
import { feedTable } from "../support/table-feeder.ts";
import { TableModel } from "../support/table-model.ts";
import {
  cappedSamples,
  oldPartialSamples,
  partialSamples,
  tableSamples,
  type CappedSample,
  type TableSample,
} from "./table-samples.ts";

const path = fileURLToPath(new URL("files/table.txt", import.meta.url));
const document = readFileSync(new URL("../../src/shared/table/FORMAT.md", import.meta.url), "utf8");
const kernel = loadKernel();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytesOf = (name: string): Uint8Array => Buffer.from(golden.get(name) ?? "", "hex");

const golden = goldenLines(path);

function encodeSample({ schema, events, sorted }: TableSample): Uint8Array {
  const table = feedTable(kernel, schema, events);
  return sorted === true ? [...table.encodeSorted(100)][0]! : table.encode();
}

/** All frames of a capped table, one after the other. */
function encodeCapped({ schema, events, maxRows }: CappedSample): Uint8Array {
  const table = new CappedTable(kernel, schema, maxRows);
  table.merge(feedTable(kernel, schema, events).encode());
  return Buffer.concat([...table.encodeSorted(100)]);
}

const tables = Object.entries(tableSamples).map(([name, sample]) => ({ name, sample }));
const partials = Object.entries(partialSamples).map(([name, partial]) => ({ name, partial }));
const capped = Object.entries(cappedSamples).map(([name, sample]) => ({ name, sample }));
const written = [
  ...capped.map(({ name, sample }) => ({ name, bytes: encodeCapped(sample) })),
  ...tables.map(({ name, sample }) => ({ name, bytes: encodeSample(sample) })),
  ...partials.map(({ name, partial }) => ({ name, bytes: encodePartial(partial) })),
];

if (process.env["UPDATE_GOLDEN"] === "1") {
  for (const { name, bytes } of written) {
    if (golden.has(name)) continue;
    appendFileSync(path, `${name} ${hex(bytes)}\n`);
    golden.set(name, hex(bytes));
  }
}

describe("the bytes of tables and partials", () => {
  it.each(written)("$name is written as it always was", ({ name, bytes }) => {
    expect(hex(bytes)).toBe(golden.get(name));
  });

  it.each(tables)("$name is what the model writes", ({ name, sample }) => {
    const model = new TableModel(sample.schema, sample.events);
    const bytes = sample.sorted === true ? model.encodeSorted(100)[0]! : model.encode();
    expect(hex(bytes)).toBe(golden.get(name));
  });

  it.each(capped)("$name is what the model writes", ({ name, sample }) => {
    const model = new TableModel(sample.schema, sample.events);
    const bytes = Buffer.concat(model.encodeCapped(100, sample.maxRows));
    expect(hex(bytes)).toBe(golden.get(name));
  });

  it.each(tables)("$name is merged and read as it always was", ({ name, sample }) => {
    const table = new Table(kernel, sample.schema);
    table.merge(bytesOf(name));
    expect(hex(table.encode())).toBe(golden.get(name));
    expect(decodeTable(bytesOf(name), sample.schema).rows).toBe(table.rows);
  });

  it.each(partials)("$name is read as it always was", ({ name, partial }) => {
    const read = decodePartial(bytesOf(name));
    expect(JSON.stringify(read)).toBe(JSON.stringify(partial));
  });

  it.each(Object.entries(oldPartialSamples))(
    "%s, of version 1, is read as it is meant now",
    (name, partial) => {
      expect(JSON.stringify(decodePartial(bytesOf(name)))).toBe(JSON.stringify(partial));
    },
  );

  it("has no golden line without a sample", () => {
    const named = [...written.map(({ name }) => name), ...Object.keys(oldPartialSamples)];
    expect([...golden.keys()].sort()).toEqual(named.sort());
  });
});

describe("a view of a golden table", () => {
  it("reads every value of the example", () => {
    const view = decodeTable(bytesOf("table/example"), tableSamples["table/example"]!.schema);
    const rows = Array.from({ length: view.rows }, (_, row) => [
      Buffer.from(view.value(0, row)).toString(),
      Buffer.from(view.value(1, row)).toString(),
      view.count(0, row),
      view.sum(1, row),
      view.min(2, row),
      view.max(3, row),
      view.hll(4, row).estimate(),
    ]);
    expect(rows).toEqual([
      ["click", "c7", 2n, -175n, -300n, 3n, 2],
      ["view", "c7", 1n, 0n, null, -4n, 1],
    ]);
  });

  it("reads sums beyond 64 bits", () => {
    const view = decodeTable(bytesOf("table/wide_sums"), tableSamples["table/wide_sums"]!.schema);
    expect([view.sum(0, 0), view.sum(0, 1)]).toEqual([2n ** 64n - 4n, -(2n ** 64n) + 4n]);
  });
});

describe("FORMAT.md", () => {
  const examples = workedExamples(document);

  it("has worked examples of a table, an overflow row and a partial", () => {
    expect(examples.map(({ name }) => name)).toEqual([
      "capped/example",
      "table/example",
      "partial2/sheets",
    ]);
  });

  it.each(examples)("shows the bytes of $name", ({ name, digits }) => {
    expect(digits).toBe(golden.get(name));
  });
});
