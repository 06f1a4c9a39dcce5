// `logmill summarize`: access logs to a report, without a configuration.

import { readdirSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Program, runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp-folder.ts";

const lines = [
  '192.0.2.1 - - [10/Oct/2026:13:55:36 +0000] "GET /a HTTP/1.1" 200 1000 "https://x.example/" "UA"',
  '192.0.2.2 - - [10/Oct/2026:14:55:36 +0000] "GET /a HTTP/1.1" 200 500 "-" "UA"',
  '192.0.2.1 - - [11/Oct/2026:00:30:00 +0000] "GET /b HTTP/1.1" 404 - "https://x.example/" "UA"',
  "not an access log line",
];

function access(): string {
  const folder = tempFolder();
  const path = join(folder, "access [1].log");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

describe("logmill summarize", () => {
  it("counts requests, visitors and bytes by day, status, path and referrer", async () => {
    const { exitCode, stdout, stderr } = await runProgram(["summarize", access(), "--json"]);
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    const visitors = (count: number) => ({ estimate: count, lo: count, hi: count });
    expect(JSON.parse(stdout)).toMatchObject({
      lines: 4,
      accepted: 3,
      rejected: { bad_envelope: 1 },
      days: [
        { day: "2026-10-10", requests: 2, visitors: visitors(2), bytes: 1500 },
        { day: "2026-10-11", requests: 1, visitors: visitors(1), bytes: 0 },
      ],
      status: [
        { status: "200", requests: 2, visitors: visitors(2), bytes: 1500 },
        { status: "404", requests: 1, visitors: visitors(1), bytes: 0 },
      ],
      paths: [
        { url: "/a", requests: 2, visitors: visitors(2), bytes: 1500 },
        { url: "/b", requests: 1, visitors: visitors(1), bytes: 0 },
      ],
      referrers: [{ referrer: "https://x.example/", requests: 2 }],
      // One of the visitors came on both days.
      total: { requests: 3, visitors: visitors(2), bytes: 1500 },
    });
  });

  it("counts events of JSON by day and by what kind they are, without a configuration", async () => {
    const path = join(tempFolder(), "events.jsonl");
    const event = (ts: number, level: string, user_id: string): string =>
      JSON.stringify({ ts, level, user_id, text: `${level} of ${user_id}` });
    const day = 1_760_000_000;
    const events = [
      ...[event(day, "info", "u1"), event(day + 0.5, "info", "u2"), event(day + 1, "error", "u1")],
      ...[event(day + 86_400, "info", "u1"), "no JSON"],
    ];
    writeFileSync(path, `${events.join("\n")}\n`);
    const { exitCode, stdout } = await runProgram(["summarize", path, "--json"]);
    expect(exitCode).toBe(0);
    const users = (count: number) => ({ estimate: count, lo: count, hi: count });
    expect(JSON.parse(stdout)).toMatchObject({
      format: "JSON",
      accepted: 4,
      rejected: { bad_json: 1 },
      days: [
        { day: "2025-10-09", events: 3, users: users(2) },
        { day: "2025-10-10", events: 1, users: users(1) },
      ],
      by_level: [
        { level: "info", events: 3, users: users(2) },
        { level: "error", events: 1, users: users(1) },
      ],
      total: { events: 4, users: users(2) },
    });
  });

  it("closes days at the midnight of --timezone", async () => {
    const args = ["summarize", access(), "--json", "--timezone", "America/New_York"];
    const { stdout } = await runProgram(args);
    const { days } = JSON.parse(stdout) as { days: { day: string }[] };
    expect(days.map(({ day }) => day)).toEqual(["2026-10-10"]);
  });

  it("prints tables, and leaves nothing behind", async () => {
    const temporary = join(tempFolder(), "tmp");
    mkdirSync(temporary);
    const { exitCode, stdout, stderr } = await runProgram(["summarize", access(), "--top", "1"], {
      env: { TMPDIR: temporary },
    });
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^4 lines \(\d+ B\) in /);
    expect(stdout).toContain("read as combined");
    expect(stdout).toContain("not counted: 1 bad_envelope");
    expect(stdout).toMatch(/^by day\nday +requests +visitors +bytes\n/m);
    expect(stdout).toMatch(/^2026-10-10 +2 +2 +1,500\n2026-10-11 +1 +1 +0\ntotal +3 +2 +1,500\n/m);
    expect(stdout).toMatch(/^top 1 paths\n.*\n.*\n\/a +2 +2 +1,500$/m);
    expect(stdout).not.toContain("/b");
    expect(stdout).toMatch(/^top 1 referrers$/m);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("reads common logs, gzipped ones too, several at once", async () => {
    const folder = tempFolder();
    const common = lines.map((line) => line.replace(/ "[^"]*" "UA"$/, ""));
    writeFileSync(join(folder, "a.log"), `${common[0]!}\n`);
    writeFileSync(join(folder, "b.log.gz"), gzipSync(`${common[1]!}\n`));
    const args = ["summarize", "a.log", "b.log.gz", "--json"];
    const { stdout, exitCode } = await runProgram(args, { cwd: folder });
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({ format: "common", accepted: 2 });
    expect(report).not.toHaveProperty("referrers");
  });

  it("--keep reads only what is new the next time", async () => {
    const path = access();
    const keep = join(tempFolder(), "kept");
    await runProgram(["summarize", path, "--keep", keep]);
    writeFileSync(path, `${readFileSync(path, "utf8")}${lines[0]!}\n`);
    const { stdout } = await runProgram(["summarize", path, "--keep", keep, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ lines: 5, accepted: 4 });
  });

  it("reads standard input, gzipped or not, alone and among files, and leaves nothing behind", async () => {
    const folder = tempFolder();
    const options = { env: { TMPDIR: folder } };
    const bytes = Buffer.from(lines.slice(0, 2).join("\n"));
    for (const [files, input] of [
      [["-"], bytes],
      [["-"], gzipSync(bytes)],
      [[access(), "-"], Buffer.from(`${lines[0]!.replace("/a", "/b")}\n`)],
    ] as const) {
      const given = { ...options, input };
      const { exitCode, stdout, stderr } = await runProgram(
        ["summarize", "--json", ...files],
        given,
      );
      const expected = files.length > 1 ? lines.length + 1 : 2;
      expect(exitCode, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ lines: expected });
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it.each([
    ["SIGHUP", 129],
    ["SIGTERM", 143],
  ] as const)("%s while standard input is read leaves nothing behind", async (signal, exitCode) => {
    const folder = join(tempFolder(), "tmp");
    mkdirSync(folder);
    // Nobody ever closes it: its reader is a writer as well.
    const prefix = ["sh", "-c", 'mkfifo "$0" && exec "$@" <> "$0"', join(tempFolder(), "fifo")];
    const program = new Program(["summarize", "-"], { env: { TMPDIR: folder }, prefix });
    const inputs = (): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" });
    while (!inputs().some((name) => name.endsWith("standard-input"))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    program.kill(signal);
    const finished = await program.finished;
    expect(finished.stderr).toContain(`stopped by ${signal} while standard input was read`);
    expect(finished.exitCode).toBe(exitCode);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("names a TMPDIR that is missing", async () => {
    const env = { TMPDIR: join(tempFolder(), "none") };
    const { exitCode, stdout, stderr } = await runProgram(["summarize", access()], { env });
    expect([exitCode, stdout]).toEqual([78, ""]);
    expect(stderr).toMatch(/none: it does not exist; let TMPDIR name a folder/);
  });

  it("ends with 1 where no line is understood", async () => {
    const path = join(tempFolder(), "other.log");
    writeFileSync(path, "this is\nno access log\n");
    const { exitCode, stderr } = await runProgram(["summarize", path, "--format", "common"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("every one of 2 lines was rejected (2 bad_envelope)");
  });

  it("refuses a log of a format that it does not know, and says why", async () => {
    const path = join(tempFolder(), "access.log");
    writeFileSync(path, `192.0.2.9, ${lines[0]!}\n`);
    const { exitCode, stdout, stderr } = await runProgram(["summarize", path]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain('"192.0.2.9," stands where a client\'s address or name belongs');
  });

  it("refuses files of compressions that are not read by their names, and reports nothing", async () => {
    const folder = tempFolder();
    const [bzip2, xz] = [join(folder, "a.log.bz2"), join(folder, "b.log.xz")];
    writeFileSync(bzip2, Buffer.from("425a6839314159265359", "hex"));
    writeFileSync(xz, Buffer.from("fd377a585a000004", "hex"));
    const { exitCode, stdout, stderr } = await runProgram(["summarize", bzip2, xz, "--json"]);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("a.log.bz2 is bzip2, which is not read; decompress it (bzip2 -d)");
    expect(stderr).toContain("b.log.xz is xz, which is not read; decompress it (xz -d)");
  });

  it("names what is near to a format that there is not", async () => {
    const args = ["summarize", access(), "--format", "combind"];
    const { exitCode, stderr } = await runProgram(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--format: there is no format "combind"; did you mean combined?');
  });

  it("refuses an unknown time zone", async () => {
    const { exitCode, stderr } = await runProgram([
      "summarize",
      access(),
      "--timezone",
      "Moon/Base",
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--timezone: "Moon/Base" is no time zone');
  });
});
