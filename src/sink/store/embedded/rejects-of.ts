// Rejected lines of a store as people see them: with names in place of keys, bytes as text, and words.

import { balanceKey } from "../../../shared/model/definition-key.ts";
import { limits } from "../../../shared/base/limits.ts";
import { rejectedEvents, rejectedLines } from "../../../shared/model/sheet.ts";
import type { RejectExample, UncountedFile } from "../../../shared/model/sheet.ts";
import { exampleOf } from "../reject-example.ts";
import type { Catalog } from "./ledger/catalog.ts";
import type { StoredDefinition } from "./manifest/manifest.ts";

/** The rejected lines that are kept of each sheet. */
export function examplesOf(
  definitions: readonly StoredDefinition[],
  catalog: Catalog,
): RejectExample[] {
  return [...catalog.examples.sheets].flatMap(({ key, source, list }) => {
    const by = whoseKey(definitions, key);
    return by === null
      ? []
      : list.map((kept) => exampleOf(kept, source, by.stored?.definition ?? null));
  });
}

/** Files of which no line counts, a bounded number; those that were found last come first. */
export function uncountedOf(
  definitions: readonly StoredDefinition[],
  { uncounted, ledger }: Catalog,
): UncountedFile[] {
  const found: UncountedFile[] = [];
  for (const [content, shares] of [...uncounted.contents].toReversed()) {
    const place = ledger.placeOf(content);
    if (place === null) continue;
    for (const [key, { rejected, example }] of shares) {
      const by = whoseKey(definitions, key);
      // A file of blank lines and comments is an empty one.
      if (by === null || rejectedLines(rejectedEvents(rejected)) === 0) continue;
      const { name: source, path } = place;
      const line =
        example === null ? null : exampleOf(example, source, by.stored?.definition ?? null);
      const summary = by.stored?.definition.name ?? null;
      found.push({ content, source, summary, path, rejected, example: line });
      if (found.length === limits.uncountedToldMax) return found;
    }
  }
  return found;
}

interface Rejecter {
  /** Null: the format of the source. */
  readonly stored: StoredDefinition | null;
}

/** Null for a summary that is no more. */
function whoseKey(definitions: readonly StoredDefinition[], key: string): Rejecter | null {
  if (key === balanceKey) return { stored: null };
  const stored = definitions.find((definition) => definition.key === key);
  return stored === undefined ? null : { stored };
}
