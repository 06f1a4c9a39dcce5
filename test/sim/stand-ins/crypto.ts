// `node:crypto` with chance from the seed; hashing is real.

import { randomBelow, type Random } from "../../../src/shared/base/prng.ts";
import { theWorld } from "../world/current.ts";

export * from "node:crypto";

/** The chance of whose code runs; the world's own when it looks at a store. */
function chance(): Random {
  const world = theWorld();
  return world.scheduler.current?.random ?? world.networkRandom;
}

export function randomBytes(length: number): Buffer {
  const random = chance();
  return Buffer.from(Array.from({ length }, () => randomBelow(random, 256)));
}

export function randomInt(bound: number): number {
  return randomBelow(chance(), bound);
}
