// Every named step of a commit, a flush, a compaction, a start, a publication and a delivery: the
// process dies exactly there, is started again, and in the end nothing is lost and nothing is twice.
// `npm run test:fail-points` does each twenty times.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { FailPointName } from "../../src/shared/base/fail-point.ts";
import { randomBelow, seededRandom } from "../../src/shared/base/prng.ts";
import { recordEvidence } from "../support/evidence.ts";
import {
  failPointProgram,
  FailPointRuns,
  linesInAll,
  type Death,
} from "../support/fail-point-runs.ts";
import { runProgram } from "../support/program.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const rounds = isFull ? 20 : 1;
/** Runs at a time: processes that died are waited for most of the time. */
const atOnce = isFull ? 3 : 2;

/** What dies in one run, in this order; with the visits among which the seed chooses. */
type Story = readonly (readonly [point: FailPointName, nthMax: number, action?: Death["action"]])[];

const stories: Readonly<Record<string, Story>> = {
  "a group before and in the middle of its write": [
    ["sink.wal.before-write", 6],
    ["sink.wal.torn", 6],
    ["sink.open.loaded", 1],
    ["sink.open.cut", 1],
  ],
  "a group after its write": [
    ["sink.wal.written", 6],
    ["sink.wal.synced", 6],
    ["sink.commit.merged", 6],
    ["sink.ack.sent", 6],
  ],
  "a new file of the log": [
    ["sink.wal.created", 1],
    ["sink.open.removed", 1],
    ["sink.wal.sealed", 2],
    ["sink.flush.frozen", 1],
  ],
  "a segment": [
    ["sink.segment.created", 1],
    ["sink.segment.block", 3],
    ["sink.segment.written", 1],
    ["sink.segment.synced", 1],
  ],
  "a manifest before it counts": [
    ["sink.segment.durable", 1],
    ["sink.manifest.written", 1],
    ["sink.manifest.synced", 1],
    ["sink.log.deleted", 1],
  ],
  "a manifest that counts": [
    ["sink.manifest.renamed", 1],
    ["sink.manifest.durable", 2],
    ["sink.flush.replaced", 1],
    ["sink.log.all-deleted", 1],
  ],
  "an edit of the manifest": [
    ["sink.manifest.edited", 2],
    ["sink.manifest.edit-synced", 2],
  ],
  "an output": [
    ["sink.output.written", 3],
    ["sink.output.renamed", 3],
    ["sink.output.remembered", 1],
  ],
  "a compaction before it counts": [
    ["sink.compaction.started", 1],
    ["sink.compaction.merged", 1],
  ],
  "a compaction that counts": [["sink.compaction.replaced", 1]],
  "the segments that a compaction replaced": [["sink.compaction.removed", 4]],
  "ventilator and workers": [
    ["ventilator.read.mid-file", 10],
    ["worker.batch.summarised", 6],
    ["ventilator.batch.before-send", 10],
    ["worker.partial.sent", 6],
    ["ventilator.batch.sent", 10],
  ],
  "an fsync or a rename that fails": [
    ["sink.wal.written", 6, "eio"],
    ["sink.segment.written", 1, "eio"],
    ["sink.manifest.written", 1, "eio"],
    ["sink.manifest.renamed", 1, "eio"],
    ["sink.manifest.edited", 1, "eio"],
  ],
};

const runs = new FailPointRuns();
const deathsAt = new Map<string, number>();

function faultOf(point: FailPointName, action: Death["action"]): string {
  return `${action === "eio" ? "EIO" : "kill -9"} at ${point}`;
}

function deathsOf(story: Story, seed: number): Death[] {
  const random = seededRandom(seed);
  return story.map(([point, nthMax, action = "kill"]) => {
    return { point, nth: 1 + randomBelow(random, nthMax), action };
  });
}

/** A machine under load may be done before the last of them would have died: then once more. */
async function runUntilAllDied(deaths: readonly Death[], seed: number): Promise<void> {
  const workers = deaths.some(({ point }) => point.startsWith("worker")) ? 2 : 1;
  let died = 0;
  for (let attempt = 0; attempt < 3 && died < deaths.length; attempt += 1) {
    died = await runs.run(deaths, ["8KiB", "16KiB", "24KiB"][seed % 3]!, workers);
    for (const { point, action } of deaths.slice(0, died)) {
      const fault = faultOf(point, action);
      deathsAt.set(fault, (deathsAt.get(fault) ?? 0) + 1);
    }
  }
  expect(died).toBe(deaths.length);
}

beforeAll(async () => {
  await runs.prepare();
});

afterAll(() => runs.remove());

it("fail-points are in no normal build, and refused outside of tests", async () => {
  const dist = fileURLToPath(new URL("../../dist/cli", import.meta.url));
  const modules = readdirSync(dist).filter((name) => name.endsWith(".js"));
  expect(modules).toContain("main.js");
  for (const name of modules) {
    const text = readFileSync(join(dist, name), "utf8");
    for (const [point] of Object.values(stories).flat()) expect(text).not.toContain(point);
    expect(text).not.toMatch(/LOGMILL_FAILPOINT|fail-point /u);
  }
  const env = { LOGMILL_FAILPOINT: "sink.open.loaded:1:kill" };
  const refused = await runProgram(["validate"], { script: failPointProgram, env });
  expect(refused).toMatchObject({ exitCode: 78, stdout: "" });
  expect(refused.stderr).toContain("LOGMILL_TEST=1");
});

it("without a death everything counts", async () => {
  const { total } = await runs.runUndisturbed();
  expect(total.lines).toBe(linesInAll);
});

it.each(Object.entries(stories))(
  "the death of %s loses nothing and counts nothing twice",
  async (name, story) => {
    const seeds = Array.from({ length: rounds }, (_, index) => index + 1);
    const next = async (): Promise<void> => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
        const deaths = deathsOf(story, seed);
        try {
          await runUntilAllDied(deaths, seed);
        } catch (error) {
          throw new Error(`seed ${seed}, ${JSON.stringify(deaths)}`, { cause: error });
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, next));
    for (const [point, , action = "kill"] of story) {
      const fault = faultOf(point, action);
      recordEvidence({
        part: "fail-points",
        fault,
        expected: "restarted; the same bytes as a run without a death, balance and store sound",
        observed: `the same bytes, balance and store sound (${name})`,
        runs: deathsAt.get(fault)!,
        lost: 0,
        twice: 0,
      });
    }
  },
  rounds * 180_000,
);

afterAll(() => {
  const deaths = [...deathsAt.values()].reduce((sum, count) => sum + count, 0);
  if (isFull) process.stdout.write(`${deaths} deaths, at least ${rounds} at each fail-point\n`);
});
