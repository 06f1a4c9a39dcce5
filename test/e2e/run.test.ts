// `logmill run` as a command: what it prints, how it ends, and that it leaves nothing behind.

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import { Program, runProgram } from "../support/program.ts";

/** A project whose run has a middle: many small batches, few at a time. */
async function slowProject(events = 120_000): Promise<AdsProject> {
  const project = new AdsProject({ batchBytesMax: "8KiB", flightBatchesMax: 4 });
  await generateAds(join(project.logs, "ads"), { events, seed: 5 });
  return project;
}

async function startedRun(
  project: AdsProject,
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const program = new Program(["run", "-c", project.configPath, "--json", "--workers", "2"], {
    env: { LOGMILL_LOG_LEVEL: "debug", ...env },
  });
  await program.record(
    ({ msg, linesAcknowledged }) => msg === "progress" && Number(linesAcknowledged) > 1000,
  );
  return program;
}

describe("what it prints", () => {
  it("--json: one object with the promised fields, nothing else on stdout or stderr", async () => {
    const project = new AdsProject();
    await generateAds(join(project.logs, "ads"), { events: 5000, seed: 5 });
    const { stdout, stderr, exitCode } = await runProgram([
      "run",
      "-c",
      project.configPath,
      "--json",
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toHaveLength(2);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(report)).toEqual([
      "lines",
      "bytes",
      "parsed",
      "accepted",
      "rejected",
      "dead_lettered",
      "batches",
      "redelivered",
      "duplicates",
      "seconds",
      "events_per_second",
      "unfinished",
      "lost",
      "sources",
      "summaries",
      "samples",
      "total",
    ]);
    const rejected = Object.values(report["rejected"] as Record<string, number>);
    const sum = [report["parsed"], report["dead_lettered"], ...rejected];
    expect(sum.reduce<number>((total, count) => total + Number(count), 0)).toBe(5000);
    expect(report["lines"]).toBe(5000);
  });

  it("a balance sheet, the top rows with bounds and the files; no escapes on a pipe", async () => {
    const project = new AdsProject();
    await generateAds(join(project.logs, "ads"), { events: 5000, seed: 5 });
    const first = await runProgram(["run", "-c", project.configPath], { cwd: project.folder });
    expect(first.exitCode).toBe(0);
    expect(first.stderr).toBe("");
    // eslint-disable-next-line no-control-regex -- looking for terminal escapes
    expect(first.stdout).not.toMatch(/\u001b/);
    expect(first.stdout).toMatch(/^5,000 lines \(.*\) of 1 file in /);
    expect(first.stdout).toMatch(/^ {2}parsed +([\d,]+) +\1$/m);
    expect(first.stdout).toMatch(/^campaigns: top 5 by impressions$/m);
    expect(first.stdout).toMatch(/±\d/);
    expect(first.stdout).toMatch(/^out\/campaigns\/2011-06-30\.csv$/m);
    const second = await runProgram(["run", "-c", project.configPath], { cwd: project.folder });
    expect(second.stdout).toMatch(/^Nothing new in 1 file/);
    const tables = (text: string): string => text.slice(text.indexOf("campaigns: top"));
    expect(tables(second.stdout)).toBe(tables(first.stdout));
  });

  it("--quiet: nothing", async () => {
    const project = new AdsProject();
    await generateAds(join(project.logs, "ads"), { events: 100, seed: 5 });
    const result = await runProgram(["run", "-c", project.configPath, "--quiet"]);
    expect(result).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect(project.outputs().size).toBeGreaterThan(0);
  });
});

describe("how it ends", () => {
  it("with 1 and the name of a file that is damaged, all others read", async () => {
    const project = new AdsProject();
    await generateAds(join(project.logs, "ads"), { events: 1000, seed: 5 });
    writeFileSync(
      join(project.logs, "damaged.log.gz"),
      Buffer.from("1f8b08000000000000ffdeadbeef", "hex"),
    );
    const { exitCode, stdout, stderr } = await runProgram([
      "run",
      "-c",
      project.configPath,
      "--json",
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("damaged.log.gz");
    expect((JSON.parse(stdout) as { lines: number }).lines).toBe(1000);
  });

  it("with 75 while another run has the store, which goes on unharmed", async () => {
    const project = await slowProject();
    const first = await startedRun(project);
    const second = await runProgram(["run", "-c", project.configPath]);
    expect(second.exitCode).toBe(75);
    expect(second.stderr).toMatch(/^logmill: .*\n$/);
    const { exitCode, stdout } = await first.finished;
    expect(exitCode).toBe(0);
    expect((JSON.parse(stdout) as { lines: number }).lines).toBe(120_000);
    await first.gone();
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 0],
  ] as const)(
    "on %s: drains, exits with %i, and the next run reads the rest",
    async (signal, code) => {
      const project = await slowProject();
      const program = await startedRun(project);
      program.kill(signal);
      const { exitCode, stderr, stdout } = await program.finished;
      expect(exitCode).toBe(code);
      expect(stderr).toContain(`stopped by ${signal}`);
      expect(stderr).not.toContain("did not drain");
      expect(stdout).toBe("");
      await program.gone();
      const report = await project.run("--workers", "2");
      expect(report.lines).toBeGreaterThan(0);
      expect(report.lines).toBeLessThan(120_000);
      expect(report.total.lines).toBe(120_000);
    },
  );

  it("at once on the second signal, and the store is sound", async () => {
    const project = await slowProject();
    const program = await startedRun(project);
    program.kill("SIGINT");
    program.kill("SIGINT");
    expect((await program.finished).exitCode).toBe(130);
    await program.gone();
    const check = await runProgram(["store", "check", "-c", project.configPath]);
    expect(check.exitCode, check.stderr).toBe(0);
    expect((await project.run()).total.lines).toBe(120_000);
  });
});

describe("what it leaves behind", () => {
  it("no process and no socket when it is killed with SIGKILL", async () => {
    const project = await slowProject();
    const temporary = ownTemporaryFolder(project);
    const program = await startedRun(project, { TMPDIR: temporary });
    expect(program.processes()).toHaveLength(5);
    expect(readdirSync(temporary)).toHaveLength(1);
    program.kill("SIGKILL");
    expect((await program.finished).signal).toBe("SIGKILL");
    await program.gone();
    expect(readdirSync(temporary)).toEqual([]);
    expect((await project.run()).total.lines).toBe(120_000);
  });

  it("no temporary folder after an ordinary end", async () => {
    const project = new AdsProject();
    await generateAds(join(project.logs, "ads"), { events: 100, seed: 5 });
    const temporary = ownTemporaryFolder(project);
    const { exitCode } = await runProgram(["run", "-c", project.configPath, "--quiet"], {
      env: { TMPDIR: temporary },
    });
    expect(exitCode).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

function ownTemporaryFolder(project: AdsProject): string {
  const folder = join(project.folder, "tmp");
  mkdirSync(folder);
  return folder;
}
