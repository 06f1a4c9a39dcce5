// The version of this program, read from package.json so that it is written in one place.

import { readFileSync } from "node:fs";

/** Reads the version; works from `src/` and from `dist/`, which lie equally deep. */
export function programVersion(): string {
  const path = new URL("../../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  return version;
}
