import { expect, test } from "vitest";
import { loadSimulation } from "./bundle.ts";

test("a seed replays exactly: every event of it, in the same order at the same time", async () => {
  const { runSeed } = await loadSimulation();
  const hashes: string[] = [];
  for (let seed = 1; seed <= 25; seed += 1) {
    const lines: string[] = [];
    const first = await runSeed(seed, (line) => lines.push(line));
    const again: string[] = [];
    const second = await runSeed(seed, (line) => again.push(line));
    expect(first.failure).toBeNull();
    expect(again).toEqual(lines);
    expect(second.hash).toBe(first.hash);
    // Printing changes nothing.
    expect((await runSeed(seed)).hash).toBe(first.hash);
    hashes.push(first.hash);
  }
  expect(new Set(hashes).size).toBe(hashes.length);
}, 60_000);
