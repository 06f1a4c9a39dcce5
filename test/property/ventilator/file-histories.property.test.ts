// Laws of file identity, over histories drawn from seeds. Whatever happens to files while they are
// read, a content that is there whole in the end counts once, line by line, and none counts twice.

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { LogWorld } from "../../support/file-histories.ts";
import { FileReading } from "../../support/file-reading.ts";
import { recordEvidence } from "../../support/evidence.ts";
import type { MemoryLogs } from "../../support/memory-logs.ts";
import { Bench } from "../../support/ventilator-fixture.ts";

const memory = vi.hoisted(() => ({ logs: null as null | MemoryLogs }));

vi.mock("node:fs/promises", async (actual) => {
  const module = await import("../../support/memory-logs.ts");
  memory.logs = new module.MemoryLogs();
  return { ...(await actual<object>()), ...memory.logs.modules.fs };
});
vi.mock("tinyglobby", async () => {
  await import("node:fs/promises");
  return memory.logs!.modules.glob;
});

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const first = Number(process.env["LOGMILL_SEED"] ?? 1);
const histories = Number(process.env["LOGMILL_HISTORIES"] ?? (isFull ? 20_000 : 2000));
const timeoutMs = isFull ? 7_200_000 : 600_000;

let bench: Bench;
beforeAll(() => {
  bench = new Bench({ include: ["/logs/*"], maxLineBytes: 4096 });
  vi.spyOn(Date, "now").mockImplementation(() => memory.logs!.nowMs);
});
afterAll(() => vi.restoreAllMocks());

async function history(seed: number, how: { isOnce: boolean; isByReference: boolean }) {
  const logs = memory.logs!;
  const world = new LogWorld(seed, logs);
  logs.random = world.random;
  logs.short = world.random() < 0.3 ? 0.1 : 0;
  const often = [0, 0.01, 0.05][world.below(3)]!;
  let left = 10;
  logs.onStep = () => {
    if (left === 0 || world.random() >= often) return;
    left -= 1;
    world.act();
  };
  let reading = new FileReading(bench, world, { ...how, before: null });
  for (let looks = 2 + world.below(5); looks > 0; looks -= 1) {
    await reading.look();
    for (let acts = world.below(4); acts > 0; acts -= 1) world.act();
    const isAnew = how.isOnce || world.random() < 0.3;
    if (isAnew) reading = new FileReading(bench, world, { ...how, before: reading });
  }
  logs.onStep = () => undefined;
  world.settle();
  logs.nowMs += 60_000;
  for (let looks = 0; looks < 2; looks += 1) {
    reading = new FileReading(bench, world, { ...how, before: reading });
    await reading.look();
  }
  return { world, reading };
}

function faultsOf(world: LogWorld, reading: FileReading): string[] {
  const counts = reading.counts();
  const faults: string[] = [];
  for (const [line, { least, most }] of world.expected()) {
    const count = counts.get(line) ?? 0;
    if (count > most || (count < least && reading.problems.count === 0)) {
      faults.push(`${count} of ${least} to ${most}: ${line.slice(0, 40)}`);
    }
    counts.delete(line);
  }
  return [...faults, ...[...counts].map(([line, count]) => `${count} of none: ${line}`)];
}

describe("contents that begin alike, for any length", () => {
  it.each([
    ["value", false],
    ["reference", true],
  ])(
    "count once each, line by line, however their files change while they are read by %s",
    { timeout: timeoutMs },
    async (_, isByReference) => {
      let unclear = 0;
      for (let seed = first; seed < first + histories; seed += 1) {
        const how = { isOnce: seed % 3 === 0, isByReference };
        const { world, reading } = await history(seed, how).catch((error: unknown) => {
          throw new Error(`LOGMILL_SEED=${seed} LOGMILL_HISTORIES=1`, { cause: error });
        });
        const faults = faultsOf(world, reading);
        const about = faults.length > 0 ? [...world.done, ...reading.explain()] : [];
        expect({ seed, faults, about }).toEqual({ seed, faults: [], about: [] });
        if (reading.problems.count > 0) unclear += 1;
      }
      // What cannot be told is named, and is the exception.
      expect(unclear).toBeLessThanOrEqual(Math.max(1, histories / 8));
      recordEvidence({
        part: "hostile input",
        fault:
          "contents that begin alike: grown, rotated, copied and truncated, replaced, compressed",
        expected: "every line of each counts once, or the file is named",
        observed: `read by ${isByReference ? "reference" : "value"}: ${unclear} named`,
        runs: histories,
        lost: 0,
        twice: 0,
      });
    },
  );
});
