// Keeping a summary's rows under a new meaning, because somebody says so: `logmill store adopt`. The rows
// must still be rows of the new table, so its span of time, its zone, the number of its dimensions and
// what its columns hold stay as they are.

import { LogmillError } from "../../../../shared/base/errors.ts";
import { readingsFor } from "../../../../shared/metric/fields-used.ts";
import { columnsOf } from "../../../../shared/metric/kinds.ts";
import { columnWord } from "../../../../shared/metric/stored-column.ts";
import { canonicalJson, summaryKey } from "../../../../shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../../../shared/model/plan.ts";
import { sheetReadings, type Configured, type Readings } from "../../../../shared/model/reading.ts";
import { withLeastRows } from "./definitions.ts";
import type { StoredDefinition } from "./manifest.ts";
import { changesOf, type StoredMeaning } from "./reconcile.ts";

export interface AdoptedMeaning {
  /** Key of the definition before. */
  readonly key: string;
  readonly adopted: StoredDefinition;
  /** How the sheets of its sources are read from here on. */
  readonly readings: Readings;
  readonly changes: readonly string[];
}

/**
 * What adopting means for a stored summary; null where nothing has changed.
 * @throws LogmillError `definition_changed` where the rows do not fit, `config_invalid` where it is not configured
 */
export function adoptionOf(
  { definitions }: StoredMeaning,
  name: string,
  { summaries, sources }: Configured,
  nowSec: number,
): AdoptedMeaning | null {
  const stored = definitions.find(({ definition }) => definition.name === name);
  const now = summaries.find((summary) => summary.name === name);
  if (stored === undefined) {
    throw new LogmillError(
      "usage",
      `the store has no summary ${name}, so there is nothing to keep`,
    );
  }
  if (now === undefined) {
    throw new LogmillError(
      "usage",
      `the configuration has no summary ${name} whose meaning rows could take`,
    );
  }
  const reads = readingsFor(now, sources);
  const changes = changesOf(stored, now, reads).map(({ text }) => text);
  if (changes.length === 0) return null;
  if (shapeOf(stored.definition) !== shapeOf(now)) {
    throw new LogmillError(
      "definition_changed",
      `the rows of ${name} cannot be kept: ${changes.join("; ")}. Rows fit only while granularity, ` +
        "time zone, the number of dimensions and the types of the metrics stay; give the new definition " +
        `another name, or let \`logmill store rebuild ${name}\` forget the rows`,
      { fields: { summary: name } },
    );
  }
  const readings = sheetReadings(sources.filter((source) => now.from.includes(source.name)));
  const { key, adoptions } = stored;
  const adopted = {
    key: summaryKey(now),
    definition: withLeastRows(stored.definition, now),
    reads,
    adoptions: [...adoptions, { atSec: nowSec, changes, key }],
  };
  return { key, adopted, readings, changes };
}

function shapeOf({ granularity, timezone, dimensions, metrics }: SummaryDefinition): string {
  const columns = metrics.flatMap(columnsOf).map(({ layout }) => columnWord(layout));
  return canonicalJson([granularity, timezone, dimensions.length, columns]);
}
