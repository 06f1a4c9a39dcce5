import { expect, it } from "vitest";
import { drainDeadlines } from "../../../../src/worker/core/drain-deadlines.ts";

it.each([1000, 2500, 20_000, 3_600_000])("the end of a worker fits into %i ms", (timeoutMs) => {
  const { lastWordMs, partialFlushMs, byeFlushMs, giveUpMs } = drainDeadlines(timeoutMs);
  expect(giveUpMs + partialFlushMs + byeFlushMs).toBeLessThanOrEqual(timeoutMs);
  expect(lastWordMs).toBeLessThan(giveUpMs);
  expect(Math.min(lastWordMs, partialFlushMs, byeFlushMs)).toBeGreaterThan(0);
});
