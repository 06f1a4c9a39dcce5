import { describe, expect, it } from "vitest";
import { SuspendAwareClock } from "../../../../../src/ventilator/delivery/core/suspend-aware-clock.ts";

describe("the awake clock", () => {
  it("runs with the clock, but counts an absence as a short one", () => {
    const clock = new SuspendAwareClock(500, 10_000);
    expect([10_000, 10_100, 10_600, 70_600, 70_700].map((nowMs) => clock.at(nowMs))).toEqual([
      0, 100, 600, 1100, 1200,
    ]);
  });

  it("never runs backwards", () => {
    const clock = new SuspendAwareClock(500, 1000);
    expect([1200, 1100, 1250].map((nowMs) => clock.at(nowMs))).toEqual([200, 200, 250]);
  });
});
