// The code cache of the built program: it is taken by the Node.js that has built it, and a cache that does not
// fit, or none, changes nothing but the time of a start.

import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/net-fixture.ts";

const built = fileURLToPath(new URL("../../dist/cli", import.meta.url));
const node = (...args: string[]) => spawnSync(process.execPath, args, { encoding: "utf8" });

/** Prints how many caches there are, and which V8 refuses. */
const judge = `
  const { readdirSync, readFileSync } = require("node:fs");
  const names = readdirSync(".").filter((name) => name.endsWith(".cache"));
  const refused = names.filter((name) => {
    const cachedData = readFileSync(name).subarray(16);
    const text = readFileSync(name.slice(0, -".cache".length), "utf8");
    return new (require("node:vm").Script)(text, { cachedData }).cachedDataRejected;
  });
  console.log(JSON.stringify({ caches: names.length, refused }));
`;

function copyOfProgram(): string {
  const folder = join(temporaryFolder(), "cli");
  cpSync(built, folder, { recursive: true });
  return folder;
}

function caches(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".cache"));
  return names.map((name) => join(folder, name));
}

const help = (folder: string) => node(join(folder, "main.js"), "--help").stdout;

describe("the code cache", () => {
  it("is there for every file that is loaded, and V8 takes it", () => {
    const { stdout } = spawnSync(process.execPath, ["-e", judge], { cwd: built, encoding: "utf8" });
    const files = readdirSync(built).filter((name) => name.endsWith(".js") && name !== "main.js");
    expect(JSON.parse(stdout)).toEqual({ caches: files.length, refused: [] });
  });

  it.each([
    ["missing", (path: string) => rmSync(path)],
    ["empty", (path: string) => truncateSync(path, 0)],
    ["cut short", (path: string) => truncateSync(path, 500)],
    [
      "of another version of V8",
      (path: string) => {
        const cache = readFileSync(path);
        // Behind the sum and a magic number V8 has its version.
        cache.writeUInt32LE(0x12345678, 16 + 4);
        writeFileSync(path, cache);
      },
    ],
  ])("changes nothing when it is %s", (_, spoil) => {
    const folder = copyOfProgram();
    const expected = help(folder);
    expect(expected).toContain("Grinds logs");
    for (const path of caches(folder)) spoil(path);
    expect(help(folder)).toBe(expected);
  });

  it("is not taken for another text, as half a build would leave it", () => {
    const folder = copyOfProgram();
    const path = join(folder, "program.js");
    const text = readFileSync(path, "utf8").replace("Grinds logs", "GRINDS LOGS");
    writeFileSync(path, `${text.slice(0, -16)}${"0".repeat(16)}`);
    expect(help(folder)).toContain("GRINDS LOGS");
  });
});
