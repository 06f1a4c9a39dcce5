// What becomes of a store when it is opened with a configuration. A definition is everything that gives a
// number its meaning: the summary's own options, the time zone, and how the lines of its sources become
// fields. Rows of two meanings are never mixed without a word:
//
//   nothing changed, or a source was added     the store goes on
//   changed, and nothing was counted before    begun anew: what was read under the old meaning is forgotten,
//                                              so that it is read again, and this is said
//   changed otherwise                          refused, with the ways out
//
// A summary that is not configured stays as it is. A store of an earlier logmill has not recorded how lines
// were read: it takes the present way for what it was, and says so once. Nor did that logmill keep a sheet
// for each summary: a line that one summary could not use was counted by none, which is said until the
// summaries are rebuilt.

import { LogmillError } from "../../../../shared/base/errors.ts";
import { balanceKey, deadLetterKey, summaryKey } from "../../../../shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../../../shared/model/plan.ts";
import { readingsFor } from "../../../../shared/metric/fields-used.ts";
import {
  differencesOf,
  sheetReadings,
  type Configured,
  type Readings,
} from "../../../../shared/model/reading.ts";
import type { RejectReason } from "../../../../shared/model/reasons.ts";
import type { Catalog } from "../ledger/catalog.ts";
import { withLeastRows } from "./definitions.ts";
import type { StoredDefinition } from "./manifest.ts";

/** Something that was read under a meaning that is no more. */
interface Forgotten {
  /** Key of a summary, of the sheet or of the dead letters. */
  readonly key: string;
  /** Of this source; null: of all. */
  readonly source: string | null;
}

export interface Reconciled {
  readonly definitions: readonly StoredDefinition[];
  /** How the lines on the sheets of sources were read. */
  readonly readings: Readings;
  readonly forget: readonly Forgotten[];
  /** What people have to be told, a sentence each. */
  readonly notes: readonly string[];
}

export interface StoredMeaning {
  readonly definitions: readonly StoredDefinition[];
  readonly readings: Readings;
}

/** What a summary's numbers would mean otherwise than they did. */
export interface Change {
  /** The source whose lines it is about; null: all of them. */
  readonly source: string | null;
  /** `part was … and is …` */
  readonly text: string;
}

const ownParts = [
  "timestamp",
  "granularity",
  "timezone",
  "dimensions",
  "explode",
  "where",
  "metrics",
] as const;

/** How the meaning of a summary's numbers has changed, as far as it was recorded. */
export function changesOf(
  { definition: before, reads }: StoredDefinition,
  now: SummaryDefinition,
  readings: Readings,
): Change[] {
  const own = (definition: SummaryDefinition): Record<string, unknown> =>
    Object.fromEntries(ownParts.map((part) => [part, definition[part]]));
  const changes: Change[] = [];
  if (summaryKey(before) !== summaryKey(now)) {
    changes.push({ source: null, text: differencesOf(own(before), own(now)).join("; ") });
  }
  for (const source of before.from) {
    if (!now.from.includes(source))
      changes.push({ source, text: `it is no more made from ${source}` });
    const [was, is] = [reads[source], readings[source]];
    if (was === undefined || is === undefined || !now.from.includes(source)) continue;
    const text = differencesOf({ ...was }, { ...is }).join("; ");
    if (text !== "") changes.push({ source, text: `of source ${source}, ${text}` });
  }
  return changes;
}

