// What a value of an expression is for a line of JSON with some fields, as a worker computes it.

import { parseValue } from "../../src/shared/config/expression.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { functionNamed } from "../../src/shared/function/functions.ts";
import { RangeTableBuilder } from "../../src/shared/lookup/range-table.ts";
import { compileRows } from "../../src/shared/lookup/row-table.ts";
import type { Plan, ValueExpression } from "../../src/shared/model/plan.ts";
import { decodePartial } from "../../src/shared/table/partial-codec.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { decodeTable } from "../../src/shared/table/table-view.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { summarise } from "../../src/worker/core/summarise.ts";

const kernel = loadKernel(3);

type Entries = Readonly<Record<string, string>>;
const tableName = "example";

/** A table of a few entries, as a worker has it. */
function tableOf(kind: "addresses" | "rows", entries: Entries): Uint8Array {
  if (kind === "rows") {
    const lines = Object.entries(entries).map((entry) => entry.join(","));
    return compileRows(Buffer.from(["key,value", ...lines].join("\n")), "key", "value");
  }
  const builder = new RangeTableBuilder();
  builder.from([0], "");
  for (const [address, text] of Object.entries(entries)) {
    const bytes = address.split(".").map(Number);
    builder.from([bytes.reduce((sum, byte) => sum * 256 + byte, 0)], text);
  }
  return builder.pack();
}

/** The call with the name of its table, and that table. */
function onTable(value: ValueExpression, entries: Entries | undefined) {
  const member = value.op === "call" ? functionNamed(value.name) : undefined;
  if (value.op !== "call" || member?.tables === undefined || entries === undefined)
    return { value };
  const at = member.parameters.findIndex(({ kind }) => kind === "table");
  const given = value.arguments.toSpliced(at, 1, { op: "string", value: tableName });
  const tables = new Map([[tableName, tableOf(member.tables, entries)]]);
  return { value: { ...value, arguments: given }, tables };
}

/**
 * @param text of the expression
 * @param entries what its table has
 */
export function computedValue(
  text: string,
  fields: Readonly<Record<string, string>>,
  timezone = "UTC",
  entries?: Entries,
): string {
  const all = { timestamp: "2011-06-20T00:00:00Z", ...fields };
  const { expression, faults } = parseValue(text, { check: () => null });
  if (expression === null) throw new Error(faults.map(({ problem }) => problem).join("; "));
  const { value, tables } = onTable(expression, entries);
  const summary: Plan["summaries"][number] = {
    ...{ name: "one", from: ["lines"], timestamp: "timestamp", granularity: "day", timezone },
    ...{ dimensions: ["computed"], metrics: [{ name: "n", type: "count" }] },
  };
  const paths = Object.keys(all).map((field) => ({ field, steps: [field] }));
  const source: Plan["sources"][number] = {
    ...{ name: "lines", maxLineBytes: 65_536, format: { type: "json", paths } },
    computed: [{ name: "computed", value }],
  };
  const plan: Plan = { version: 1, timezone, sources: [source], summaries: [summary] };
  const compiled = compilePlan(kernel, plan, tables === undefined ? {} : { tables });
  const line = Buffer.from(`${JSON.stringify(all)}\n`);
  const keys = compiled.sources.get("lines")!.summaries.map(({ key }) => key);
  const { bytes } = summarise(compiled, "lines", line, "lines", line.length, keys);
  const [table] = decodePartial(bytes).tables;
  if (table === undefined) throw new Error("the line was rejected");
  return Buffer.from(decodeTable(table.frame, schemaOf(summary)).value(0, 0)).toString();
}
