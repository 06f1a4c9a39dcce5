// Builds dist/: the WebAssembly kernel (beside its source, where tests load it, and in dist/) and
// the JavaScript. Prints only what goes wrong.
import { copyFileSync, mkdirSync, rmSync, statSync, readdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assembly = join(root, "src/shared/kernel/assembly");
const wasm = join(root, "src/shared/kernel/kernel.wasm");

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { status, error } = spawnSync(process.execPath, [join(root, command), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** @param {string} path */
const modifiedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const newestSourceMs = Math.max(
  ...readdirSync(assembly).map((name) => modifiedMs(join(assembly, name))),
  modifiedMs(fileURLToPath(import.meta.url)),
);
if (modifiedMs(wasm) < newestSourceMs) {
  run("node_modules/assemblyscript/bin/asc.js", [
    join(assembly, "index.ts"),
    "--outFile",
    wasm,
    "-O3",
    "--noAssert",
    "--converge",
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
  ]);
}

// A clean tree is asked for where stale files would matter (verify, packing), not on every build.
if (process.argv.includes("--clean")) rmSync(join(root, "dist"), { recursive: true, force: true });
run("node_modules/typescript/bin/tsc", ["-p", "tsconfig.json"]);
mkdirSync(join(root, "dist/shared/kernel"), { recursive: true });
copyFileSync(wasm, join(root, "dist/shared/kernel/kernel.wasm"));
