import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FileSource } from "../../../../../src/shared/config/config.ts";
import {
  listFiles,
  type FoundFiles,
} from "../../../../../src/ventilator/source/file/list-files.ts";
import { tempFolder } from "../../../../support/temp-folder.ts";

/** `logs/` with a file, and links to it, to a file beside `logs/` and to the folder of that. */
function folderWithLinks(): string {
  const folder = tempFolder();
  const logs = join(folder, "logs");
  mkdirSync(join(logs, "sub"), { recursive: true });
  mkdirSync(join(folder, "outside"));
  writeFileSync(join(logs, "sub", "real"), "x\n");
  writeFileSync(join(folder, "outside", "secret"), "x\n");
  symlinkSync("sub/real", join(logs, "inner"));
  symlinkSync("../outside/secret", join(logs, "outer"));
  symlinkSync(join(logs, "outer"), join(logs, "twice"));
  symlinkSync("../outside", join(logs, "folder"));
  return folder;
}

function list(folder: string, include: string[], followLinks = false): Promise<FoundFiles> {
  const source: FileSource = {
    ...{ name: "web", type: "file", include, exclude: [], format: { type: "common" } },
    ...{ followLinks, lastLine: "wait", maxLineBytes: 1024, computed: [], pool: "default" },
  };
  return listFiles(source, folder);
}

describe("links among the logs", () => {
  it("are listed as far as they lead to the same tree, and refused by name beyond", async () => {
    const folder = folderWithLinks();
    const include = ["logs/*er", "logs/twice", "logs/sub/*", "logs/*/secret"];
    const { paths, refused } = await list(folder, include);
    const named = (names: string[]): string[] => names.map((name) => join(folder, "logs", name));
    // A literal path's tree is its own folder, of which `twice` leads out as well.
    expect(paths).toEqual(named(["inner", "sub/real"]));
    const secret = join(folder, "outside", "secret");
    const sentences = named(["folder/secret", "outer", "twice"]).map(
      (path) => `source web: ${path} is not read, for it leads to ${secret}, outside of`,
    );
    const beginnings = refused.map((sentence) => /^.*outside of/.exec(sentence)?.[0]);
    expect(beginnings.sort()).toEqual(sentences);
  });

  it("are all followed where the source says so", async () => {
    const { paths, refused } = await list(folderWithLinks(), ["logs/*er", "logs/*/secret"], true);
    expect(paths.map((path) => path.split("logs/")[1])).toEqual([
      ...["folder/secret", "inner", "outer"],
    ]);
    expect(refused).toEqual([]);
  });
});
