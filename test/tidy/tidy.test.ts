// What is written twice is tested once: the tree, the docs and the tables of the code agree.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { errorTable } from "../../src/shared/base/errors.ts";
import { rejectReasons } from "../../src/shared/model/reasons.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const skipped = new Set([
  "node_modules",
  "dist",
  "dist-fail-points",
  "build",
  ".git",
  ".demo",
  ".bench",
  "coverage",
]);

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(path);
    return [path];
  });
}

const tree = walk("");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const code = tree.filter((path) => /^(src|test|scripts)\/.*\.(ts|mjs)$/.test(path));

describe("the source tree", () => {
  it("holds no leftovers", () => {
    const banned = [/\bTO(DO)\b/, /\bFIX(ME)\b/, /\bX(XX)\b/, /\bHA(CK)\b/, /\bdebugger\b/];
    const faults = code.flatMap((path) =>
      banned.filter((pattern) => pattern.test(read(path))).map((p) => `${path}: ${p.source}`),
    );
    expect(faults).toEqual([]);
  });

  it("evaluates no text as code", () => {
    const faults = code.filter((path) => /\bnew Function\b|[^.\w]eval\(/.test(read(path)));
    expect(faults.filter((path) => !path.startsWith("test/tidy/"))).toEqual([]);
  });

  it("keeps source files at 300 lines, state machines at 500 and tests at 400", () => {
    const linesMax = (path: string): number => {
      if (path.startsWith("test/")) return 400;
      return path.includes("/core/") ? 500 : 300;
    };
    const faults = code
      .map((path) => ({ path, lines: read(path).split("\n").length - 1 }))
      .filter(({ path, lines }) => lines > linesMax(path))
      .map(({ path, lines }) => `${path}: ${lines.toString()}`);
    expect(faults).toEqual([]);
  });

  it("opens every source file with what it is and why", () => {
    const faults = code
      .filter((path) => path.startsWith("src/"))
      .filter((path) => !/^(#!.*\n)?(\/\/|\/\*\*?)/.test(read(path)));
    expect(faults).toEqual([]);
  });

  it("has kebab-case names and no miscellanies", () => {
    const names = code.map((path) => path.split("/").at(-1)!);
    expect(
      names.filter((name) => !/^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\.(ts|mjs)$/.test(name)),
    ).toEqual([]);
    expect(names.filter((name) => /^(utils?|helpers?|types|misc|common)\.ts$/.test(name))).toEqual(
      [],
    );
  });

  it("skips no test silently", () => {
    const faults = code
      .filter((path) => path.startsWith("test/") && !path.startsWith("test/tidy/"))
      .filter((path) => /\b(it|test|describe)\.(only|todo|skip)\(/.test(read(path)));
    expect(faults).toEqual([]);
  });
});

describe("the documents", () => {
  const documents = tree.filter((path) => path.endsWith(".md"));

  it("link to files that exist", () => {
    const faults = documents.flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
        .map((match) => match[1]!)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(resolve(root, dirname(path), target)))
        .map((target) => `${path} -> ${target}`),
    );
    expect(faults).toEqual([]);
  });

  it("name code paths that exist", () => {
    const faults = documents
      .filter((path) => path !== "CHANGELOG.md")
      .flatMap((path) =>
        [...read(path).matchAll(/`((?:src|test|scripts|docs|examples)\/[\w./-]*\w)`/g)]
          .map((match) => match[1]!)
          .filter((target) => !target.includes("*") && !existsSync(join(root, target)))
          .map((target) => `${path} -> ${target}`),
      );
    expect(faults).toEqual([]);
  });

  it("list every error code and every reject reason", () => {
    const reference = read("docs/errors.md");
    const missing = [...Object.keys(errorTable), ...rejectReasons].filter(
      (code) => !reference.includes(`\`${code}\``),
    );
    expect(missing).toEqual([]);
  });

  it("justify every runtime dependency", () => {
    const manifest = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    const contributing = read("CONTRIBUTING.md");
    expect(
      Object.keys(manifest.dependencies).filter((name) => !contributing.includes(`\`${name}\``)),
    ).toEqual([]);
    expect(Object.values(manifest.dependencies).filter((range) => !/^\d/.test(range))).toEqual([]);
  });
});

describe("the repository", () => {
  it("tracks no built or generated file", () => {
    const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n");
    expect(tracked.filter((path) => /^(dist|build|node_modules)\/|\.wasm$/.test(path))).toEqual([]);
  });
});
