// The world that the stand-ins belong to: there is one at a time, and each replaces the one before.

import type { World } from "./world.ts";
import type { SimProcess } from "./sim-process.ts";

let current: World | null = null;

export function enter(world: World): void {
  current = world;
}

export function theWorld(): World {
  if (current === null) throw new Error("no simulation runs");
  return current;
}

/** Whose code runs now. */
export function thisProcess(): SimProcess {
  const process = theWorld().scheduler.current;
  if (process === null) throw new Error("the code under test runs outside of any process");
  return process;
}
