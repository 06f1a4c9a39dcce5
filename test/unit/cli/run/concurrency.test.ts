import { expect, it } from "vitest";
import { autoConcurrency } from "../../../../src/cli/run/concurrency.ts";

it.each([
  ["all cores for a ventilator elsewhere", 8, null, "tcp://10.0.0.5:5555", 8],
  ["one less beside ventilator and sink", 8, null, "tcp://127.0.0.1:5555", 7],
  ["one less beside them over IPv6", 8, null, "tcp://[::1]:5555", 7],
  ["one less over ipc", 2, null, "ipc:///tmp/tasks", 1],
  ["never none", 1, null, "tcp://localhost:5555", 1],
  ["no more than the container's quota", 8, "250000 100000", "tcp://ventilator:5555", 3],
  ["a quota below one processor", 8, "50000 100000", "tcp://ventilator:5555", 1],
  ["a quota above the cores", 2, "800000 100000", "tcp://ventilator:5555", 2],
  ["no quota", 4, "max 100000", "tcp://ventilator:5555", 4],
  ["an unreadable quota", 4, "", "tcp://ventilator:5555", 4],
] as const)("takes %s", (_, cores, cpuMax, tasks, expected) => {
  expect(autoConcurrency(cores, cpuMax, tasks)).toBe(expected);
});
