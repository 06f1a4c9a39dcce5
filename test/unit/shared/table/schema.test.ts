import { describe, expect, test } from "vitest";
import type { SummaryDefinition } from "../../../../src/shared/model/plan.ts";
import type { ColumnLayout } from "../../../../src/shared/metric/stored-column.ts";
import { sameSchema, schemaOf } from "../../../../src/shared/table/schema.ts";

const definition: SummaryDefinition = {
  name: "campaigns",
  from: ["ads"],
  timestamp: "timestamp",
  granularity: "day",
  timezone: "UTC",
  dimensions: ["campaign", "event"],
  metrics: [
    { name: "n", type: "count", where: { op: "field", name: "x" } },
    { name: "revenue", type: "sum", field: "revenue", scale: 6 },
    { name: "least", type: "min", field: "revenue", scale: 2 },
    { name: "users", type: "hll", field: "user", log2m: 11, regwidth: 5 },
  ],
};

describe("schemaOf", () => {
  test("keeps the shape of a definition and nothing of its names", () => {
    expect(schemaOf(definition)).toEqual({
      dimensions: 2,
      metrics: [
        { type: "count" },
        { type: "sum", scale: 6 },
        { type: "min", scale: 2 },
        { type: "hll", log2m: 11, regwidth: 5 },
      ],
    });
  });
});

describe("sameSchema", () => {
  test("tells apart what cannot be merged", () => {
    const layouts: ColumnLayout[] = [
      { type: "count" },
      { type: "sum", scale: 1 },
      { type: "sum", scale: 2 },
      { type: "min", scale: 1 },
      { type: "hll", log2m: 11, regwidth: 5 },
      { type: "hll", log2m: 11, regwidth: 6 },
      { type: "hll", log2m: 12, regwidth: 5 },
    ];
    for (const [a, left] of layouts.entries()) {
      for (const [b, right] of layouts.entries()) {
        const same = sameSchema(
          { dimensions: 1, metrics: [left] },
          { dimensions: 1, metrics: [right] },
        );
        expect(same).toBe(a === b);
      }
    }
    expect(sameSchema({ dimensions: 1, metrics: [] }, { dimensions: 2, metrics: [] })).toBe(false);
  });
});
