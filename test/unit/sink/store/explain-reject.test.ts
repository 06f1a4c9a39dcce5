import { expect, it } from "vitest";
import { noEvents, rejectReasons } from "../../../../src/shared/model/reasons.ts";
import type { MetricDefinition } from "../../../../src/shared/model/plan.ts";
import { explainReject } from "../../../../src/sink/store/explain-reject.ts";

const money: MetricDefinition = { name: "money", type: "sum", field: "revenue", scale: 0 };
const least: MetricDefinition = { name: "least", type: "min", field: "revenue", scale: 2 };
const ofRevenue = (value: string | null, metrics: readonly MetricDefinition[] = [money]) =>
  explainReject("bad_number", { field: "revenue", value, metrics });

it.each(rejectReasons)("%s has words, and a fix where there is one", (reason) => {
  for (const value of ["x", "", null]) {
    const { problem, fix } = explainReject(reason, { field: "revenue", value, metrics: [money] });
    expect(problem).toMatch(/^\w.*[^.]$/);
    expect(fix === "").toBe(noEvents.includes(reason));
    expect(`${problem} ${fix}`).not.toMatch(/undefined|null|NaN/);
  }
});

it("a number with more digits than its metric keeps is named with the metric and the scale", () => {
  expect(ofRevenue("1.50")).toEqual({
    problem: 'revenue "1.50" has 2 digits after the point, and metric money keeps none',
    fix: "give metric money `scale: 2`, or leave such lines out with `where`",
  });
  expect(ofRevenue("15e-4").fix).toContain("`scale: 4`");
  expect(ofRevenue(`1.${"0".repeat(18)}1`).fix).toContain("no metric keeps more than 18");
});

it("the metric is the one that cannot hold the value", () => {
  expect(ofRevenue("1.5", [least, money]).fix).toContain("metric money `scale: 1`");
  expect(ofRevenue("92233720368547758.07", [least]).problem).toContain("beyond what metric least");
  expect(ofRevenue("9223372036854775808").problem).toContain("beyond what metric money");
});

it("what is no number at all is said to be none", () => {
  expect(ofRevenue("1x0").problem).toBe(
    'revenue "1x0" is no decimal number, which metric money needs',
  );
});
