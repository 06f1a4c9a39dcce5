// Modules of src/ for scripts and test programs, which Node.js can not run as they are. They are
// bundled as the product is, into a folder of this process.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle } from "./bundle.mjs";
import { ownFolder } from "./own-folder.mjs";

/**
 * Imports modules of src/; what they share exists once.
 * @param {readonly string[]} modules paths inside src/
 * @returns {Promise<unknown[]>} the modules, in this order
 */
export async function importSource(modules) {
  const folder = ownFolder();
  const input = Object.fromEntries(modules.map((module, index) => [`module-${index}`, module]));
  await bundle(input, folder, { failPoints: false, format: "esm" });
  return Promise.all(
    modules.map((_, index) => import(pathToFileURL(join(folder, `module-${index}.js`)).href)),
  );
}
