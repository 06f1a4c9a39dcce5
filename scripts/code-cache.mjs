// The code cache of a bundle: what V8 makes of each file, so that a process that starts need not make
// it again. `src/cli/main.ts` loads the files with it, and says what it is worth.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";

const sumCharacters = 16;

/**
 * Puts files of a bundle in the function that they are called by, and makes the cache of each.
 * @param {string} folder
 * @param {readonly string[]} names of the files
 * @returns {string[]} names of the caches
 */
export function writeCodeCache(folder, names) {
  return names.map((name) => {
    const path = join(folder, name);
    const text = asFunction(readFileSync(path, "utf8"));
    const cacheName = `${name}.cache`;
    writeFileSync(path, text);
    writeFileSync(join(folder, cacheName), cacheOf(text, path));
    return cacheName;
  });
}

/** On the lines that it has, for whoever reads a stack. @param {string} text */
function asFunction(text) {
  const body = `(function (exports, require, module, __filename, __dirname) { ${text}\n})`;
  const sum = createHash("sha256").update(body).digest("hex").slice(0, sumCharacters);
  return `${body}\n// ${sum}`;
}

/** @param {string} text @param {string} filename */
function cacheOf(text, filename) {
  // All functions, not only those that run when the file is loaded. A cache is refused where flags
  // are others than those it was made with, so that they are set back before it is made.
  setFlagsFromString("--no-lazy");
  const script = new Script(text, { filename });
  setFlagsFromString("--lazy");
  return Buffer.concat([Buffer.from(text.slice(-sumCharacters)), script.createCachedData()]);
}
