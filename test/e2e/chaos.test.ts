// A short piece of `npm run chaos`, both ways of running the roles. The seed decides the faults; the
// moment in which they hit is the machine's, so every run is another one.

import { expect, it } from "vitest";
import { recordEvidence } from "../support/evidence.ts";
import { runProgram } from "../support/program.ts";
import { testProgram } from "../support/programs.ts";

const script = testProgram("chaos/run.ts");
const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";

interface ChaosReport {
  readonly exact: boolean;
  readonly faults: readonly string[];
  readonly kills: number;
  readonly stops: number;
  readonly lines: number;
  /** How often the durable balance was looked at while roles died. */
  readonly looks: number;
  readonly convergedMs: number;
  readonly recovery: readonly { readonly fault: string; readonly count: number }[];
}

async function chaos(mode: string, seconds: number, seed: number): Promise<ChaosReport> {
  const { exitCode, stdout, stderr } = await runProgram(
    [`--mode=${mode}`, `--seconds=${seconds}`, `--seed=${seed}`, "--json"],
    { script },
  );
  expect(stderr).toBe("");
  const report = JSON.parse(stdout) as ChaosReport;
  expect(report, stdout).toMatchObject({ exact: true, faults: [] });
  expect(exitCode).toBe(0);
  return report;
}

it("roles apart, killed, stopped and scaled at random while the files grow: exact", async () => {
  const report = await chaos("apart", isFull ? 120 : 8, isFull ? Date.now() % 1e6 : 10);
  expect(report.kills).toBeGreaterThan(1);
  expect(report.lines).toBeGreaterThan(1000);
  expect(report.looks).toBeGreaterThan(1);
  recordEvidence({
    part: "chaos",
    fault: "the durable balance looked into while roles are killed and stopped",
    expected: "never more lines than were written, never fewer than before",
    observed: "neither, in any look",
    runs: report.looks,
  });
});

it("`logmill run` and its children killed and stopped at random: exact", async () => {
  const report = await chaos("run", isFull ? 60 : 4, isFull ? Date.now() % 1e6 : 12);
  expect(report.kills + report.stops).toBeGreaterThan(0);
  expect(report.lines).toBeGreaterThan(1000);
});
