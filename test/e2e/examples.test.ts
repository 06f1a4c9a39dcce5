// The examples do what they promise: each comes with a log and the files that must come out of it,
// which were computed by a program that shares nothing with logmill.

import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp-folder.ts";

const examples = fileURLToPath(new URL("../../examples", import.meta.url));

function filesIn(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}

describe.each(readdirSync(examples))("the example %s", (name) => {
  it("makes the files that it comes with, from whatever folder it is started", async () => {
    const folder = tempFolder();
    cpSync(join(examples, name), folder, { recursive: true });
    const { exitCode, stderr } = await runProgram(
      ["run", "-c", join(folder, "logmill.yaml"), "--json", "--workers", "1"],
      { cwd: "/" },
    );
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(filesIn(join(folder, "out"))).toEqual(filesIn(join(folder, "expected")));
  });
});
