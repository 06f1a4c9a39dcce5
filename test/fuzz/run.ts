// `npm run fuzz -- --seconds N --seed S`: texts of 50 to 500 KiB, and now and then one of 32 MiB, until
// the time is over or one of them is summarised differently by the kernel and by the plain
// implementation; then it exits with 1 and says how to have that text again (`--text N`).

import process from "node:process";
import { parseArgs } from "node:util";
import { fuzzOne } from "./fuzz.ts";

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
