// The version of this program, as package.json has it, so that it is written in one place. The
// bundler puts it in.

import manifest from "../../../package.json" with { type: "json" };

/** Returns the version, such as `0.1.0`. */
export function programVersion(): string {
  return manifest.version;
}
