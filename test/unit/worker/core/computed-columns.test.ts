// What is made of a field that a line ends before, and when functions are asked.

import { describe, expect, it } from "vitest";
import { parseValue } from "../../../../src/shared/config/expression.ts";
import { loadKernel } from "../../../../src/shared/kernel/kernel.ts";
import type { Plan } from "../../../../src/shared/model/plan.ts";
import { compilePlan } from "../../../../src/worker/core/compiled-plan.ts";
import { mergedRows, partialOf } from "../../../support/agreement.ts";

const kernel = loadKernel(5);
const time = "2011-06-20T10:00:00Z";

function planOf(expression: string): Plan {
  const value = parseValue(expression, { check: () => null }).expression!;
  return {
    ...{ version: 1, timezone: "UTC" },
    sources: [
      {
        ...{ name: "lines", maxLineBytes: 100_000 },
        format: {
          type: "rsyslog",
          payloads: [{ program: "E", type: "csv", fields: ["a", "b", "c"] }],
        },
        computed: [{ name: "made", value }],
      },
    ],
    summaries: [
      {
        ...{ name: "rows", from: ["lines"], timestamp: "timestamp", granularity: "day" },
        ...{ timezone: "UTC", dimensions: ["made"], metrics: [{ name: "n", type: "count" }] },
      },
    ],
  };
}

/** Rows as texts, and how many lines were rejected for which reason. */
function made(expression: string, lines: readonly string[], vectorLines = 4096) {
  const plan = planOf(expression);
  const text = lines.map((line) => `${time} h E ${line}\n`).join("");
  const compiled = compilePlan(kernel, plan, { vectorLines });
  const partial = partialOf(compiled, plan, Buffer.from(text));
  return {
    rows: mergedRows(plan, [partial])["rows"]!.length,
    rejected: partial.summaries![0]!.sheet.rejected,
    counted: partial.summaries![0]!.sheet.counted,
  };
}

describe("what is made of a value that the line lacks", () => {
  const isMissing = { rows: 0, rejected: { missing_field: 1 }, counted: 0 };
  const isThere = { rows: 1, rejected: {}, counted: 1 };

  it.each([
    "lower(b)",
    "prefix(b, 2)",
    "trim(b)",
    "hour_of_day(b)",
    "concat(a, b)",
    "concat(b, a)",
    'concat("x", a, a, b)',
    'if(a == "1", b, a)',
    "coalesce(b, c)",
    "lower(concat(a, upper(b)))",
  ])("is missing: %s", (expression) => {
    expect(made(expression, ["1"])).toEqual(isMissing);
  });

  it.each([
    "concat(a, a)",
    "coalesce(b, a)",
    "coalesce(a, b)",
    'coalesce(b, c, "none")',
    'if(b == "", a, b)',
    'if(a == "2", b, a)',
  ])("is there, since another value is taken: %s", (expression) => {
    expect(made(expression, ["1"])).toEqual(isThere);
  });

  it("is empty where the line has an empty value", () => {
    expect(made("concat(b, c)", ["1,,", "1"])).toEqual({
      ...{ rows: 1, rejected: { missing_field: 1 }, counted: 1 },
    });
  });
});

describe("many different values", () => {
  it("have each its own, beyond the first chunks of memory and whatever the size of vectors", () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, index) => `Value-${index},${"X".repeat(20)},c`,
    );
    for (const size of [4096, 1000]) {
      expect(made('concat(lower(a), "-", lower(b), c)', lines, size).rows).toBe(20_000);
    }
  });

  it("may be as long as lines", () => {
    const long = ["a", "b", "c"].map((letter) => `${letter.repeat(70_000)},B,c`);
    expect(made("concat(upper(a), lower(b))", long)).toEqual({ rows: 3, rejected: {}, counted: 3 });
  });
});
