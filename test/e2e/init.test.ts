// `logmill init`: a configuration from the lines of a log, which runs as it is.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp-folder.ts";

const jsonLines = ["info", "error", "info", "warn"].map((level, index) =>
  JSON.stringify({ time: `2026-03-0${index + 1}T00:00:00Z`, level, n: { "a.b": index }, $x: "$$" }),
);
const accessLines = [
  '192.0.2.1 - - [10/Oct/2026:13:55:36 +0000] "GET /a HTTP/1.1" 200 1000 "https://x.example/" "UA"',
  '192.0.2.2 - - [11/Oct/2026:14:55:36 +0000] "GET /b HTTP/1.1" 404 5 "-" "UA"',
];

/** A folder with a log of these lines, under a name that is also a pattern and a variable. */
function logOf(lines: readonly string[]): { readonly folder: string; readonly file: string } {
  const folder = tempFolder();
  const file = join(folder, "app [1] $${x}.log");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return { folder, file };
}

describe("logmill init", () => {
  it.each([
    ["JSON", jsonLines, "traffic/2026-03-01.csv", "events\n1\n"],
    [
      "combined",
      accessLines,
      "traffic/2026-10-10.csv",
      "status,requests,visitors,bytes\n200,1,1,1000\n",
    ],
  ])("writes a configuration for a log of %s that runs and counts every line", async (...row) => {
    const [format, lines, path, csv] = row;
    const { folder, file } = logOf(lines);
    const out = join(folder, "logmill.yaml");
    const made = await runProgram(["init", file, "--out", out]);
    expect(made.stderr).toBe("");
    expect(made.exitCode).toBe(0);
    expect(made.stdout).toContain(`read as ${format}\n`);
    expect(made.stdout).toContain(`wrote ${out}; run it with: logmill run -c ${out}\n`);
    const ran = await runProgram(["run", "-c", out, "--json"], { cwd: folder });
    expect(ran.stderr).toBe("");
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ lines: lines.length, parsed: lines.length });
    expect(readFileSync(join(folder, "out", path), "utf8")).toBe(csv);
  });

  it("shows the first events, a field a row", async () => {
    const { folder, file } = logOf(jsonLines);
    const { stdout } = await runProgram(["init", file, "--out", join(folder, "a.yaml")]);
    expect(stdout).toMatch(/^timestamp +2026-03-01T00:00:00Z +2026-03-02T00:00:00Z/m);
    expect(stdout).toMatch(/^level +info +error +info +warn$/m);
    expect(stdout).toMatch(/^a_b +0 +1 +2 +3$/m);
  });

  it("prints the configuration and nothing else with --out -", async () => {
    const { folder, file } = logOf(accessLines);
    const { stdout } = await runProgram(["init", file, "--out", "-"], { cwd: folder });
    expect(stdout).toMatch(/^# Made by `logmill init`/);
    expect(stdout).toContain("    format: { type: combined }\n");
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("writes over no file unless it is told to", async () => {
    const { folder, file } = logOf(accessLines);
    const out = join(folder, "logmill.yaml");
    writeFileSync(out, "mine");
    const refused = await runProgram(["init", file, "--out", out]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(`${out} is there already`);
    expect(readFileSync(out, "utf8")).toBe("mine");
    const { exitCode } = await runProgram(["init", file, "--out", out, "--force"]);
    expect(exitCode).toBe(0);
    expect(readFileSync(out, "utf8")).toContain("type: combined");
  });

  it.each([
    ["of no known format", "nothing\nof the kind\n", "of no format that is known"],
    ["without a line", "\n", "there is no line in"],
  ])("refuses a file %s, and writes nothing", async (_, content, problem) => {
    const { folder, file } = logOf([]);
    writeFileSync(file, content);
    const out = join(folder, "logmill.yaml");
    const { exitCode, stderr } = await runProgram(["init", file, "--out", out]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(problem);
    expect(existsSync(out)).toBe(false);
  });
});
