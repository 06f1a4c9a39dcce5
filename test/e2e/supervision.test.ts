// Processes that die for good: what aborts or runs out of memory is started again and everything counts;
// what dies at every start is given up after some waiting, with a code, a sentence and a short log.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AdsProject, generateAds, type RunReport } from "../support/ads-project.ts";
import { recordEvidence } from "../support/evidence.ts";
import { failPointProgram } from "../support/fail-point-runs.ts";
import { Program, runProgram } from "../support/program.ts";

/** Fast deaths in a row after which a run is given up. */
const deathsMax = 10;
/** For each start: that it began, joined, was seen to join, was lost or complained, and is started again. */
const logLinesPerStart = 5;
const logLinesBesides = 10;
const script = failPointProgram;

/** Ends each process with this argument as libzmq does, before it has done anything. */
function abortsWith(argument: string): Record<string, string> {
  const body = `if(process.argv.includes('${argument}'))process.abort()`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${body}` };
}

function failPoint(entry: string): Record<string, string> {
  return { LOGMILL_TEST: "1", LOGMILL_FAILPOINT: entry };
}

const startsOf = ({ records }: Program): readonly string[] =>
  records.map(({ msg }) => msg).filter((msg) => msg.startsWith("started "));

function expectNoFlood(program: Program): number {
  const lines = program.stderr.split("\n").filter((line) => line.startsWith("{")).length;
  const most = logLinesPerStart * startsOf(program).length + logLinesBesides;
  expect(lines, program.stderr).toBeLessThanOrEqual(most);
  return lines;
}

const hopeless = [
  {
    what: "a sink that aborts at its start",
    who: "sink",
    env: failPoint("sink.open.loaded:1:abort"),
  },
  {
    what: "a sink whose disk fails at its start",
    who: "sink",
    env: failPoint("sink.open.loaded:1:eio"),
  },
  { what: "workers that can not start", who: "worker", env: abortsWith("worker") },
] as const;

const projects: AdsProject[] = [];
const runs: Program[] = [];

// Nine waits of up to five seconds: all of them at the same time, and beside the other tests.
beforeAll(async () => {
  for (const { env } of hopeless) {
    const project = new AdsProject({ isInHook: true });
    projects.push(project);
    await generateAds(join(project.logs, "ads"), { events: 100, seed: 1, isInHook: true });
    const args = ["run", "-c", project.configPath, "--json", "--workers=1"];
    runs.push(
      new Program(args, { script, env: { LOGMILL_LOG_LEVEL: "info", ...env }, isInHook: true }),
    );
  }
}, 120_000);

afterAll(async () => {
  for (const run of runs) await run.killAll();
  for (const project of projects) project.remove();
});

describe("what dies at its work", () => {
  it.each(["worker.partial.sent:2", "sink.wal.written:2", "ventilator.batch.sent:3"])(
    "is started again after an abort at %s, and all counts",
    async (point) => {
      const project = new AdsProject({ batchBytesMax: "16KiB" });
      await generateAds(join(project.logs, "ads"), { events: 2000, seed: 2 });
      const used = join(project.folder, "used");
      const env = { ...failPoint(`${point}:abort`), LOGMILL_FAILPOINT_FILE: used };
      const run = new Program(["run", "-c", project.configPath, "--json", "--workers=1"], {
        ...{ script, env: { LOGMILL_LOG_LEVEL: "info", ...env } },
      });
      const { exitCode, stderr, stdout } = await run.finished;
      await run.gone();
      expect(exitCode, stderr).toBe(0);
      expect(stderr).toContain("died (SIGABRT); starting it again in");
      expect(startsOf(run)).toHaveLength(4);
      const { total } = JSON.parse(stdout) as RunReport;
      expect(total.lines).toBe(2000);
      const lines = expectNoFlood(run);
      recordEvidence({
        ...{ part: "supervision", fault: `an abort inside a role, at ${point.split(":")[0]!}` },
        expected: "started again once, exact",
        observed: `one more start, ${lines} lines of log, ${total.lines} of 2000 lines`,
        ...{ runs: 1, lost: 0, twice: 0 },
      });
    },
  );

  it("is started again without memory, and its line is dead-lettered", async () => {
    const project = new AdsProject();
    const line = (user: string): string =>
      `2011-06-30T00:00:03-07:00 host EVT_V1 impression,${user},c1,p1,1x1,1.2.3.4,0.5\n`;
    const lines = ["a", "LOGMILL-POISON-memory", "b"].map(line);
    writeFileSync(join(project.logs, "a.log"), lines.join(""));
    const run = new Program(["run", "-c", project.configPath, "--json", "--workers=1"], {
      script,
      env: {
        ...{ LOGMILL_LOG_LEVEL: "info", LOGMILL_TEST: "1" },
        NODE_OPTIONS: "--max-old-space-size=40",
      },
    });
    const { exitCode, stderr, stdout } = await run.finished;
    await run.gone();
    expect(exitCode, stderr).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ lines: 3, accepted: 2, dead_lettered: 1 });
    expect(stderr).toMatch(/1 line was dead-lettered/u);
    const logged = expectNoFlood(run);
    const starts = startsOf(run).filter((message) => message.startsWith("started worker"));
    recordEvidence({
      ...{ part: "supervision", fault: "a worker runs out of memory on a line, every time" },
      expected: "started again; the line is dead-lettered, all others count; no flood",
      observed: `${starts.length} starts, ${logged} lines of log, 2 of 3 lines counted, 1 dead-lettered`,
      ...{ runs: 1, lost: 0, twice: 0 },
    });
  });
});

describe("what dies at every start", () => {
  it("in a group of workers waits longer each time, and ends when it is told to", async () => {
    const group = new Program(["worker", "ipc:///tmp/nobody-is-there", "--concurrency=2"], {
      env: { LOGMILL_LOG_LEVEL: "info", ...abortsWith("--child") },
    });
    await group.record(({ child, delayMs }) => child === "worker 1" && delayMs === 1600);
    group.kill("SIGTERM");
    const { exitCode, stderr } = await group.finished;
    expect(exitCode, stderr).toBe(0);
    await group.gone();
    const waits = group.records
      .filter(({ child }) => child === "worker 1")
      .flatMap(({ delayMs }) => delayMs ?? []);
    expect(waits).toEqual([100, 200, 400, 800, 1600]);
    // The other one has had as much time, within a death.
    expect(startsOf(group).length).toBeLessThanOrEqual(2 * waits.length + 1);
    const lines = expectNoFlood(group);
    recordEvidence({
      ...{ part: "supervision", fault: "children of a group of workers abort at every start" },
      expected: "started again after 100 ms to 5 s, no flood; SIGTERM ends the group with 0",
      observed: `${startsOf(group).length} starts, ${lines} lines of log, exit 0`,
      runs: 1,
    });
  });

  it("alone ends with a code and a sentence", async () => {
    const project = new AdsProject();
    const env = failPoint("sink.open.loaded:1:eio");
    const sink = await runProgram(["sink", "-c", project.configPath], { script, env });
    expect(sink.exitCode, sink.stderr).toBe(1);
    expect(sink.stderr).toMatch(/^logmill: .*EIO/mu);
    expect(sink.stderr.split("\n").length).toBeLessThanOrEqual(4);
  });

  it.each(hopeless.map((one, index) => ({ ...one, index })))(
    "as $what ends the run after ten starts",
    async ({ what, who, index }) => {
      const run = runs[index]!;
      const { exitCode, stderr, stdout } = await run.finished;
      await run.gone();
      expect(exitCode, stderr).toBe(1);
      expect(stdout).toBe("");
      const name = who === "worker" ? "worker 1" : who;
      expect(stderr).toContain(`logmill: ${name} died ${deathsMax} times in a row`);
      const starts = startsOf(run).filter((message) => message.startsWith(`started ${who}`));
      expect(starts).toHaveLength(deathsMax);
      const lines = expectNoFlood(run);
      recordEvidence({
        ...{ part: "supervision", fault: `${what}, every time` },
        expected:
          "started again ten times with growing waits, then exit 1 with the cause; no flood",
        observed: `${starts.length} starts, ${lines} lines of log, exit 1`,
        runs: 1,
      });
    },
    60_000,
  );
});
