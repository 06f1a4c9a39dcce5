// Once before the system tests: builds the program with fail-points, which normal builds do not have.
// Not in the files that use it: one of them would replace it while processes of another one start.

import { spawnSync } from "node:child_process";

export function setup(): void {
  const build = ["scripts/build.mjs", "--fail-points"];
  const { status, stderr } = spawnSync(process.execPath, build, { encoding: "utf8" });
  if (status !== 0) throw new Error(`no program with fail-points: ${stderr}`);
}
