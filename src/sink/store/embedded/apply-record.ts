// The contents of a store in memory, as far as they are not in segments: the catalog and live tables. A
// batch is merged here and nowhere else, whether it has just become durable or is read back from
// the log, so that both ways give the same.

import { atOnce } from "../../../shared/base/steps.ts";
import { LogmillError } from "../../../shared/base/errors.ts";
import type { DecodedPartial } from "../../../shared/model/partial.ts";
import { decodePartial } from "../../../shared/table/partial-codec.ts";
import type { Catalog } from "./ledger/catalog.ts";
import type { Merged } from "./ledger/ledger.ts";
import { decodeBatchMeta, decodeHintMeta } from "./log/batch-record.ts";
import type { DefinitionsByKey } from "./manifest/definitions.ts";
import type { LiveTables } from "./memory/live-tables.ts";
import type { Sheets } from "../../../shared/model/sheet.ts";
import type { SummaryInfo } from "../summary-info.ts";
import type { Run, StoredDefinition } from "./manifest/manifest.ts";
import { partialFault } from "./partial-check.ts";
import type { StoredRecord } from "./log/wal-record.ts";

const noRows = { rows: 0, rowsLeast: 0 };

/**
 * Merges a batch whose range is new and whose partial was checked, a table a step. It is in the catalog
 * with the last step.
 */
export function* mergeBatch(
  catalog: Catalog,
  live: LiveTables,
  definitions: DefinitionsByKey,
  merged: Merged,
  partial: DecodedPartial,
): Generator<void, void, undefined> {
  for (const { summary, bucketStart, frame } of partial.tables) {
    live.merge(summary, definitions.get(summary)!, bucketStart, frame);
    yield;
  }
  yield* catalog.enterSteps(merged, partial);
}

/**
 * Merges a record of the log.
 * @throws LogmillError `store_damaged`, `bad_table` where it was never written like this.
 */
export function mergeRecord(
  catalog: Catalog,
  live: LiveTables,
  definitions: DefinitionsByKey,
  record: StoredRecord,
): void {
  if (record.type === "hint") {
    const { sourceId, hint } = decodeHintMeta(record.meta);
    catalog.hint(sourceId, hint);
    return;
  }
  const merged = decodeBatchMeta(record.meta);
  const partial = decodePartial(record.body);
  const { identity, range, summaries } = merged;
  if (catalog.ledger.verdict(identity.id, summaries, range.from, range.to) !== "new") {
    throw new LogmillError("store_damaged", `bytes ${range.from} to ${range.to} are there twice`);
  }
  const fault = partialFault(definitions, summaries, partial);
  if (fault !== null) throw new LogmillError("store_damaged", fault);
  Array.from(mergeBatch(catalog, live, definitions, merged, partial));
}

/** As `summaryInfoSteps`, without a pause. */
export function summaryInfos(...of: Parameters<typeof summaryInfoSteps>): SummaryInfo[] {
  return atOnce(summaryInfoSteps(...of));
}

/** Tables that are looked at in one step. */
const tablesPerStep = 1024;

/** What there is of each summary, in the order of the definitions. All rows are of the first step's moment. */
export function* summaryInfoSteps(
  definitions: readonly StoredDefinition[],
  catalog: Catalog,
  runs: Iterable<Run>,
  live: readonly LiveTables[],
): Generator<void, SummaryInfo[], undefined> {
  const rows = new Map<string, Map<number, { rows: number; rowsLeast: number }>>();
  const count = (summary: string, bucketStart: number, more: number): void => {
    const buckets = rows.get(summary) ?? new Map<number, { rows: number; rowsLeast: number }>();
    const before = buckets.get(bucketStart) ?? noRows;
    buckets.set(bucketStart, {
      rows: before.rows + more,
      rowsLeast: Math.max(before.rowsLeast, more),
    });
    rows.set(summary, buckets);
  };
  const parts: Pick<Run, "summaryKey" | "bucketStart" | "rows">[] = [...runs];
  for (const tables of live) {
    for (const { summaryKey, bucketStart, table } of tables.tables()) {
      parts.push({ summaryKey, bucketStart, rows: table.rows });
    }
  }
  for (const [index, { summaryKey, bucketStart, rows: more }] of parts.entries()) {
    if (index % tablesPerStep === 0) yield;
    count(summaryKey, bucketStart, more);
  }
  const infos: SummaryInfo[] = [];
  for (const { key, definition, adoptions } of definitions) {
    yield;
    const buckets = [...(catalog.versions.get(key) ?? [])]
      .sort(([a], [b]) => a - b)
      .map(([bucketStart, version]) => ({
        bucketStart,
        version,
        ...(rows.get(key)?.get(bucketStart) ?? noRows),
      }));
    infos.push({ key, name: definition.name, definition, adoptions, buckets });
  }
  return infos;
}

/** All sheets, with the names that people use. */
export function sheetsOf(definitions: readonly StoredDefinition[], catalog: Catalog): Sheets {
  return {
    sources: Object.fromEntries(catalog.sources),
    summaries: Object.fromEntries(
      definitions.map(({ key, definition }) => [
        definition.name,
        Object.fromEntries(catalog.summaries.get(key) ?? []),
      ]),
    ),
  };
}

/** Rows of the tables that are in memory, by the name of the summary. */
export function liveRowsOf(
  definitions: DefinitionsByKey,
  live: readonly LiveTables[],
): ReadonlyMap<string, number> {
  return new Map(
    [...definitions].map(([key, { name }]) => [
      name,
      live.reduce((sum, tables) => sum + tables.rowsOf(key), 0),
    ]),
  );
}