/** @throws LogmillError `definition_changed` */
export function reconcile(
  stored: StoredMeaning,
  catalog: Catalog,
  { summaries, sources }: Configured,
): Reconciled {
  const present = sheetReadings(sources);
  const definitions = [...stored.definitions];
  const forget: Forgotten[] = [];
  const notes: string[] = [];
  const unrecorded = new Set<string>();
  for (const definition of summaries) {
    const key = summaryKey(definition);
    const index = definitions.findIndex((known) => known.definition.name === definition.name);
    const known = definitions[index];
    const reads = readingsFor(definition, sources);
    if (known === undefined) {
      definitions.push({ key, definition, reads, adoptions: [] });
      continue;
    }
    const changes = changesOf(known, definition, reads);
    const counted = changes.filter(({ source }) => hasCounted(catalog, known.key, source));
    if (counted.length > 0) throw definitionChanged(definition.name, counted);
    for (const { source, text } of changes) {
      forget.push({ key: known.key, source });
      notes.push(
        `summary ${definition.name} is begun anew: ${text}. Nothing had been counted under the old definition`,
      );
    }
    for (const source of known.definition.from) {
      if (known.reads[source] === undefined && reads[source] !== undefined) unrecorded.add(source);
    }
    const isAnother = key !== known.key;
    definitions[index] = {
      key,
      definition: isAnother ? definition : withLeastRows(known.definition, definition),
      reads: { ...pick(known.reads, definition.from), ...reads },
      adoptions: isAnother ? [] : known.adoptions,
    };
  }
  for (const [source, reading] of Object.entries(present)) {
    const before = stored.readings[source];
    if (before === undefined && catalog.sources.has(source)) unrecorded.add(source);
    if (before === undefined) continue;
    const text = differencesOf({ ...before }, { ...reading }).join("; ");
    if (text === "") continue;
    forget.push({ key: balanceKey, source }, { key: deadLetterKey, source });
    notes.push(`the sheet of source ${source} is begun anew: ${text}`);
  }
  if (unrecorded.size > 0) {
    notes.push(
      "this store was made by an earlier logmill, which did not record how lines are read; the present " +
        `format of ${[...unrecorded].join(", ")} is taken for what it was`,
    );
  }
  notes.push(...notesOnSharedRejects(catalog, definitions, summaries));
  return { definitions, readings: { ...stored.readings, ...present }, forget, notes };
}

/** Reasons that a format never has: on a source's sheet they are those of an earlier logmill. */
const reasonsOfSummaries = [
  "missing_field",
  "bad_timestamp",
  "bad_number",
  "invalid_utf8",
] as const satisfies readonly RejectReason[];

/** Lines that an earlier logmill kept from every summary, since one of them could not use them. */
function notesOnSharedRejects(
  { sources, summaries: sheets }: Catalog,
  definitions: readonly StoredDefinition[],
  configured: readonly SummaryDefinition[],
): string[] {
  const configuredNames = new Set(configured.map(({ name }) => name));
  return [...sources].flatMap(([source, { rejected }]) => {
    const found = reasonsOfSummaries.filter((reason) => (rejected[reason] ?? 0) > 0);
    const names = definitions
      .filter(({ key }) => (sheets.get(key)?.get(source)?.bytesBefore ?? 0) > 0)
      .map(({ definition }) => definition.name)
      .filter((name) => configuredNames.has(name));
    if (found.length === 0 || names.length === 0) return [];
    const counts = found.map((reason) => `${reason} ${rejected[reason] ?? 0}`).join(", ");
    return [
      `an earlier logmill kept a line of source ${source} from all summaries where one of them could not use it ` +
        `(${counts}), so that ${names.join(", ")} may lack some of these lines; ` +
        "`logmill store rebuild NAME` counts a summary again from the files that are still there",
    ];
  });
}

function pick(readings: Readings, names: readonly string[]): Readings {
  return Object.fromEntries(Object.entries(readings).filter(([name]) => names.includes(name)));
}

/** Whether rows of a summary may come from a source; null: from any. */
function hasCounted({ summaries, versions }: Catalog, key: string, source: string | null): boolean {
  if ((versions.get(key)?.size ?? 0) === 0) return false;
  const sheets = [...(summaries.get(key) ?? [])];
  return sheets.some(
    ([name, sheet]) =>
      (source === null || name === source) && (sheet.counted > 0 || sheet.bytesBefore > 0),
  );
}

function definitionChanged(summary: string, changes: readonly Change[]): LogmillError {
  const what = changes.map(({ text }) => text).join("; ");
  return new LogmillError(
    "definition_changed",
    `summary ${summary} has changed since its rows were counted: ${what}. ` +
      "Give the new definition another name, and it is filled from the inputs that are still there; " +
      "or put the old one back; " +
      `or let \`logmill store rebuild ${summary}\` forget the old rows, and the name is filled anew; ` +
      `or let \`logmill store adopt ${summary}\` keep them, and the new meaning holds from here on`,
    { fields: { summary } },
  );
}
