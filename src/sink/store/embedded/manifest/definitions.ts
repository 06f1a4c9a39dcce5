// Which summaries the store knows. A summary's key stands for what its tables contain; a definition
// of a known name with another key would mix rows that mean different things, so it is refused with
// the ways out. A new summary starts with an empty ledger, which is all that back-filling needs;
// one that is no longer configured stays as it is.

import { LogmillError } from "../../../../shared/base/errors.ts";
import { canonicalJson, summaryKey } from "../../../../shared/model/definition-key.ts";
import { limits } from "../../../../shared/base/limits.ts";
import type { SummaryDefinition } from "../../../../shared/model/plan.ts";
import type { RowBounds } from "../../../../shared/table/merge-capped.ts";
import type { StoredDefinition } from "./manifest.ts";

/** Definitions by key, as the tables' code looks them up. */
export type DefinitionsByKey = ReadonlyMap<string, SummaryDefinition>;

export function byKey(stored: readonly StoredDefinition[]): Map<string, SummaryDefinition> {
  return new Map(stored.map(({ key, definition }) => [key, definition]));
}

/**
 * The stored definitions with the configured ones added.
 * @returns null when they are all stored already.
 * @throws LogmillError `definition_changed`
 */
export function withConfigured(
  stored: readonly StoredDefinition[],
  configured: readonly SummaryDefinition[],
): readonly StoredDefinition[] | null {
  const result = [...stored];
  let isChanged = false;
  for (const definition of configured) {
    const key = summaryKey(definition);
    const index = result.findIndex((known) => known.definition.name === definition.name);
    const known = result[index];
    if (known === undefined) {
      result.push({ key, definition });
      isChanged = true;
    } else if (known.key !== key) {
      throw definitionChanged(known.definition, definition);
    } else if (canonicalJson(known.definition) !== canonicalJson(definition)) {
      // Sources were added or taken away, or rows are bounded otherwise; no row there means another.
      const next = { key, definition: withLeastRows(known.definition, definition) };
      if (canonicalJson(known.definition) === canonicalJson(next.definition)) continue;
      result[index] = next;
      isChanged = true;
    }
  }
  return isChanged ? result : null;
}

/** The bounds of a summary's rows. */
export function rowBounds({ maxRows, maxRowsLeast }: SummaryDefinition): RowBounds {
  const rows = maxRows ?? limits.rowsMaxDefault;
  return { maxRows: rows, maxRowsLeast: Math.min(rows, maxRowsLeast ?? rows) };
}

/** The definition of now, which remembers how low the bound of its rows ever was. */
function withLeastRows(stored: SummaryDefinition, now: SummaryDefinition): SummaryDefinition {
  const { maxRowsLeast } = rowBounds(stored);
  return maxRowsLeast < rowBounds(now).maxRows ? { ...now, maxRowsLeast } : now;
}

function definitionChanged(stored: SummaryDefinition, now: SummaryDefinition): LogmillError {
  const parts = (
    ["timestamp", "granularity", "timezone", "dimensions", "where", "metrics"] as const
  )
    .filter((part) => json(stored[part]) !== json(now[part]))
    .map((part) => `${part} was ${json(stored[part])} and is ${json(now[part])}`);
  return new LogmillError(
    "definition_changed",
    `summary ${now.name} is defined otherwise than when its tables were made: ${parts.join("; ")}. ` +
      "Give the new definition another name, and it is filled from the inputs that are still there; " +
      "or put the old definition back; " +
      `or let \`logmill store rebuild ${now.name}\` forget the old tables, and the name is filled anew`,
    { fields: { summary: now.name } },
  );
}

function json(value: unknown): string {
  return value === undefined ? "nothing" : canonicalJson(value);
}
