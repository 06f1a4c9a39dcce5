// How tests start a program that is TypeScript, as npm's commands do.

import { fileURLToPath } from "node:url";

/** Arguments of Node.js in front of the program's path. */
export const typescriptFlags: readonly string[] = [
  "--import",
  new URL("run-typescript.mjs", import.meta.url).href,
];

/** Path of a program below test/. */
export function testProgram(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
