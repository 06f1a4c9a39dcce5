// Mutants whose text is not found in the code, or not exactly once: the code has moved on without them.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @param {readonly { name: string, file: string, text: string, also?: { text: string } }[]} mutants
 * @param {string} root the folder that their files are below
 * @returns {string[]} a sentence for each
 */
export function misfits(mutants, root) {
  return mutants.flatMap(({ name, file, text, also }) => {
    const path = join(root, file);
    const code = existsSync(path) ? readFileSync(path, "utf8") : "";
    return [text, ...(also === undefined ? [] : [also.text])]
      .map((searched) => code.split(searched).length - 1)
      .filter((found) => found !== 1)
      .map((found) => `${name}: its text is ${found} times in ${file}, not once`);
  });
}
