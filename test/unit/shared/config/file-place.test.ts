import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { placeOf } from "../../../../src/shared/config/file-place.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

function folderWith(...links: readonly (readonly [string, string])[]): string {
  const folder = tempFolder();
  mkdirSync(join(folder, "real/deep"), { recursive: true });
  for (const [name, target] of links) symlinkSync(target, join(folder, name));
  return folder;
}

describe("the place of a path", () => {
  const placesOf = (...paths: readonly string[]): string[] => {
    const folder = folderWith(
      ["link", "real"],
      ["chain", "link/deep"],
      ["dangling", "later/on"],
      ["loop", "loop"],
    );
    return paths.map((path) => placeOf(join(folder, path)));
  };

  it.each([
    ["link/{bucket}.csv", "real/{bucket}.csv"],
    ["chain/{bucket}.csv", "real/deep/{bucket}.csv"],
    ["chain/new/{bucket}/x", "real/deep/new/{bucket}/x"],
    ["dangling/{bucket}", "later/on/{bucket}"],
    ["link/../real/{bucket}", "real/{bucket}"],
  ])("%s is that of %s", (one, other) => {
    expect(new Set(placesOf(one, other)).size).toBe(1);
  });

  it.each([
    ["link/{bucket}.csv", "real/deep/{bucket}.csv"],
    ["new/{bucket}", "newer/{bucket}"],
    ["real/{bucket}.csv", "real/{bucket}.jsonl"],
    ["loop/{bucket}", "real/{bucket}"],
    ["dangling/{bucket}", "later/{bucket}"],
  ])("%s is not that of %s", (one, other) => {
    expect(new Set(placesOf(one, other)).size).toBe(2);
  });
});

describe("two outputs that reach one file by a link", () => {
  const configWith = (folder: string, second: string): (() => unknown) => {
    const text = `
sources: { web: { type: file, include: ["*.log"], format: { type: common } } }
summaries:
  a: { from: [web], metrics: { n: { type: count } } }
  b: { from: [web], metrics: { n: { type: count } } }
outputs:
  one: { type: csv, summaries: [a], path: "real/{bucket}.out" }
  two: { type: ${second}, summaries: [b], path: "link/{bucket}.out" }
`;
    return () => parseConfig(text, join(folder, "logmill.yaml"), {});
  };

  it.each(["csv", "jsonl"])("are refused, also where the second is %s", (type) => {
    const folder = folderWith(["link", "real"]);
    expect(configWith(folder, type)).toThrow(
      /outputs\.two\.path: output one writes the same files.*one place/s,
    );
  });

  it("are fine where the link leads elsewhere", () => {
    expect(configWith(folderWith(["link", "real/deep"]), "csv")).not.toThrow();
  });
});
