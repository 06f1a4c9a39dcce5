import { defineConfig } from "vitest/config";

const shared = { pool: "forks" as const, environment: "node" };

export default defineConfig({
  test: {
    ...shared,
    projects: [
      { test: { ...shared, name: "tidy", include: ["test/tidy/**/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "unit",
          include: ["test/{unit,property,golden}/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        // Many seeds, which need the processor and nothing else.
        test: {
          ...shared,
          name: "sim",
          include: ["test/sim/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        // Tests with real processes and sockets: one file at a time, so that they have the cores. One
        // that fails is tried once more, and the report says so: on a shared machine a process that
        // gets no turn for seconds is no fault of ours. What fails twice is.
        test: {
          ...shared,
          name: "system",
          include: ["test/{integration,e2e}/**/*.test.ts"],
          fileParallelism: false,
          retry: 1,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
