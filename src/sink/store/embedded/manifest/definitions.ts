// The definitions of a store as the code of its tables needs them. Which of them may change, and what
// happens then, is in `reconcile.ts`.

import type { SummaryDefinition } from "../../../../shared/model/plan.ts";
import { rowBounds } from "../../../../shared/table/row-bounds.ts";
import type { StoredDefinition } from "./manifest.ts";

/** Definitions by key, as the tables' code looks them up. */
export type DefinitionsByKey = ReadonlyMap<string, SummaryDefinition>;

export function byKey(stored: readonly StoredDefinition[]): Map<string, SummaryDefinition> {
  return new Map(stored.map(({ key, definition }) => [key, definition]));
}

/** The definition of now, which remembers how low the bound of its rows ever was. */
export function withLeastRows(
  stored: SummaryDefinition,
  now: SummaryDefinition,
): SummaryDefinition {
  const { maxRowsLeast } = rowBounds(stored);
  return maxRowsLeast < rowBounds(now).maxRows ? { ...now, maxRowsLeast } : now;
}
