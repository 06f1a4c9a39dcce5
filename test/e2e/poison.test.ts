// Lines that are the end of real worker processes, in every way there is: the run goes on without them,
// says where they are, and every other line counts, as the same files say without those lines.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  deadLetterFolder,
  readDeadLetters,
} from "../../src/ventilator/dead-letter/dead-letter-file.ts";
import { AdsProject, generateAds, type RunReport } from "../support/ads-project.ts";
import { recordEvidence } from "../support/evidence.ts";
import { failPointProgram } from "../support/fail-point-runs.ts";
import { runProgram } from "../support/program.ts";

const events = 6_000;
const batchBytesMax = "64KiB";
let clean: readonly string[] = [];
let outputs: ReturnType<AdsProject["outputs"]> | null = null;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "logmill-test-"));
  const [path] = await generateAds(join(folder, "ads"), { events, seed: 8, isInHook: true });
  clean = readFileSync(path!, "utf8").split(/(?<=\n)/);
  rmSync(folder, { recursive: true });
}, 120_000);

/** The files of a run without poison. */
async function expectedOutputs(): Promise<ReturnType<AdsProject["outputs"]>> {
  const project = new AdsProject({ batchBytesMax });
  writeFileSync(join(project.logs, "a.log"), clean.join(""));
  await project.run();
  return project.outputs();
}

interface Poisoned {
  readonly project: AdsProject;
  readonly offsets: readonly number[];
}

/** Poison between the lines of the log, far apart. */
function poisoned(kinds: readonly string[], cluster: Record<string, unknown> = {}): Poisoned {
  const project = new AdsProject({ batchBytesMax, cluster });
  const lines = [...clean];
  for (const [index, kind] of kinds.entries()) {
    const at = Math.floor(((index + 1) * clean.length) / (kinds.length + 1)) + index;
    lines.splice(at, 0, `2011-06-30T00:00:03-07:00 host EVT_V1 LOGMILL-POISON-${kind}\n`);
  }
  const text = lines.join("");
  writeFileSync(join(project.logs, "a.log"), text);
  const offsets = [...text.matchAll(/.*LOGMILL-POISON/g)].map(({ index }) =>
    Buffer.byteLength(text.slice(0, index)),
  );
  return { project, offsets };
}

async function runWithPoison(
  { project, offsets }: Poisoned,
  env: Record<string, string> = {},
): Promise<{ readonly report: RunReport; readonly stderr: string }> {
  const { exitCode, stdout, stderr } = await runProgram(
    ["run", "-c", project.configPath, "--json", "--workers=2"],
    { script: failPointProgram, env: { LOGMILL_TEST: "1", ...env } },
  );
  expect(exitCode, stderr).toBe(1);
  const report = JSON.parse(stdout) as RunReport;
  expect(report.dead_lettered).toBe(offsets.length);
  expect(report.lines).toBe(clean.length + offsets.length);
  expect(stderr).toMatch(/lines? (was|were) dead-lettered.*logmill dead-letter list/);
  const letters = [];
  for await (const letter of readDeadLetters(deadLetterFolder(join(project.folder, "data")))) {
    letters.push(letter);
  }
  expect(letters.map(({ offset }) => offset).sort((a, b) => a - b)).toEqual(offsets);
  return { report, stderr };
}

/** The slowest of the ways to end; `supervision.test.ts` has a worker without memory on a small log. */
const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";

const bodies: readonly {
  readonly kinds: readonly string[];
  readonly what: string;
  readonly cluster?: Record<string, unknown>;
  readonly env?: Record<string, string>;
  readonly isSlow?: boolean;
}[] = [
  { kinds: ["kill", "throw"], what: "kill their worker, and make the kernel throw" },
  { kinds: ["abort"], what: "aborts its worker, as libzmq would" },
  { kinds: ["hang"], what: "hangs its worker for ever", cluster: { batch_timeout: "4s" } },
  {
    kinds: ["memory"],
    what: "lets its worker run out of memory",
    env: { NODE_OPTIONS: "--max-old-space-size=64" },
    isSlow: true,
  },
];

describe("a run over lines that end workers", () => {
  it.each(bodies.filter(({ isSlow }) => isFull || isSlow !== true))(
    "$kinds dead-letters them and counts all others",
    async (body) => {
      outputs ??= await expectedOutputs();
      const trial = poisoned(body.kinds, body.cluster);
      const { report, stderr } = await runWithPoison(trial, body.env);
      expect(trial.project.outputs()).toEqual(outputs);
      // Some lines of log for each death, and no flood; V8 writes forty of its own when it has no memory.
      const ours = stderr.split("\n").filter((line) => line.startsWith("{"));
      expect(ours.length).toBeLessThanOrEqual(12 * 2 * body.kinds.length + 20);
      // Once more, and nothing changes.
      const again = await trial.project.run();
      expect(again).toMatchObject({ lines: 0, dead_lettered: 0 });
      expect(trial.project.outputs()).toEqual(outputs);
      recordEvidence({
        part: "poison",
        fault: `a line that ${body.what}, real processes`,
        expected: "dead-lettered with its offset; the tables are those of the other lines",
        observed: `${report.dead_lettered} of ${report.lines} lines dead-lettered, all others counted`,
        runs: 1,
        lost: 0,
        twice: 0,
      });
    },
  );
});

it.runIf(isFull)(
  "a batch whose partial is too large to send is taken apart, and counts",
  async () => {
    const many = Object.fromEntries(
      Array.from({ length: 240 }, (_, index) => [
        `by_user_${index}`,
        {
          from: ["ads"],
          dimensions: ["user", "campaign", "placement", "ip"],
          metrics: { [`n${index}`]: { type: "count" } },
        },
      ]),
    );
    const project = new AdsProject({ batchBytesMax: "1MiB", summaries: many });
    writeFileSync(join(project.logs, "a.log"), clean.join(""));
    const { exitCode, stdout, stderr } = await runProgram([
      "run",
      "-c",
      project.configPath,
      "--json",
      "--workers=1",
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/too many to send/);
    const report = JSON.parse(stdout) as RunReport;
    expect(report).toMatchObject({ lines: clean.length, dead_lettered: 0 });
    expect(report.batches).toBeGreaterThan(1);
    recordEvidence({
      part: "poison",
      fault: "a batch whose partial does not fit in a message",
      expected: "taken apart; nothing is dead-lettered",
      observed: `${report.lines} lines counted in ${report.batches} batches`,
      runs: 1,
      lost: 0,
      twice: 0,
    });
  },
);
