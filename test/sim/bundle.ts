// Makes one file of the simulation and all of logmill, in which the stand-ins are in the place of what
// they stand for. Bundled anew for every use, so that it is always the code that is there now.

import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import type { Mutant } from "../mutants/mutant.ts";
import type * as Simulation from "./simulation.ts";

const here = dirname(fileURLToPath(import.meta.url));
const standIns = join(here, "stand-ins");
const root = join(here, "../..");
const source = join(root, "src");

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

/** Modules of logmill, by the end of their path. */
const replacedOfOurs: readonly (readonly [string, string])[] = [
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
 * @param mutant breaks the code under test
 */
export async function loadSimulation(mutant: Mutant | null = null): Promise<typeof Simulation> {
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
          async transform(code, id) {
            if (mutant === null || id !== join(root, mutant.file)) return null;
            // Reading places takes the TypeScript compiler, for which plain seeds do not wait.
            const { mutate } = await import("../mutants/mutant.ts");
            const mutated = mutate(code, mutant);
            if (mutated.kind === "lost") throw new Error(`${mutant.name}: ${mutated.why}`);
            return mutated.code;
          },
        },
      ],
      // How long callbacks take is the business of a busy machine.
      checks: { bundlerTimings: false },
      onLog: (level, log) => {
        if (level === "warn") throw new Error(log.message);
      },
    });
    const file = join(folder, "simulation.mjs");
    await build.write({ file, format: "esm", codeSplitting: false });
    await build.close();
    copyFileSync(join(source, "shared/kernel/kernel.wasm"), join(folder, "kernel.wasm"));
    const loaded = import(pathToFileURL(file).href);
    const simulation = await (loaded as Promise<typeof Simulation>);
    simulation.prepare();
    return simulation;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
