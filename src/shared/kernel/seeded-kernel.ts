// A kernel whose hash tables nobody can flood: its seed is drawn anew. No result depends on it.

import { randomInt } from "node:crypto";
import { loadKernel, type Kernel } from "./kernel.ts";

/** `randomInt` takes no larger range. */
const seedMax = 2 ** 47;

export function loadSeededKernel(): Kernel {
  return loadKernel(randomInt(seedMax));
}
