import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import {
  columnsOf,
  configuredKinds,
  firstColumns,
  storedKindNamed,
} from "../../../../src/shared/metric/kinds.ts";
import { columnWord } from "../../../../src/shared/metric/stored-column.ts";
import { summaryKey } from "../../../../src/shared/model/definition-key.ts";
import type { MetricDefinition } from "../../../../src/shared/model/plan.ts";

const definitions: readonly MetricDefinition[] = [
  { name: "n", type: "count" },
  { name: "s", type: "sum", field: "x", scale: 6 },
  { name: "a", type: "avg", field: "x", scale: 6 },
  { name: "d", type: "stddev", field: "x", scale: 6 },
  { name: "p", type: "stddev_pop", field: "x", scale: 6 },
  { name: "f", type: "first", field: "x", scale: 6 },
  { name: "l", type: "last", field: "x", scale: 6 },
  { name: "lo", type: "min", field: "x", scale: 2 },
  { name: "hi", type: "max", field: "x", scale: 2 },
  { name: "u", type: "hll", field: "y", log2m: 11, regwidth: 5 },
];

function planWith(metrics: string) {
  const text = `
sources: { web: { type: file, include: ["*.log"], format: { type: common } } }
summaries: { s: { from: [web], metrics: { ${metrics} } } }
`;
  return parseConfig(text, "/logmill.yaml", {}).plan.summaries[0]!;
}

describe("the metric kinds", () => {
  it("are told apart by their words", () => {
    const words = configuredKinds.flatMap((kind) => kind.words);
    expect(new Set(words).size).toBe(words.length);
  });

  it("keep the column words of tables that exist", () => {
    const words = definitions.map((metric) =>
      columnsOf(metric).map(({ layout }) => columnWord(layout)),
    );
    expect(words).toEqual([
      [0x01],
      [0x602],
      [0x602, 0x01],
      [0x602, 0x606, 0x01],
      [0x602, 0x606, 0x01],
      [0x607],
      [0x608],
      [0x203],
      [0x204],
      [0x050b05],
    ]);
  });

  it("have their columns one after the other", () => {
    expect(firstColumns(definitions)).toEqual([0, 1, 2, 4, 7, 10, 11, 12, 13, 14]);
  });

  it("refuse a kind of a later logmill by its name", () => {
    const later = { name: "m", type: "later_kind" } as unknown as MetricDefinition;
    expect(() => columnsOf(later)).toThrow(/metric m is of type later_kind.*update it/);
  });

  it("know no computed metric among the stored ones", () => {
    expect(storedKindNamed("derived")).toBeNull();
    expect(storedKindNamed("distinct")).toBe(storedKindNamed("hll"));
  });
});

describe("a summary", () => {
  it("with distinct is the one with hll, and finds its tables again", () => {
    const distinct = planWith("visitors: { type: distinct, field: ip }");
    expect(summaryKey(distinct)).toBe(summaryKey(planWith("visitors: { type: hll, field: ip }")));
  });

  it("whose metrics take more columns than a table has is refused", () => {
    const averages = (count: number): string =>
      Array.from({ length: count }, (_, at) => `a${at}: { type: avg, field: bytes }`).join();
    expect(planWith(averages(128)).metrics).toHaveLength(128);
    expect(() => planWith(averages(129))).toThrow(
      /metrics.*more than 256 columns; an avg takes two, a stddev three/,
    );
  });
});
