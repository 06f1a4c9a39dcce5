// Content is counted once, wherever it lies and however often it is offered.

import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/shared/config/load.ts";
import { referenceSummarise } from "../reference/reference-summarise.ts";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import { expectOracle } from "../support/csv-oracle.ts";
import { runProgram } from "../support/program.ts";

const events = 20_000;

let project: AdsProject;
let log: string;
let content: Buffer;
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

beforeEach(async () => {
  project = new AdsProject({ batchBytesMax: "64KiB" });
  log = (await generateAds(join(project.logs, "ads"), { events, seed: 3 }))[0]!;
  content = readFileSync(log);
  const report = await project.run("--workers", "2");
  expect(report.lines).toBe(events);
  before = project.outputs();
  expect(before.size).toBeGreaterThan(3);
});

describe("a file that was read", () => {
  it("is not read again", async () => {
    await expectNothingNew();
    await expectNothingNew();
  });

  it("is known under another name", async () => {
    renameSync(log, join(project.logs, "renamed.log"));
    await expectNothingNew();
  });

  it("is known when it was rotated and gzipped, and beside its own copy", async () => {
    renameSync(log, `${log}.1`);
    await expectNothingNew();
    writeFileSync(`${log}.1.gz`, gzipSync(content));
    await expectNothingNew();
    rmSync(`${log}.1`);
    await expectNothingNew();
  });

  it("is known as a copy with another inode and time", async () => {
    copyFileSync(log, join(project.logs, "copy.log"));
    rmSync(log);
    await expectNothingNew();
  });

  it("changes nothing when it is gone or was cut short", async () => {
    truncateSync(log, Math.floor(content.length / 2));
    await expectNothingNew();
  });

  it("is read from where it had grown", async () => {
    const [more] = await generateAds(join(project.folder, "more"), { events: 5000, seed: 4 });
    const added = readFileSync(more!);
    appendFileSync(log, added);
    const report = await project.run("--workers", "2");
    expect(report.lines).toBe(5000);
    expect(report.bytes).toBe(added.length);
    expectOracleOf(content, added);
  });

  it("is read from where it had grown, also gzipped with the growth", async () => {
    const [more] = await generateAds(join(project.folder, "more"), { events: 5000, seed: 4 });
    const added = readFileSync(more!);
    rmSync(log);
    writeFileSync(`${log}.1.gz`, gzipSync(Buffer.concat([content, added])));
    const report = await project.run("--workers", "2");
    expect(report.lines).toBe(5000);
    expectOracleOf(content, added);
  });
});

it("two files that begin alike are both counted, also when found one after the other", async () => {
  const [more] = await generateAds(join(project.folder, "more"), { events: 5000, seed: 4 });
  const twin = Buffer.concat([
    content.subarray(0, 200_000 + lineEnd(content, 200_000)),
    readFileSync(more!),
  ]);
  writeFileSync(join(project.logs, "twin.log"), twin);
  const report = await project.run("--workers", "2");
  expect(report.bytes).toBe(twin.length);
  expectOracleOf(content, twin);
});

describe("a summary that is added later", () => {
  const added = {
    placements: {
      from: ["ads"],
      dimensions: ["placement"],
      metrics: { events: { type: "count" }, users: { type: "hll", field: "user", log2m: 10 } },
    },
  };

  it("is filled from the files that are still there; the others stay as they are", async () => {
    project.configure({ batchBytesMax: "64KiB", summaries: added });
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
