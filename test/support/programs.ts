// What tests start: the built program, and programs below test/, which are TypeScript.

import { fileURLToPath } from "node:url";

/** The program as `npm run build` makes it. */
export const programPath = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Arguments of Node.js in front of the path of a program that is TypeScript, as npm's commands have them. */
export const typescriptFlags: readonly string[] = [
  "--import",
  new URL("run-typescript.mjs", import.meta.url).href,
];

/** Path of a program below test/. */
export function testProgram(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
