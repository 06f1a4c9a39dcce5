import { test } from "vitest";
import { runSuite, seedsPerFile, timeoutMs } from "./suite.ts";

test(
  "whatever goes wrong, every line counts once (second half of the seeds)",
  async () => {
    await runSuite(1 + seedsPerFile);
  },
  timeoutMs,
);
