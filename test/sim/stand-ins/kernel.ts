// The real kernel, used again: a run starts dozens of processes, and an instance of the module for
// each of them would take most of the time. What a process had is free when it is dead, and is
// handed out as if it were new.

import { Kernel, loadKernel as loadReal } from "../../../src/shared/kernel/kernel.ts";
import { theWorld } from "../world/current.ts";

export { Kernel };

const free: Kernel[] = [];

export function loadKernel(seed = 0): Kernel {
  const kernel = free.pop() ?? loadReal(seed);
  kernel.reset();
  kernel.exports.seedHash(seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0);
  const world = theWorld();
  const release = (): void => void free.push(kernel);
  const process = world.scheduler.current;
  if (process === null) world.leftovers.push(release);
  else process.closers.add(release);
  return kernel;
}
