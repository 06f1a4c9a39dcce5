import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { expectWritableDataDir } from "../../../../src/cli/run/data-folder.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

it("a data_dir that can be made somewhere below a folder that may be written to is none to complain of", () => {
  const folder = tempFolder();
  expect(() => expectWritableDataDir(join(folder, "not", "yet", "there"))).not.toThrow();
  mkdirSync(join(folder, "data"));
  expect(() => expectWritableDataDir(join(folder, "data"))).not.toThrow();
});

it("a data_dir that cannot be written is refused with its path, the reason and what to do", () => {
  const file = join(tempFolder(), "file");
  writeFileSync(file, "");
  const expected =
    /^data_dir .*file\/data cannot be written: it is no folder \(.*\); let `data_dir` name/;
  expect(() => expectWritableDataDir(join(file, "data"))).toThrow(expected);
});
