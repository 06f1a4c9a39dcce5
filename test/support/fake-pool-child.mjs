// A child of a pool that does no work: it reports five batches, and then does what its first
// argument says. Each start adds a line to the file that the second argument names.

import { appendFileSync, readFileSync } from "node:fs";
import process from "node:process";

const [mode = "", diary = ""] = process.argv.slice(2);
appendFileSync(diary, `${process.pid}\n`);
const starts = readFileSync(diary, "utf8").trim().split("\n").length;

const counters = {
  batches: 5,
  lines: 0,
  bytes: 0,
  partialBytes: 0,
  busySeconds: 0,
  partialRows: 0,
  kernelSeconds: { check: 0, tokenise: 0, decode: 0, aggregate: 0, encode: 0 },
  blockedSeconds: 0,
  rejected: {},
  failed: { checksum: 0, plan: 0, error: 0 },
  dropped: 0,
  watchdogKills: 0,
};

process.send?.({ type: "worker_counters", counters, isReady: true }, () => {
  if (mode === "drained") process.exit(0);
  if (mode === "hopeless") process.exit(78);
  if (mode === "dies once" && starts === 1) process.kill(process.pid, "SIGKILL");
  // What its watchdog sends to a worker that hangs.
  if (mode === "hangs once" && starts === 1) process.kill(process.pid, "SIGVTALRM");
});
process.once("SIGTERM", () => process.exit(0));
process.once("disconnect", () => process.exit(0));
