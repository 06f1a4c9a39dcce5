// `tinyglobby` over the simulated folder of log files: every pattern of the simulation is a prefix
// with a star behind it.

import { theWorld } from "../world/current.ts";

export const escapePath = (path: string): string => path;

export function isDynamicPattern(pattern: string): boolean {
  return pattern.includes("*");
}

export function glob(patterns: readonly string[]): Promise<string[]> {
  const prefixes = patterns.map((pattern) => pattern.slice(0, pattern.indexOf("*")));
  const paths = theWorld().logs.paths();
  return Promise.resolve(
    paths.filter((path) => prefixes.some((prefix) => path.startsWith(prefix))),
  );
}
