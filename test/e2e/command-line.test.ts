import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { runProgram } from "../support/program.ts";
import { programPath } from "../support/programs.ts";
import { tempFolder } from "../support/temp-folder.ts";

const commands = [
  ["run"],
  ["summarize"],
  ["query"],
  ["store"],
  ["store", "inspect"],
  ["store", "check"],
  ["validate"],
  ["generate"],
  ["ventilator"],
  ["worker"],
  ["sink"],
];

describe("the command line", () => {
  it("prints its version", async () => {
    const { stdout, exitCode } = await runProgram(["--version"]);
    const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    expect(stdout).toBe(`${(JSON.parse(manifest) as { version: string }).version}\n`);
    expect(exitCode).toBe(0);
  });

  it("lists every command in its help", async () => {
    const { stdout, exitCode } = await runProgram(["--help"]);
    for (const [name] of commands)
      expect(stdout).toMatch(new RegExp(`^ {2}logmill ${name}\\b`, "m"));
    expect(exitCode).toBe(0);
  });

  it.each([[[]], ...commands.map((command) => [command])])(
    "has help of at most 80 columns, on stdout: %j",
    async (command) => {
      const { stdout, stderr, exitCode } = await runProgram([...command, "--help"]);
      expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
      expect(stdout).toContain("Options:");
      expect(stderr).toBe("");
      expect(exitCode).toBe(0);
    },
  );

  it.each([
    [[], /name a command/],
    [["rnu"], /unknown command "rnu"; did you mean run\?/],
    [["run", "--wokers", "3"], /unknown option --wokers; did you mean --workers\?/],
    [["run", "--workers", "0"], /--workers: expected a whole number from 1 to 1024/],
    [["run", "-c"], /-c needs a value/],
    [["tap"], /an argument is missing: logmill tap/],
    [["worker", "--http", "8555"], /"8555" is no HOST:PORT/],
    [["summarize"], /an argument is missing: logmill summarize <file\.\.>/],
  ])("answers wrong use with one message, where help is, and 2: %j", async (args, message) => {
    const { stdout, stderr, exitCode } = await runProgram(args, { cwd: tempFolder() });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });

  it.each(["run", "validate", "ventilator", "sink"])(
    "lists all faults of a configuration and exits with 78: %s",
    async (command) => {
      const path = join(tempFolder(), "logmill.yaml");
      writeFileSync(path, "sorces: {}\nsummaries: {}\ntimezone: Nowhere/At_all\n");
      const { stdout, stderr, exitCode } = await runProgram([command, "-c", path]);
      expect(stderr).toContain(`${path}:1:1:`);
      expect(stderr).toContain(`${path}:3:11:`);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(stdout).toBe("");
      expect(exitCode).toBe(78);
    },
  );

  it("waits for a reader that is slow, and prints all that it has to say", async () => {
    const cwd = tempFolder();
    const files = Array.from({ length: 500 }, (_, file) => `${file}.log`);
    for (const file of files) {
      const line = `127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /${file} HTTP/1.0" 200 5\n`;
      writeFileSync(join(cwd, file), line);
    }
    await runProgram(["summarize", ...files, "--format=common", "--keep=kept", "-q"], { cwd });
    const args = [programPath, "store", "inspect", "--store=kept/store", "--json"];
    const { stdout } = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    await once(stdout, "readable");
    // Meanwhile a process that does not wait has ended, and what its pipe has not taken is lost.
    await runProgram(["--version"]);
    expect((JSON.parse(await text(stdout)) as { sources: unknown[] }).sources).toHaveLength(500);
  });

  it("names the files that are not there before it starts, and exits with 1", async () => {
    const { stderr, exitCode } = await runProgram(["summarize", "nowhere.log", "neither.log"], {
      cwd: tempFolder(),
    });
    expect(stderr).toBe("logmill: there is no file nowhere.log\n  there is no file neither.log\n");
    expect(exitCode).toBe(1);
  });
});
