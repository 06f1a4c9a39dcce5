import { describe, expect, it } from "vitest";
import { waitAfterDeath } from "../../../../src/shared/process/restart-backoff.ts";

/** Waits between the deaths of a process that lives this long each time. */
function waits(livesMs: readonly number[], hasWorked = false): number[] {
  let fastDeaths = 0;
  return livesMs.map((livedMs) => {
    const wait = waitAfterDeath(fastDeaths, { livedMs, hasWorked });
    fastDeaths = wait.fastDeaths;
    return wait.afterMs;
  });
}

describe("the wait before a process is started again", () => {
  it("doubles from 100 ms to 5 s", () => {
    expect(waits(new Array<number>(9).fill(50))).toEqual([
      100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000,
    ]);
  });

  it("counts the fast deaths in a row", () => {
    expect(waitAfterDeath(9, { livedMs: 50, hasWorked: false }).fastDeaths).toBe(10);
    expect(waitAfterDeath(9, { livedMs: 60_000, hasWorked: false }).fastDeaths).toBe(1);
  });

  it("is short again after a process that lived for ten seconds", () => {
    expect(waits([50, 50, 50, 10_000, 50])).toEqual([100, 200, 400, 100, 200]);
    expect(waits(new Array<number>(30).fill(60_000))).toEqual(new Array<number>(30).fill(100));
  });

  it("is half a second at most for a process that dies at its work", () => {
    expect(waits(new Array<number>(30).fill(50), true).slice(0, 4)).toEqual([100, 200, 400, 500]);
    expect(waits(new Array<number>(30).fill(50), true).at(-1)).toBe(500);
  });

  it("takes one millisecond less than ten seconds for a fast death", () => {
    expect(waits([9999, 9999])).toEqual([100, 200]);
  });
});
