#!/usr/bin/env node
// The file that Node.js is given. It loads the program, `start.ts`, whose files lie beside this one as
// the build has bundled them (CommonJS, each in the function that `scripts/code-cache.mjs` puts around
// it), each with its code cache: what V8 made of it at the build. A process compiles nothing then, which
// is a twentieth of the time that a run of ten million lines takes.
//
// A cache is for one version of Node.js and one text. V8 refuses that of another version, and the sum
// at its head is that of another text after half a build: both are compiled as if there were no cache.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

/** Hex digits of the sum: at the end of a text, and at the beginning of its cache. */
const sumCharacters = 16;

interface Part {
  exports: unknown;
}

type Body = (
  exports: unknown,
  require: NodeJS.Require,
  module: Part,
  filename: string,
  folder: string,
) => void;

const folder = dirname(fileURLToPath(import.meta.url));
const requirePackage = createRequire(import.meta.url);
const parts = new Map<string, Part>();

const requirePart: NodeJS.Require = Object.assign(
  (id: string): unknown => (id.startsWith("./") ? load(id.slice(2)) : requirePackage(id)),
  requirePackage,
);

/** What a file of the program exports; it may be half done, as with every `require` in a circle. */
function load(name: string): unknown {
  const known = parts.get(name);
  if (known !== undefined) return known.exports;
  const part: Part = { exports: {} };
  parts.set(name, part);
  const filename = join(folder, name);
  const text = readFileSync(filename, "utf8");
  const body = new Script(text, { filename, cachedData: cacheOf(filename, text) });
  (body.runInThisContext() as Body)(part.exports, requirePart, part, filename, folder);
  return part.exports;
}

function cacheOf(filename: string, text: string): Buffer | undefined {
  try {
    const cache = readFileSync(`${filename}.cache`);
    const sum = cache.toString("latin1", 0, sumCharacters);
    return text.endsWith(sum) ? cache.subarray(sumCharacters) : undefined;
  } catch {
    return undefined;
  }
}

load("start.js");
