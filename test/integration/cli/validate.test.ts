import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planFingerprint } from "../../../src/shared/model/definition-key.ts";
import { loadConfig } from "../../../src/shared/config/load.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const bad = "sources:\n  web: { type: flie }\nsummaries: { s: { from: [wbe] } }\n";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "logmill-validate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function validate(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const main = join(root, "dist/cli/main.js");
  return spawnSync(process.execPath, [main, "validate", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

describe("validate", () => {
  it.each([
    ["ads", "1 source, 2 summaries, 1 output"],
    ["access", "1 source, 3 summaries, 2 outputs"],
  ])("finds the example %s good, in one line", (name, inventory) => {
    const path = join(root, "examples", name, "logmill.yaml");
    const { status, stdout, stderr } = validate(["-c", path]);
    const plan = planFingerprint(loadConfig(path, {}).plan);
    expect(stdout).toBe(`${path} is valid: ${inventory}; plan ${plan.slice(0, 8)}\n`);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("says so as JSON too", () => {
    const path = join(root, "examples/ads/logmill.yaml");
    const { status, stdout } = validate(["--config", path, "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      file: path,
      valid: true,
      faults: [],
      plan: planFingerprint(loadConfig(path, {}).plan),
    });
  });

  it("lists all faults with their places and exits 78", () => {
    writeFileSync(join(folder, "logmill.yaml"), bad);
    const { status, stdout, stderr } = validate([]);
    expect(status).toBe(78);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      'logmill.yaml:2:16: sources.web.type: must be file, not "flie"; did you mean file?\n',
    );
    expect(stderr).toContain(
      "logmill.yaml:3:26: summaries.s.from[0]: there is no source wbe; did you mean web?\n",
    );
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("lists them as JSON, with the same exit code", () => {
    writeFileSync(join(folder, "logmill.yaml"), bad);
    const { status, stdout } = validate(["--json"]);
    expect(status).toBe(78);
    expect(JSON.parse(stdout)).toEqual({
      file: "logmill.yaml",
      valid: false,
      faults: expect.arrayContaining([
        {
          line: 3,
          column: 26,
          option: "summaries.s.from[0]",
          problem: "there is no source wbe",
          fix: "did you mean web?",
        },
      ]) as unknown,
    });
  });

  it("takes variables from the environment", () => {
    const good = readFileSync(join(root, "examples/access/logmill.yaml"), "utf8");
    writeFileSync(join(folder, "logmill.yaml"), good.replace("Europe/Berlin", "${ZONE}"));
    expect(validate([], { ZONE: "Asia/Kolkata" }).status).toBe(0);
    expect(validate([], { ZONE: "Asia/Kolkatta" }).stderr).toContain("did you mean Asia/");
    expect(validate([]).stderr).toContain("the environment has no ZONE");
  });

  it("says that there is no file, and which option names one", () => {
    const { status, stderr } = validate([]);
    expect(status).toBe(78);
    expect(stderr).toContain("logmill.yaml:1:1: there is no such file; name another one with -c");
  });
});
