// `logmill test`: lines of a configuration's tests give the rows that they expect, or it says what differs.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp-folder.ts";

const head = `
data_dir: data
sources:
  ads:
    type: file
    include: ["*.log"]
    format: { type: rsyslog, payloads: { EVT: { type: csv, fields: [event, user, revenue] } } }
summaries:
  clicks:
    from: [ads]
    timestamp: timestamp
    granularity: day
    dimensions: [user, event]
    metrics:
      clicks: { type: count }
      revenue: { type: sum, field: revenue, scale: 2 }
      least: { type: min, field: revenue, scale: 2 }
      users: { type: distinct, field: user }
      mean: { type: derived, expr: revenue / clicks }
`;
const event = (user: string, revenue: string): string =>
  `"2026-03-01T10:00:00Z web EVT click,${user},${revenue}"`;

function configOf(tests: string): string {
  const path = join(tempFolder(), "logmill.yaml");
  writeFileSync(path, `${head}tests:\n${tests}`);
  return path;
}

function test(...args: readonly string[]) {
  return runProgram(["test", ...args]);
}

describe("logmill test", () => {
  it("passes where every row is as expected, of the dimensions that rows name", async () => {
    const path = configOf(`
  - name: by user
    lines: [${event("u1", "1")}, ${event("u1", "0.50")}, ${event("u2", "")}]
    expect:
      clicks:
        - { user: u2, clicks: 1, revenue: 0, least: null, users: 1 }
        - { user: u1, clicks: 2, revenue: 1.5, least: "0.50", mean: 0.75 }
  - name: of all lines
    lines: [${event("u1", "1")}, ${event("u2", "1")}, ${event("u3", "1")}, "2026-03-01T10:00:00Z web EVT view,u1,x"]
    expect: { clicks: [{ clicks: 3, revenue: 3, mean: 1, users: 2.9 }] }
    rejects: { bad_number: 1 }
`);
    const { exitCode, stdout, stderr } = await test("-c", path);
    expect(stderr).toBe("");
    expect(stdout).toBe("passed  by user\npassed  of all lines\n2 passed, 0 failed\n");
    expect(exitCode).toBe(0);
  });

  it("says which value differs, which row is missing, which is too many, and which line is rejected", async () => {
    const path = configOf(`
  - lines: [${event("u1", "1")}, ${event("u2", "1")}, ${event("u4", "1.005")}, noise]
    expect: { clicks: [{ user: u1, clicks: 2, users: 2 }, { user: u3, clicks: 1 }] }
    rejects: { bad_envelope: 1 }
`);
    const { exitCode, stdout } = await test("-c", path);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('  clicks: clicks of { user: "u1" } is 1, expected 2\n');
    expect(stdout).toContain('  clicks: users of { user: "u1" } is 1, expected 2\n');
    expect(stdout).toContain('  clicks: there is no row { user: "u3" }\n');
    expect(stdout).toContain('  clicks: the row { user: "u2" } is not expected (clicks 1, ');
    expect(stdout).toContain("  rejected for bad_number: 1 line, expected 0\n");
    expect(stdout).toMatch(
      /bad_number in revenue, summary clicks: line 3 of the test.*\n.*\n +\^{5}\n/,
    );
    expect(stdout).not.toContain("rejected for bad_envelope");
    expect(stdout).toMatch(/^failed {2}test 1$/m);
  });

  it.each([
    ["{ clikcs: [{ clicks: 1 }] }", 'unknown summary "clikcs" (did you mean clicks?)'],
    ["{ clicks: [{ usr: u1, clicks: 1 }] }", "usr"],
    ["{ clicks: [{ user: u1 }, { event: click }] }", "do not all name the same dimensions"],
  ])("fails for what it can not compare: %s", async (expected, problem) => {
    const path = configOf(`  - { lines: [${event("u1", "1")}], expect: ${expected} }\n`);
    const { exitCode, stdout } = await test("-c", path);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(problem);
  });

  it("writes with --update what a test has not said, keeps the rest of the file, and passes then", async () => {
    const path = configOf(`
  # what a click is
  - lines: [${event("u1", "1")}, noise] # one of two
`);
    const asked = await test("-c", path);
    expect([asked.exitCode, asked.stdout]).toEqual([1, expect.stringContaining("--update")]);
    const updated = await test("-c", path, "--update");
    expect([updated.exitCode, updated.stdout]).toEqual([
      0,
      "written  test 1\n1 passed, 0 failed\n",
    ]);
    const text = readFileSync(path, "utf8");
    expect(text).toContain("# what a click is");
    expect(text).toContain("# one of two");
    const again = await test("-c", path, "--seed", "7");
    expect([again.exitCode, again.stdout]).toEqual([0, "passed  test 1\n1 passed, 0 failed\n"]);
  });

  it("refuses a configuration without tests", async () => {
    const path = join(tempFolder(), "logmill.yaml");
    writeFileSync(path, head);
    const { exitCode, stderr } = await test("-c", path);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("has no tests");
  });
});
