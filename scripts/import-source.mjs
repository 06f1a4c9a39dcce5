// Modules of src/ for scripts and test programs, which Node.js can not run as they are. They are
// bundled as the product is, into a folder of this process.

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { bundle, root } from "./bundle.mjs";

/**
 * Imports modules of src/; what they share exists once.
 * @param {readonly string[]} modules paths inside src/
 * @returns {Promise<unknown[]>} the modules, in this order
 */
export async function importSource(modules) {
  // Inside the project, so that packages are found.
  const parent = join(root, "build");
  mkdirSync(parent, { recursive: true });
  removeLeftovers(parent);
  const folder = mkdtempSync(join(parent, `source-${process.pid}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const input = Object.fromEntries(modules.map((module, index) => [`module-${index}`, module]));
  await bundle(input, folder, { failPoints: false, format: "esm" });
  return Promise.all(
    modules.map((_, index) => import(pathToFileURL(join(folder, `module-${index}.js`)).href)),
  );
}

/** Removes what processes left behind that were killed. @param {string} parent */
function removeLeftovers(parent) {
  for (const name of readdirSync(parent)) {
    const pid = /^source-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
