import { test } from "vitest";
import { runSuite, timeoutMs } from "./suite.ts";

test(
  "whatever goes wrong, every line counts once (first half of the seeds)",
  async () => {
    await runSuite(1);
  },
  timeoutMs,
);
