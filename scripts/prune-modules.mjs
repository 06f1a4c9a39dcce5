// Run in a folder with node_modules, while the image is built. What the program's bundle holds is not
// needed a second time as a package; and of the native binaries that zeromq ships for all platforms,
// most of its size, only the one that this platform loads is kept.

import { readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import process from "node:process";

/** What is loaded by name while the program runs; see scripts/bundle.mjs. */
const loadedByName = [
  ...["zeromq", "pino", "pino-pretty", "prom-client"],
  ...["tldts-icann", "mmdb-lib", "bowser", "crawler-user-agents"],
];

const modules = join(process.cwd(), "node_modules");
createRequire(join(process.cwd(), "package.json"))("zeromq");
const mapped = readFileSync("/proc/self/maps", "utf8").match(/\/\S*\/addon\.node/g) ?? [];
const loaded = new Set(mapped.map((path) => path.slice(0, path.lastIndexOf(sep))));
if (loaded.size !== 1) throw new Error("which binary zeromq loads can not be seen");
keepLoaded(join(modules, "zeromq", "build"));

/** @type {Set<string>} */
const needed = new Set();
for (const name of loadedByName) need(name);
for (const name of installed()) {
  if (!needed.has(name)) rmSync(join(modules, name), { recursive: true });
}

for (const entry of readdirSync(modules, { withFileTypes: true, recursive: true })) {
  // Maps of sources and types: nothing loads them.
  if (entry.isFile() && /\.(map|d\.[cm]?ts)$/.test(entry.name)) {
    rmSync(join(entry.parentPath, entry.name));
  }
}

/** Removes folders in which nothing was loaded. @param {string} folder */
function keepLoaded(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory() || loaded.has(path)) continue;
    if ([...loaded].some((kept) => kept.startsWith(path + sep))) keepLoaded(path);
    else rmSync(path, { recursive: true });
  }
}

/** @param {string} name */
function need(name) {
  if (needed.has(name)) return;
  needed.add(name);
  const text = readFileSync(join(modules, name, "package.json"), "utf8");
  /** @type {unknown} */
  const manifest = JSON.parse(text);
  const { dependencies = {} } = /** @type {{ dependencies?: Record<string, string> }} */ (manifest);
  for (const dependency of Object.keys(dependencies)) need(dependency);
}

/** Names of the packages, `@scope/name` included. */
function installed() {
  return readdirSync(modules)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@")
        ? readdirSync(join(modules, name)).map((one) => `${name}/${one}`)
        : [name],
    );
}
