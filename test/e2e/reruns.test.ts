// Content is counted once, wherever it lies and however often it is offered.

import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/shared/config/load.ts";
import { referenceSummarise } from "../reference/reference-summarise.ts";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import { expectOracle } from "../support/csv-oracle.ts";
import { runProgram } from "../support/program.ts";

const events = 8000;
const addedEvents = 2000;

let project: AdsProject;
let log: string;
let content: Buffer;
let added: Buffer;
let before: Map<string, string>;

/** A run over the same content again, in whatever shape. */
async function expectNothingNew(): Promise<void> {
  const report = await project.run("--workers", "2");
  expect(report.lines).toBe(0);
  expect(report.batches).toBe(0);
  expect(report.total.lines).toBe(events);
  expect(project.outputs()).toEqual(before);
}

function expectOracleOf(...contents: Buffer[]): void {
  const config = loadConfig(project.configPath, {});
  const reference = referenceSummarise(config.plan, "ads", Buffer.concat(contents));
  expectOracle(project.outputs(), config, reference);
}

async function newProject(): Promise<void> {
  project = new AdsProject({ batchBytesMax: "64KiB" });
  log = join(project.logs, "ads.log");
  writeFileSync(log, content);
  const report = await project.run("--workers", "2");
  expect(report.lines).toBe(events);
  before = project.outputs();
  expect(before.size).toBeGreaterThan(3);
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "logmill-test-"));
  const read = async (name: string, count: number, seed: number): Promise<Buffer> => {
    const options = { events: count, seed, isInHook: true };
    return readFileSync((await generateAds(join(folder, name), options))[0]!);
  };
  content = await read("ads", events, 3);
  added = await read("more", addedEvents, 4);
  rmSync(folder, { recursive: true });
});

beforeEach(newProject);

describe("a file that was read", () => {
  it("is not read again, and known under another name, rotated, gzipped, and beside its own copy", async () => {
    await expectNothingNew();
    await expectNothingNew();
    renameSync(log, join(project.logs, "renamed.log"));
    await expectNothingNew();
    renameSync(join(project.logs, "renamed.log"), `${log}.1`);
    writeFileSync(`${log}.1.gz`, gzipSync(content));
    await expectNothingNew();
    rmSync(`${log}.1`);
    await expectNothingNew();
  });

  it("is known as a copy with another inode and time, and is named, and changes nothing, when it is cut short", async () => {
    const copy = join(project.logs, "copy.log");
    copyFileSync(log, copy);
    rmSync(log);
    await expectNothingNew();
    truncateSync(copy, Math.floor(content.length / 2));
    // Between two marks nobody can tell whether it is what was counted.
    const { exitCode, stderr } = await runProgram(["run", "-c", project.configPath, "--json"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("copy.log is not counted: it begins like what was counted of");
    expect(project.outputs()).toEqual(before);
  });

  it("is read from where it had grown", async () => {
    appendFileSync(log, added);
    const report = await project.run("--workers", "2");
    expect(report.lines).toBe(addedEvents);
    expect(report.bytes).toBe(added.length);
    expectOracleOf(content, added);
  });

  it("is read from where it had grown, also gzipped with the growth", async () => {
    rmSync(log);
    writeFileSync(`${log}.1.gz`, gzipSync(Buffer.concat([content, added])));
    const report = await project.run("--workers", "2");
    expect(report.lines).toBe(addedEvents);
    expectOracleOf(content, added);
  });
});

it("two files that begin alike are both counted, also when found one after the other", async () => {
  const twin = Buffer.concat([content.subarray(0, 200_000 + lineEnd(content, 200_000)), added]);
  writeFileSync(join(project.logs, "twin.log"), twin);
  const report = await project.run("--workers", "2");
  expect(report.bytes).toBe(twin.length);
  expectOracleOf(content, twin);
});

describe("a summary that is added later", () => {
  const placements = {
    placements: {
      from: ["ads"],
      dimensions: ["placement"],
      metrics: { events: { type: "count" }, users: { type: "hll", field: "user", log2m: 10 } },
    },
  };

  it("is filled from the files that are still there; the others stay as they are", async () => {
    project.configure({ batchBytesMax: "64KiB", summaries: placements });
    const report = await project.run("--workers", "2");
    expect(report.lines).toBe(0);
    expect(report.batches).toBeGreaterThan(0);
    expect(report.total.lines).toBe(events);
    const files = project.outputs();
    for (const [path, text] of before) expect(files.get(path), path).toBe(text);
    expect(files.size).toBeGreaterThan(before.size);
    expectOracleOf(content);
  });
});

it("a summary that is defined otherwise is refused with 78 and the ways out, and nothing changes", async () => {
  const changed = {
    campaigns: { from: ["ads"], dimensions: ["campaign"], metrics: { n: { type: "count" } } },
  };
  project.configure({ summaries: changed });
  const { exitCode, stdout, stderr } = await runProgram(["run", "-c", project.configPath]);
  expect(exitCode).toBe(78);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^logmill: .*campaigns/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(project.outputs()).toEqual(before);
  project.configure({});
  await expectNothingNew();
});

/** Bytes to the end of the line that the position is in, its newline included. */
function lineEnd(bytes: Buffer, position: number): number {
  return bytes.indexOf(10, position) + 1 - position;
}
