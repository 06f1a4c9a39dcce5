// The promise of the whole program: the same bytes out, whatever the workers, the batches, the order
// of files and the crashes; and those bytes are what a plain count of the same lines gives.

import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/shared/config/load.ts";
import { summaryKey } from "../../src/shared/model/definition-key.ts";
import { referenceSummarise } from "../reference/reference-summarise.ts";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import type { AdsProjectOptions, RunReport } from "../support/ads-project.ts";
import { expectOracle } from "../support/csv-oracle.ts";
import { Program } from "../support/program.ts";

const events = 120_000;
const folder = mkdtempSync(join(tmpdir(), "logmill-exactness-"));
let logs: string[] = [];
/** The files of the plainest run: one worker, one batch after the other. */
let expectedFiles = new Map<string, string>();

function newProject(options: AdsProjectOptions = {}): AdsProject {
  return new AdsProject({ include: [join(folder, "*.log")], ...options });
}

beforeAll(async () => {
  logs = await generateAds(join(folder, "ads"), { events, seed: 7, files: 3, isInHook: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("one worker, one batch at a time: every file equals the oracle's count", async () => {
  const project = newProject({ flightBatchesMax: 1 });
  const report = await project.run("--workers", "1");
  const config = loadConfig(project.configPath, {});
  const content = Buffer.concat(logs.map((path) => readFileSync(path)));
  const reference = referenceSummarise(config.plan, "ads", content);
  expectedFiles = project.outputs();
  expectOracle(expectedFiles, config, reference);
  expect(report.lines).toBe(events);
  expect(report.rejected).toEqual(reference.source.rejected);
  expect(report.parsed).toBe(reference.source.parsed);
  let reasons = Object.keys(report.rejected).length;
  for (const definition of config.plan.summaries) {
    const { bytes, ...sheet } = reference.sheets.get(summaryKey(definition))!;
    expect(report.summaries[definition.name]).toEqual({ ads: sheet });
    expect(bytes).toBe(content.length);
    reasons += Object.keys(sheet.rejected).length;
  }
  expect(reasons).toBeGreaterThan(3);
  expect(report.bytes).toBe(content.length);
});

describe("the same bytes", () => {
  it.each([
    { workers: 1, batchBytesMax: "64KiB" },
    { workers: 2, batchBytesMax: "64KiB" },
    { workers: 4, batchBytesMax: "64KiB" },
    { workers: 2, batchBytesMax: "1MiB" },
    { workers: 4, batchBytesMax: "1MiB" },
    { workers: 2, batchBytesMax: "4KiB" },
  ])("from $workers workers with batches of $batchBytesMax", async (options) => {
    const project = newProject(options);
    const report = await project.run("--workers", `${options.workers}`);
    expect(project.outputs()).toEqual(expectedFiles);
    expect(report.lines).toBe(events);
    expect(report.duplicates).toBe(0);
  });

  it.each([
    ["c", "a", "b"],
    ["b", "c", "a"],
  ])("whatever the order of the files: %s, %s, %s", async (...names) => {
    const project = newProject({ include: ["logs/*"], batchBytesMax: "64KiB" });
    logs.forEach((path, index) => copyFileSync(path, join(project.logs, `${names[index]!}.log`)));
    await project.run("--workers", "2");
    expect(project.outputs()).toEqual(expectedFiles);
  });
});

describe("kill -9 in mid-run", () => {
  // Small batches and a short flight, so that there is a middle to kill in.
  const slow = { batchBytesMax: "8KiB", flightBatchesMax: 4 };

  async function runAndKill(victim: string, times: number): Promise<RunReport> {
    const project = newProject(slow);
    const program = new Program(["run", "-c", project.configPath, "--workers", "2", "--json"], {
      env: { LOGMILL_LOG_LEVEL: "debug" },
    });
    let killed = 0;
    let lines = 0;
    while (killed < times) {
      // Some batches further than at the last kill, and of the process that lives now.
      const progress = await program.record(
        ({ msg, linesAcknowledged }) =>
          msg === "progress" && Number(linesAcknowledged) > lines + 2000,
      );
      lines = Number(progress["linesAcknowledged"]);
      expect(lines).toBeLessThan(events);
      const starts = program.records.filter(({ msg }) => msg === `started ${victim}`);
      process.kill(Number(starts.at(-1)!["childPid"]), "SIGKILL");
      killed += 1;
      const starting = killed;
      await program.record(
        () => program.records.filter(({ msg }) => msg === `started ${victim}`).length > starting,
      );
    }
    const { exitCode, stdout, stderr } = await program.finished;
    expect(exitCode, stderr).toBe(0);
    expect(stderr.match(/died \(SIGKILL\)/g)).toHaveLength(times);
    await program.gone();
    expect(project.outputs()).toEqual(expectedFiles);
    return JSON.parse(stdout) as RunReport;
  }

  it.each(["worker 1", "sink", "ventilator"])("of the %s: the same bytes", async (victim) => {
    const report = await runAndKill(victim, 2);
    expect(report.lines).toBe(events);
    expect(report.total.lines).toBe(events);
  });
});
