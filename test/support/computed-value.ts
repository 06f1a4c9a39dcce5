// What a value of an expression is for a line of JSON with some fields, as a worker computes it.

import { parseValue } from "../../src/shared/config/expression.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import type { Plan } from "../../src/shared/model/plan.ts";
import { decodePartial } from "../../src/shared/table/partial-codec.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { decodeTable } from "../../src/shared/table/table-view.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { summarise } from "../../src/worker/core/summarise.ts";

const kernel = loadKernel(3);

/** @param text of the expression */
export function computedValue(
  text: string,
  fields: Readonly<Record<string, string>>,
  timezone = "UTC",
): string {
  const all = { timestamp: "2011-06-20T00:00:00Z", ...fields };
  const { expression, faults } = parseValue(text, { check: () => null });
  if (expression === null) throw new Error(faults.map(({ problem }) => problem).join("; "));
  const summary: Plan["summaries"][number] = {
    ...{ name: "one", from: ["lines"], timestamp: "timestamp", granularity: "day", timezone },
    ...{ dimensions: ["computed"], metrics: [{ name: "n", type: "count" }] },
  };
  const paths = Object.keys(all).map((field) => ({ field, steps: [field] }));
  const source: Plan["sources"][number] = {
    ...{ name: "lines", maxLineBytes: 65_536, format: { type: "json", paths } },
    computed: [{ name: "computed", value: expression }],
  };
  const compiled = compilePlan(kernel, {
    ...{ version: 1, timezone, sources: [source], summaries: [summary] },
  });
  const line = Buffer.from(`${JSON.stringify(all)}\n`);
  const keys = compiled.sources.get("lines")!.summaries.map(({ key }) => key);
  const { bytes } = summarise(compiled, "lines", line, "lines", line.length, keys);
  const [table] = decodePartial(bytes).tables;
  if (table === undefined) throw new Error("the line was rejected");
  return Buffer.from(decodeTable(table.frame, schemaOf(summary)).value(0, 0)).toString();
}
