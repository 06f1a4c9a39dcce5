// `logmill tap`: what becomes of the first lines of a source, without counting any.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp-folder.ts";

const lines = [
  "2026-03-01T10:00:00Z web EVT click,u1,1.50",
  "",
  "no event",
  "2026-03-01T11:00:00Z web EVT view,u2,",
  "2026-03-02T00:00:00Z web EVT click,u1,1.2345",
];

function project(): { readonly config: string; readonly log: string; readonly folder: string } {
  const folder = tempFolder();
  const [log, config] = [join(folder, "a.log"), join(folder, "logmill.yaml")];
  writeFileSync(log, `${lines.join("\n")}\n`);
  const text = `
data_dir: data
sources:
  ads:
    type: file
    include: ["*.log"]
    format: { type: rsyslog, payloads: { EVT: { type: csv, fields: [event, user, revenue] } } }
    fields: { who: upper(user) }
summaries:
  clicks:
    from: [ads]
    timestamp: timestamp
    granularity: day
    dimensions: [user]
    where: event == "click"
    metrics: { clicks: { type: count }, revenue: { type: sum, field: revenue, scale: 2 } }
`;
  writeFileSync(config, text);
  return { config, log, folder };
}

describe("logmill tap", () => {
  it("shows the lines as they are", async () => {
    const { config } = project();
    const args = ["tap", "ads", "-c", config, "--stage", "lines", "--limit", "2"];
    const { exitCode, stdout } = await runProgram(args);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`${lines[0]!}\n${lines[2]!}\n`);
  });

  it("shows the fields of lines, computed ones too, a column a field, and the lines that are none of the format", async () => {
    const { config, log, folder } = project();
    const { exitCode, stdout } = await runProgram(["tap", "ads", "-c", config]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^timestamp +host +program +event +user +revenue +who$/m);
    expect(stdout).toMatch(/^2026-03-01T10:00:00Z +web +EVT +click +u1 +1\.50 +U1$/m);
    expect(stdout).toMatch(/^2026-03-01T11:00:00Z +web +EVT +view +u2 +U2$/m);
    expect(stdout).toContain(`bad_envelope, source ads: ${log}, byte 44\n  no event\n`);
    expect(existsSync(join(folder, "data"))).toBe(false);
  });

  it("shows the row that a line gives, and which value keeps a summary from counting another", async () => {
    const { config } = project();
    const { stdout } = await runProgram(["tap", "ads", "-c", config, "--stage", "rows"]);
    expect(stdout).toMatch(/^clicks\nday +user +clicks +revenue\n.*\n2026-03-01 +u1 +1 +1\.50\n$/m);
    expect(stdout).toMatch(/^bad_number in revenue, summary clicks: .*\n.*1\.2345\n +\^{6}$/m);
    expect(stdout).not.toMatch(/^2026-03-01 +u2/m);
  });

  it("prints a JSON object a line with --json", async () => {
    const { config, log } = project();
    const args = ["tap", "ads", "-c", config, "--stage", "rows", "--json"];
    const { stdout } = await runProgram(args);
    const found = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(found).toMatchObject([
      { summary: "clicks", row: { day: "2026-03-01", user: "u1", clicks: 1, revenue: 1.5 } },
      { rejected: { reason: "bad_envelope", path: log, offset: 44 } },
      { rejected: { reason: "bad_number", field: "revenue", value: "1.2345", summary: "clicks" } },
    ]);
  });

  it("names the source that was probably meant", async () => {
    const { config } = project();
    const { exitCode, stderr } = await runProgram(["tap", "adz", "-c", config]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("ads");
  });
});
