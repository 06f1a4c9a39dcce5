// `npm run fuzz -- --seconds N --seed S`: texts of 50 to 500 KiB, and now and then one of 32 MiB, until
// the time is over or one of them is summarised differently by the kernel and by the plain
// implementation; then it exits with 1 and says how to have that text again (`--text N`).

import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";

const here = fileURLToPath(new URL(".", import.meta.url));
const kernel = join(here, "../../src/shared/kernel/kernel.wasm");
/** One text in so many is huge. */
const hugeEvery = 400;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    text: { type: "string" },
  },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
const first = Number(values.text ?? 0);

/**
 * Bundles the fuzzer with the code that is there now, and loads it.
 * @returns {Promise<typeof import("./fuzz.ts")>}
 */
async function load() {
  const folder = mkdtempSync(join(tmpdir(), "logmill-fuzz-"));
  try {
    const build = await rolldown({
      input: join(here, "fuzz.ts"),
      platform: "node",
      tsconfig: join(here, "../../tsconfig.json"),
      transform: { define: { __LOGMILL_FAIL_POINTS__: "false" } },
    });
    const file = join(folder, "fuzz.mjs");
    await build.write({ file, format: "esm", codeSplitting: false });
    await build.close();
    copyFileSync(kernel, join(folder, "kernel.wasm"));
    const loaded = import(pathToFileURL(file).href);
    const fuzz = await /** @type {Promise<typeof import("./fuzz.ts")>} */ (loaded);
    // The kernel is read from beside the bundle, when it is first needed.
    fuzz.fuzzOne(0, 0, false);
    return fuzz;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { fuzzOne } = await load();
const startMs = performance.now();
const elapsed = () => (performance.now() - startMs) / 1000;
let [texts, lines, bytes] = [0, 0, 0];
for (let number = first; number === first || elapsed() < seconds; number += 1) {
  const result = fuzzOne(seed, number, number % hugeEvery === hugeEvery - 1);
  texts += 1;
  lines += result.lines;
  bytes += result.bytes;
  if (result.failure !== null) {
    process.stderr.write(
      `text ${number} of seed ${seed}: ${result.failure}\n` +
        `replay it with: npm run fuzz -- --seed ${seed} --text ${number} --seconds 0\n`,
    );
    process.exitCode = 1;
    break;
  }
  if (values.text !== undefined) break;
}
process.stdout.write(
  `seed ${seed}: ${texts} texts, ${lines} lines, ${(bytes / 2 ** 20).toFixed(1)} MiB ` +
    `in ${elapsed().toFixed(1)} s, ${process.exitCode === 1 ? 1 : 0} differ\n`,
);
