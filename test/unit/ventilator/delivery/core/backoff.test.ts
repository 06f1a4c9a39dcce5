import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../../src/shared/base/prng.ts";
import { ackTimeoutMs, ResendBudget } from "../../../../../src/ventilator/delivery/core/backoff.ts";

describe("the acknowledgement timeout", () => {
  it("doubles three times, then stays, and is spread by a quarter", () => {
    const random = seededRandom(3);
    for (let timeouts = 0; timeouts < 10; timeouts += 1) {
      const base = 10_000 * 2 ** Math.min(timeouts, 3);
      const samples = Array.from({ length: 200 }, () => ackTimeoutMs(10_000, timeouts, random));
      expect(Math.min(...samples)).toBeGreaterThanOrEqual(0.75 * base);
      expect(Math.max(...samples)).toBeLessThanOrEqual(1.25 * base);
      expect(Math.max(...samples) - Math.min(...samples)).toBeGreaterThan(0.4 * base);
    }
  });
});

describe("the budget of re-sends", () => {
  it("is a fifth of the sends, saved up to a bound", () => {
    const budget = new ResendBudget(5, 3, 1000);
    expect(budget.spend(0)).toBe(true);
    for (let sent = 0; sent < 10; sent += 1) budget.earn();
    expect([budget.spend(1), budget.spend(1), budget.spend(1)]).toEqual([true, true, false]);
    for (let sent = 0; sent < 100; sent += 1) budget.earn();
    const spent = [2, 2, 2, 2].map((nowMs) => budget.spend(nowMs));
    expect(spent).toEqual([true, true, true, false]);
  });

  it("gives one back for each that was needed, up to the bound", () => {
    const budget = new ResendBudget(5, 3, 1000);
    expect([budget.spend(0), budget.spend(0)]).toEqual([true, false]);
    budget.refund();
    expect([budget.spend(1), budget.spend(1)]).toEqual([true, false]);
    for (let needed = 0; needed < 100; needed += 1) budget.refund();
    expect([2, 2, 2, 2].map((nowMs) => budget.spend(nowMs))).toEqual([true, true, true, false]);
  });

  it("trickles when nothing is sent at all", () => {
    const budget = new ResendBudget(5, 3, 1000);
    const spent = [0, 500, 999, 1000, 1999, 2000].map((nowMs) => budget.spend(nowMs));
    expect(spent).toEqual([true, false, false, true, false, true]);
  });
});
