// What the fields of a line are called: two variables that mean the same field are told apart, and no name is
// there twice.

import type { LinePart, VariablePart } from "./line-parts.ts";

/** The names of each variable's fields. */
export function fieldNames(
  parts: readonly LinePart[],
): ReadonlyMap<VariablePart, readonly string[]> {
  const variables = variablesIn(parts);
  const owners = new Map<string, VariablePart>();
  for (const part of variables) {
    const { field } = part.variable;
    if (field === undefined) continue;
    const owner = owners.get(field.name)?.variable.field;
    if (owner === undefined || field.rank < owner.rank) owners.set(field.name, part);
  }
  const taken = new Set<string>();
  return new Map(
    variables.map((part) => {
      const { names, field } = part.variable;
      const isOwner = field !== undefined && owners.get(field.name) === part;
      const wanted = isOwner ? [field.name] : names;
      return [part, wanted.map((name) => (name === "" ? "" : free(name, taken)))];
    }),
  );
}

/** In the order of the line. */
function variablesIn(parts: readonly LinePart[]): readonly VariablePart[] {
  return parts.flatMap((part) => {
    if (part.kind === "optional") return variablesIn(part.parts);
    return part.kind === "variable" ? [part] : [];
  });
}

/** The name, or the first of `name_2`, `name_3` … that is not taken. */
function free(name: string, taken: Set<string>): string {
  let found = name;
  for (let number = 2; taken.has(found); number += 1) found = `${name}_${number}`;
  taken.add(found);
  return found;
}
