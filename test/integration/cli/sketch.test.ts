import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

it("sketch reads standard input beside what is named, and writes the union", () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [main, "sketch", "union", "-", "\\x128b7f0000000000000002"],
    { input: "128b7f0000000000000001\n", encoding: "utf8" },
  );
  expect([status, stdout]).toEqual([0, "\\x128b7f00000000000000010000000000000002\n"]);
});
