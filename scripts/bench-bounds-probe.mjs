// Loaded into every process of `scripts/bench-bounds.mjs` by NODE_OPTIONS: notes how long the event loop
// was held up at worst and the greatest resident memory, in a file of its own.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { setInterval, setTimeout } from "node:timers";

const everyMs = 10;
const folder = process.env["LOGMILL_BENCH_SEEN"] ?? ".";
const at = process.argv.indexOf("supervised");
const role = at < 0 ? "run" : process.argv[at + 1];

/** Processor time of the main thread, ms. */
function ownTimeMs() {
  return Number(readFileSync("/proc/self/schedstat", "latin1").split(" ")[0]) / 1e6;
}

let pauseMs = 0;
let ownMs = 0;
let lastMs = performance.now();
let lastOwnMs = ownTimeMs();
let noted = lastMs;

function look() {
  const nowMs = performance.now();
  const ownNowMs = ownTimeMs();
  pauseMs = Math.max(pauseMs, nowMs - lastMs - everyMs);
  ownMs = Math.max(ownMs, ownNowMs - lastOwnMs);
  lastMs = nowMs;
  lastOwnMs = ownNowMs;
  if (nowMs - noted < 1000) return;
  noted = nowMs;
  note();
}

function note() {
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "latin1"))?.[1];
  const seen = { role, peakMiB: Number(peak) / 1024, pauseMs, ownMs };
  writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(seen));
}

// The start, in which modules are loaded and nobody waits, is not what is asked for.
setTimeout(() => {
  lastMs = performance.now();
  lastOwnMs = ownTimeMs();
  setInterval(look, everyMs).unref();
}, 500).unref();
process.on("exit", note);
