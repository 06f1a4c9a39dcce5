import { describe, expect, it } from "vitest";
import { timeoutMsFor, Watchdog } from "../../../src/worker/watchdog.ts";

const MiB = 1024 * 1024;

describe("how long a batch may take", () => {
  it("is the configured time for every MiB, its share below, and an eighth at least", () => {
    expect(timeoutMsFor(30_000, MiB)).toBe(30_000);
    expect(timeoutMsFor(30_000, 32 * MiB)).toBe(960_000);
    expect(timeoutMsFor(30_000, MiB / 2)).toBe(15_000);
    expect(timeoutMsFor(30_000, 100)).toBe(3_750);
  });
});

describe("a watchdog", () => {
  it("lets work through, whatever its outcome, and tells once that work has begun", async () => {
    let told = 0;
    const watchdog = new Watchdog(() => (told += 1));
    expect(await watchdog.over(60_000, () => Promise.resolve(7))).toBe(7);
    const failing = watchdog.over(60_000, () => Promise.reject(new Error("boom")));
    await expect(failing).rejects.toThrow("boom");
    expect(told).toBe(1);
    await watchdog.stop();
  });
});
