// `node:fs`, in which what is below `/sim` is on the ventilator's disk.

import { existsSync as existsReally } from "node:fs";
import { theWorld } from "../world/current.ts";

export * from "node:fs";

export function existsSync(path: string): boolean {
  if (!path.startsWith("/sim/")) return existsReally(path);
  return theWorld().deadLetterDisk.files.paths().includes(path);
}
