import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "logmill-generate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function generate(...args: string[]): { status: number | null; stdout: Buffer; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "generate", ...args], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr: stderr.toString() };
}

describe("generate", () => {
  it("writes the same bytes to standard output, a file or several files", () => {
    const { status, stdout } = generate("ads", "--events", "30000", "--seed", "3");
    expect(status).toBe(0);
    expect(stdout.toString().split("\n")).toHaveLength(30_001);

    generate("ads", "--events", "30000", "--seed", "3", "--out", "one.log");
    expect(readFileSync(join(folder, "one.log")).equals(stdout)).toBe(true);

    generate("ads", "--events", "30000", "--seed", "3", "--out", "logs/ads.log", "--files", "3");
    const files = readdirSync(join(folder, "logs"));
    expect(files).toEqual(["ads-1.log", "ads-2.log", "ads-3.log"]);
    const parts = files.map((file) => readFileSync(join(folder, "logs", file)));
    expect(Buffer.concat(parts).equals(stdout)).toBe(true);
    for (const part of parts) expect(part.toString().split("\n")).toHaveLength(10_001);
  });

  it("starts on the day that it is told, and knows access logs", () => {
    const { stdout } = generate(
      "access",
      "--events",
      "50",
      "--start",
      "2020-02-28",
      "--days",
      "2",
      "--late",
      "0",
      "--malformed",
      "0",
    );
    const lines = stdout.toString().trimEnd().split("\n");
    expect(lines[0]).toContain("[28/Feb/2020:00:00:00 +0000]");
    expect(lines.at(-1)).toContain("[29/Feb/2020:23:");
  });

  it("ends quietly when its reader has enough", async () => {
    const child = spawn(process.execPath, [main, "generate", "ads", "--events", "1000000000"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [code] = (await once(child, "close")) as [number | null];
    expect(code).toBe(0);
    expect(stderr).toBe("");
  });

  it.each([
    [["ads", "--events", "-1"], "--events must be a whole number from 0"],
    [["ads", "--events", "1.5"], "--events must be a whole number"],
    [["ads", "--late", "2"], "--late must be a number from 0 to 1"],
    [["ads", "--start", "2011-6-30"], '--start: "2011-6-30" is no day; write 2011-06-30'],
    [["ads", "--files", "2"], "--files needs --out"],
    [["adds"], "adds"],
    [[], ""],
  ])("refuses %j", (args, message) => {
    const { status, stdout, stderr } = generate(...args);
    expect(status).toBe(2);
    expect(stdout).toHaveLength(0);
    expect(stderr).toContain(message);
  });

  it("says what it can not write", () => {
    const { status, stderr } = generate("ads", "--events", "5", "--out", "/dev/full");
    expect(status).toBe(1);
    expect(stderr).toContain("cannot write /dev/full: ENOSPC");
  });
});
