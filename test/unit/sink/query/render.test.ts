import { describe, expect, it } from "vitest";
import type { Row } from "../../../../src/sink/query/row.ts";
import { renderJson } from "../../../../src/cli/screens/rows-json.ts";
import { renderRows } from "../../../../src/cli/screens/rows-table.ts";
import {
  columns,
  count,
  decimal,
  estimate,
  fraction,
  row,
  stream,
} from "../../../support/query-rows.ts";

const rows = [
  row(
    ["2011-06-20", "plain"],
    [count(1_234_567n), decimal(1_500_000n, 6), decimal(-3n, 0), estimate(7), fraction(1n, 2n)],
  ),
  row(
    ["2011-06-20", ""],
    [count(0n), decimal(12_345_678_900n, 6), null, estimate(10_482, 10_000, 10_964), null],
  ),
];

async function json(...blocks: readonly (readonly Row[])[]): Promise<string> {
  let text = "";
  for await (const piece of renderJson({ columns, rows: stream(...blocks) })) text += piece;
  return text;
}

describe("rows for people", () => {
  it("fit 80 columns with separators, bounds and points below each other", () => {
    expect(renderRows(columns, rows, { width: 80, color: false })).toBe(
      [
        "day         campaign     clicks      revenue  least         users  rate",
        "──────────  ────────  ─────────  ───────────  ─────  ────────────  ────",
        "2011-06-20  plain     1,234,567       1.5000     -3       7         0.5",
        "2011-06-20  (empty)           0  12,345.6789      -  10,482 ±4.6%     -",
        "± is the 95% interval of an estimate; numbers without it are exact",
        "",
      ].join("\n"),
    );
  });

  it("show fractions with three digits of the least one, rounded exactly", () => {
    const rates = [fraction(1234n, 123_456n), fraction(34n, 3456n), fraction(1n, 2n), null];
    const text = renderRows(
      { keys: [], metrics: columns.metrics.slice(4) },
      rates.map((rate) => row([], [rate])),
      { width: 80, color: false },
    );
    expect(text).toBe(
      ["   rate", "───────", "0.01000", "0.00984", "0.50000", "      -", ""].join("\n"),
    );
  });

  it("say nothing of intervals where every number is exact", () => {
    expect(renderRows(columns, rows.slice(0, 1), { width: 80, color: false })).not.toContain("±");
  });
});

describe("rows as JSON", () => {
  it("are one array of objects, however they come", async () => {
    const whole = await json(rows);
    expect(await json([], rows.slice(0, 1), [], rows.slice(1), [])).toBe(whole);
    expect(JSON.parse(whole)).toEqual([
      {
        day: "2011-06-20",
        campaign: "plain",
        clicks: 1234567,
        revenue: 1.5,
        least: -3,
        users: { estimate: 7, lo: 7, hi: 7 },
        rate: 0.5,
      },
      {
        day: "2011-06-20",
        campaign: "",
        clicks: 0,
        revenue: 12345.6789,
        least: null,
        users: { estimate: 10482, lo: 10000, hi: 10964 },
        rate: null,
      },
    ]);
  });

  it("are an empty array when there are none", async () => {
    expect(JSON.parse(await json())).toEqual([]);
    expect(JSON.parse(await json([]))).toEqual([]);
  });

  it("keep numbers that doubles can not hold as text", async () => {
    const exact = row(
      ["d", "c"],
      [
        count(2n ** 53n - 1n),
        decimal(999_999_999_999_999n, 6),
        decimal(0n, 0),
        estimate(0),
        fraction(0n, 1n),
      ],
    );
    const beyond = row(
      ["d", "c"],
      [count(2n ** 53n), decimal(9_007_199_254_740_991n, 6), null, estimate(0), null],
    );
    const [first, second] = JSON.parse(await json([exact, beyond])) as Record<string, unknown>[];
    expect(first).toMatchObject({ clicks: 2 ** 53 - 1, revenue: 999999999.999999, rate: 0 });
    expect(second).toMatchObject({ clicks: "9007199254740992", revenue: "9007199254.740991" });
  });

  it("keep hostile keys as text", async () => {
    const hostile = row(["d", '__proto__"\n\u2028'], rows[0]!.values);
    const [parsed] = JSON.parse(await json([hostile])) as Record<string, unknown>[];
    expect(parsed!["campaign"]).toBe('__proto__"\n\u2028');
  });
});
