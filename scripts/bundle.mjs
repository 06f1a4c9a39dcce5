// The one way from src/ to JavaScript that Node.js runs: modules of the project, and what they
// import of most dependencies, in a few files. Starting a process then reads two or three files in
// place of two hundred, and `logmill run` starts five processes.
//
// The program itself is bundled as CommonJS: Node.js starts it with a fifth less CPU than the same
// files as ES modules, whose loader is a part of Node.js that CommonJS does not need.
//
// Every file of a bundle lies in one folder, with kernel.wasm beside them: `import.meta.url` means
// the same folder in all of them.

import { copyFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { kernelFile } from "./kernel.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const kernelPath = join(root, kernelFile);

/**
 * What stays in node_modules: zeromq is native code that looks for its binary from where it lies.
 * pino and pino-pretty are not listed since the logger loads them by `require`, on the first record; nor is the list of
 * public suffixes, which only who asks for domains loads.
 */
const external = [/^zeromq$/, /^node:/];

/**
 * What yargs measures the columns of its help with. Every character of ours takes one cell, while the
 * library that knows of emoji takes the start of every command 40 ms to build its tables.
 */
const plainWidth = {
  name: "plain-width",
  /** @param {string} id */
  resolveId: (id) => (id === "string-width" ? "\0plain-width" : null),
  /** @param {string} id */
  load: (id) =>
    id === "\0plain-width" ? "export default (text) => Array.from(text).length;" : null,
};

/**
 * Bundles modules into a folder, one file for each, and further files for what they share or load
 * later. Names are stable, so that a build replaces the files of the one before.
 * @param {Readonly<Record<string, string>>} input module of src/ by name of its file
 * @param {string} folder
 * @param {{ failPoints: boolean, format: "cjs" | "esm" }} options whether fail-points exist in this
 *   build; and what its files are to Node.js
 * @returns {Promise<string[]>} names of the files in the folder
 */
export async function bundle(input, folder, { failPoints, format }) {
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(
      Object.entries(input).map(([name, module]) => [name, join(root, "src", module)]),
    ),
    platform: "node",
    external,
    plugins: [plainWidth],
    tsconfig: join(root, "tsconfig.json"),
    transform: {
      define: {
        __LOGMILL_FAIL_POINTS__: String(failPoints),
        // yargs looks for configuration files with it, which no command of ours has.
        ...(format === "cjs" ? { "import.meta.resolve": "require.resolve" } : {}),
      },
    },
    // A warning is something that nobody would read at the next build.
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  const { output } = await build.write({
    dir: folder,
    format,
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    comments: { legal: true, annotation: false, jsdoc: false },
    minify: "dce-only",
  });
  await build.close();
  copyFileSync(kernelPath, join(folder, "kernel.wasm"));
  const type = format === "cjs" ? "commonjs" : "module";
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ type })}\n`);
  return [...output.map(({ fileName }) => fileName), "kernel.wasm", "package.json"];
}
