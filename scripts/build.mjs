// Builds dist/: the WebAssembly kernel (beside its source, where tests load it, and in dist/) and
// the bundled program. Prints only what goes wrong. Types are checked by `tsc`, not here.
//
//   node scripts/build.mjs [--fail-points]
//
// --fail-points builds dist-fail-points/ in place of dist/: the same program, in which tests can let
// a process die at named places. The code of fail-points is in no other build.
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bundle, root } from "./bundle.mjs";
import { writeCodeCache } from "./code-cache.mjs";
import { isKernelFresh, kernelCompiler } from "./kernel.mjs";
import { ownFolder } from "./own-folder.mjs";

if (!isKernelFresh(root)) {
  const { status } = spawnSync(process.execPath, kernelCompiler(root), {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

const failPoints = process.argv.includes("--fail-points");
const dist = join(root, failPoints ? "dist-fail-points" : "dist");
const folder = join(dist, "cli");
const staging = ownFolder();
const input = { main: "cli/main.ts", start: "cli/start.ts" };
const bundled = await bundle(input, staging, { failPoints, format: "cjs" });
const loaded = bundled.filter((name) => name.endsWith(".js") && name !== "main.js");
const written = new Set([...bundled, ...writeCodeCache(staging, loaded)]);
// Replaced file by file, so that a program that is just being started finds all of its own.
mkdirSync(folder, { recursive: true });
for (const name of written) renameSync(join(staging, name), join(folder, name));
// What an earlier build had and this one has not.
removeOthers(folder, written);
removeOthers(dist, new Set(["cli"]));

/** @param {string} parent @param {ReadonlySet<string>} names */
function removeOthers(parent, names) {
  for (const name of readdirSync(parent)) {
    if (!names.has(name)) rmSync(join(parent, name), { recursive: true });
  }
}
