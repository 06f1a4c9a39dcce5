// Partials for tests that look at something else: with the sheets that a batch for these summaries has
// when all that was parsed is counted.

import { balanceKey, deadLetterKey } from "../../src/shared/model/definition-key.ts";
import type { BatchPartial, PartialTable } from "../../src/shared/model/partial.ts";
import { emptySourceSheet, type SourceSheet } from "../../src/shared/model/sheet.ts";

/** @param summaries keys, as the batch's header has them */
export function partialFor(
  summaries: readonly string[],
  sheet: SourceSheet = emptySourceSheet,
  tables: readonly PartialTable[] = [],
): BatchPartial {
  const { bytes, parsed } = sheet;
  return {
    source: summaries.includes(balanceKey) ? sheet : null,
    summaries: summaries
      .filter((key) => key !== balanceKey && key !== deadLetterKey)
      .map((summary) => {
        return { summary, sheet: { bytes, parsed, counted: parsed, filtered: 0, rejected: {} } };
      }),
    samples: [],
    tables,
  };
}
