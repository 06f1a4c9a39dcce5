import { defineConfig } from "vitest/config";

const shared = { pool: "forks" as const, environment: "node" };

/** Tests that need the processor and nothing else: a file for each core. */
const computing = { ...shared, maxWorkers: "100%" };

/**
 * Tests with real processes and sockets. One that fails is tried once more, and the report says so: on
 * a shared machine a process that gets no turn for seconds is no fault of ours. What fails twice is.
 */
const system = {
  ...shared,
  globalSetup: "test/support/build-fail-points.ts",
  retry: 1,
  testTimeout: 180_000,
  hookTimeout: 60_000,
};

/** Those that keep the cores busy, or use up what a machine has of connections. */
const alone = ["test/e2e/{chaos,exactness,hostile-network}.test.ts"];

export default defineConfig({
  test: {
    ...shared,
    projects: [
      {
        test: {
          ...computing,
          name: "tidy",
          include: ["test/tidy/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...computing,
          name: "unit",
          include: ["test/{unit,property,golden}/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        // Many seeds.
        test: {
          ...computing,
          name: "sim",
          include: ["test/sim/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        // Processes that wait for each other most of the time: three files at once.
        test: {
          ...system,
          name: "system",
          include: ["test/{integration,e2e}/**/*.test.ts"],
          exclude: alone,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // One file after the other, and nothing beside it.
        test: {
          ...system,
          name: "alone",
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
