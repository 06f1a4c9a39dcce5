// Makes one file of the simulation and all of logmill, in which the stand-ins are in the place of what
// they stand for. Bundled anew for every use, so that it is always the code that is there now.

import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const here = dirname(fileURLToPath(import.meta.url));
const standIns = join(here, "stand-ins");
const source = join(here, "../../src");

/** Modules in whose place a stand-in is put, by the name of its file. */
const replaced = new Map([
  ["zeromq", "zeromq.ts"],
  ["tinyglobby", "tinyglobby.ts"],
  ["node:crypto", "crypto.ts"],
  ["node:fs", "fs.ts"],
  ["node:fs/promises", "fs-promises.ts"],
  ["node:os", "os.ts"],
  ["node:readline", "readline.ts"],
  ["node:timers/promises", "timers-promises.ts"],
  ["node:worker_threads", "worker-threads.ts"],
  ["node:zlib", "zlib.ts"],
]);

/**
 * Modules of logmill, by the end of their path.
 * @type {readonly (readonly [string, string])[]}
 */
const replacedOfOurs = [
  ["/runtime/metrics.ts", "metrics.ts"],
  ["/kernel/kernel.ts", "kernel.ts"],
];

/** Globals in whose place an export of `globals.ts` is put. */
const globals = [
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "setImmediate",
  "clearImmediate",
  "performance",
  "Date",
  "process",
];

/**
 * Bundles the simulation and loads it.
 * @param {import("./mutants.mjs").Mutant | null} mutant breaks the code under test
 * @returns {Promise<typeof import("./simulation.ts")>}
 */
export async function loadSimulation(mutant = null) {
  const folder = mkdtempSync(join(tmpdir(), "logmill-sim-"));
  try {
    const build = await rolldown({
      input: join(here, "simulation.ts"),
      platform: "node",
      tsconfig: join(here, "../../tsconfig.json"),
      transform: {
        define: { __LOGMILL_FAIL_POINTS__: "false" },
        inject: Object.fromEntries(
          globals.map((name) => [name, [join(standIns, "globals.ts"), name]]),
        ),
      },
      plugins: [
        {
          name: "stand-ins",
          resolveId(specifier, importer) {
            const isOurs = importer !== undefined && importer.startsWith(source);
            const name = isOurs ? replaced.get(specifier) : undefined;
            if (name !== undefined) return join(standIns, name);
            const ours = isOurs
              ? replacedOfOurs.find(([end]) => join(dirname(importer), specifier).endsWith(end))
              : undefined;
            if (ours !== undefined) return join(standIns, ours[1]);
            return specifier.startsWith("node:") ? { id: specifier, external: true } : undefined;
          },
          transform(code, id) {
            if (mutant === null || id !== join(source, mutant.file)) return null;
            const parts = code.split(mutant.text);
            if (parts.length !== 2) throw new Error(`${mutant.file} has changed: ${mutant.name}`);
            return parts.join(mutant.instead);
          },
        },
      ],
      onLog: (level, log) => {
        if (level === "warn") throw new Error(log.message);
      },
    });
    const file = join(folder, "simulation.mjs");
    await build.write({ file, format: "esm", codeSplitting: false });
    await build.close();
    copyFileSync(join(source, "shared/kernel/kernel.wasm"), join(folder, "kernel.wasm"));
    const loaded = import(pathToFileURL(file).href);
    const simulation = await /** @type {Promise<typeof import("./simulation.ts")>} */ (loaded);
    simulation.prepare();
    return simulation;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
