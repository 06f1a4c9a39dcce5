// How the WebAssembly kernel is compiled.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The kernel as it is built; tests and bundles load it from beside the code. */
export const kernelFile = "src/shared/kernel/kernel.wasm";

const assembly = "src/shared/kernel/assembly";

/** The folder of its source. @param {string} root */
export const kernelSource = (root) => join(root, assembly);

/** @param {string} path */
const modifiedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether it is there and no source of it is newer. @param {string} root */
export function isKernelFresh(root) {
  const source = kernelSource(root);
  const newestMs = Math.max(
    ...readdirSync(source).map((name) => modifiedMs(join(source, name))),
    modifiedMs(fileURLToPath(import.meta.url)),
  );
  return modifiedMs(join(root, kernelFile)) >= newestMs;
}

/**
 * The compiler's program and its arguments, for Node.js.
 * @param {string} root of the tree that is compiled
 * @param {readonly string[]} optimise what is done for speed
 */
export function kernelCompiler(root, optimise = ["-O3", "--converge"]) {
  return [
    join(root, "node_modules/assemblyscript/bin/asc.js"),
    join(kernelSource(root), "index.ts"),
    "--outFile",
    join(root, kernelFile),
    ...optimise,
    "--noAssert",
    "--runtime",
    "stub",
    "--use",
    "abort=",
    "--enable",
    "simd",
    "--enable",
    "bulk-memory",
    "--initialMemory",
    "16",
    "--maximumMemory",
    "65536",
  ];
}
