// Ranges that workers read themselves are longer than anything that is sent. The same numbers come out,
// also when a worker cannot read them and the ventilator has to cut them into what it can send.

import { appendFileSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import type { RunReport } from "../support/ads-project.ts";
import { Program } from "../support/program.ts";

const MiB = 1024 * 1024;
const copies = 16;
const events = 120_000;
const folder = mkdtempSync(join(tmpdir(), "logmill-ranges-"));
const log = join(folder, "long.log");
let expectedFiles = new Map<string, string>();

beforeAll(async () => {
  const [path] = await generateAds(join(folder, "ads"), { events, seed: 11, isInHook: true });
  const content = readFileSync(path!);
  for (let copy = 0; copy < copies; copy += 1) appendFileSync(log, content);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("are fewer than there would be batches of what is sent", async () => {
  const shortly = new AdsProject({ include: [log], batchBytesMax: "1MiB" });
  await shortly.run("--workers", "2");
  expectedFiles = shortly.outputs();
  const project = new AdsProject({ include: [log], batchBytesMax: "32MiB" });
  const report = await project.run("--workers", "2");
  expect(report.lines).toBe(copies * events);
  expect(report.batches).toBeLessThan(statSync(log).size / (8 * MiB));
  expect(project.outputs()).toEqual(expectedFiles);
});

it("are sent in several batches when the file has gone and the worker that had it open is dead", async () => {
  const project = new AdsProject({ batchBytesMax: "32MiB" });
  const path = join(project.logs, "long.log");
  linkSync(log, path);
  const program = new Program(["run", "-c", project.configPath, "--workers", "1", "--json"], {
    env: { LOGMILL_LOG_LEVEL: "debug" },
  });
  await program.record(
    ({ msg, linesAcknowledged }) => msg === "progress" && linesAcknowledged !== 0,
  );
  rmSync(path);
  const started = program.records.find(({ msg }) => msg === "started worker 1");
  process.kill(Number(started!["childPid"]), "SIGKILL");
  const { exitCode, stdout, stderr } = await program.finished;
  expect(exitCode, stderr).toBe(0);
  await program.gone();
  const report = JSON.parse(stdout) as RunReport;
  expect(report.lines).toBe(copies * events);
  expect(report.redelivered).toBeGreaterThan(0);
  expect(project.outputs()).toEqual(expectedFiles);
});
