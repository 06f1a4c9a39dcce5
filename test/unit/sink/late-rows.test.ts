import { expect, test } from "vitest";
import { LateRows } from "../../../src/sink/late-rows.ts";

test("the two newest buckets are current, what is older is late", () => {
  const late = new LateRows();
  for (const start of [300, 100, 200, 300]) late.see("a", start);
  expect([400, 300, 200, 100].map((start) => late.isLate("a", start))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test("nothing is late before two buckets are known, and summaries do not mix", () => {
  const late = new LateRows();
  late.see("a", 300);
  late.see("b", 500);
  late.see("b", 400);
  expect(late.isLate("a", 100)).toBe(false);
  expect(late.isLate("b", 100)).toBe(true);
});
