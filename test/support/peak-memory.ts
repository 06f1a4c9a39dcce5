// The most memory that a process of a program ever held, as the kernel of Linux counts it.

import { readFileSync } from "node:fs";
import type { Program } from "./program.ts";

/** Looks at all processes until the program ends; returns the peak of the largest, in bytes. */
export async function peakMemory(program: Program): Promise<number> {
  let peak = 0;
  let isOver = false;
  const ended = program.finished.then(() => (isOver = true));
  while (!isOver) {
    for (const pid of program.processes()) peak = Math.max(peak, highWater(pid));
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  return peak;
}

function highWater(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
