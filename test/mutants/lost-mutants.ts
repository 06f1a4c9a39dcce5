// Mutants that have lost their place: the code has moved on without them.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mutate, type Mutant } from "./mutant.ts";

/**
 * A sentence for each.
 * @param root the folder that their files are below
 */
export function lostMutants(mutants: readonly Mutant[], root: string): string[] {
  return mutants.flatMap((mutant) => {
    const path = join(root, mutant.file);
    if (!existsSync(path)) return [`${mutant.name}: there is no ${mutant.file}`];
    const mutated = mutate(readFileSync(path, "utf8"), mutant);
    return mutated.kind === "lost" ? [`${mutant.name}: ${mutated.why}`] : [];
  });
}
