import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeTemporaryFolder } from "../../../../src/cli/run/temporary-folder.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

it("a temporary folder is for this user only", () => {
  const path = makeTemporaryFolder("x-", tempFolder());
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

it("a place for temporary folders that is missing, or is none, is named with what to do", () => {
  const parent = tempFolder();
  const file = join(parent, "file");
  writeFileSync(file, "");
  expect(() => makeTemporaryFolder("x-", join(parent, "none"))).toThrow(
    /in .*none: it does not exist; let TMPDIR name a folder/,
  );
  expect(() => makeTemporaryFolder("x-", file)).toThrow(/it is no folder; let TMPDIR/);
});
