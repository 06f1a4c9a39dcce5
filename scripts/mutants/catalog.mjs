// The mutants: what is broken on purpose, where, and which tests must notice. `text` has to be found
// exactly once in the file, so that a mutant can not outlive the code that it breaks.

import { inKernel } from "./in-kernel.mjs";
import { inReading } from "./in-reading.mjs";
import { inResults } from "./in-results.mjs";
import { inSecurity } from "./in-security.mjs";
import { inStore } from "./in-store.mjs";
import { onTheWay } from "./on-the-way.mjs";

/**
 * @typedef {object} Mutant
 * @property {string} name what is wrong in words
 * @property {string} file below the root
 * @property {string} text
 * @property {string} replacement
 * @property {readonly string[]} tests of which at least one has to fail
 * @property {{ text: string, replacement: string }} [also] a second place of the same file
 * @property {boolean} [isKernel] the WebAssembly kernel has to be built
 */

/** @type {readonly Mutant[]} */
export const mutants = [
  ...inReading,
  ...inStore,
  ...onTheWay,
  ...inKernel,
  ...inSecurity,
  ...inResults,
];
