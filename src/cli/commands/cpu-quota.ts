// What a container may use of its host's processors.

import { readFileSync } from "node:fs";

/** The control group's `cpu.max` as it is written there; null outside of Linux and of groups. */
export function readCpuMax(): string | null {
  try {
    return readFileSync("/sys/fs/cgroup/cpu.max", "utf8").trim();
  } catch {
    return null;
  }
}
