// The contents of a store in memory, as far as they are not in segments: books and live tables. A
// batch is merged here and nowhere else, whether it has just become durable or is read back from
// the log, so that both ways give the same.

import { LogmillError } from "../../../shared/base/errors.ts";
import type { BatchPartial } from "../../../shared/model/partial.ts";
import { decodePartial } from "../../../shared/table/partial-codec.ts";
import type { Books } from "./ledger/catalog.ts";
import type { Merged } from "./ledger/ledger.ts";
import { decodeBatchMeta, decodeHintMeta } from "./log/batch-record.ts";
import type { DefinitionsByKey } from "./manifest/definitions.ts";
import type { LiveTables } from "./memory/live-tables.ts";
import type { SummaryInfo } from "../summary-info.ts";
import type { Run, StoredDefinition } from "./manifest/manifest.ts";
import { partialFault } from "./partial-check.ts";
import type { StoredRecord } from "./log/wal-record.ts";

const noRows = { rows: 0, rowsLeast: 0 };

/**
 * Merges a batch whose range is new and whose partial was checked, a table a step. It is in the books
 * with the last step.
 */
export function* mergeBatch(
  books: Books,
  live: LiveTables,
  definitions: DefinitionsByKey,
  merged: Merged,
  { balance, tables }: BatchPartial,
): Generator<void, void, undefined> {
  for (const { summary, bucketStart, frame } of tables) {
    live.merge(summary, definitions.get(summary)!, bucketStart, frame);
    yield;
  }
  const buckets = new Map<string, Set<number>>();
  for (const { summary, bucketStart } of tables) {
    const starts = buckets.get(summary) ?? new Set();
    buckets.set(summary, starts.add(bucketStart));
  }
  books.enter(merged, balance, pairs(buckets));
}

function* pairs(buckets: ReadonlyMap<string, ReadonlySet<number>>): Iterable<[string, number]> {
  for (const [summary, starts] of buckets) for (const start of starts) yield [summary, start];
}

/**
 * Merges a record of the log.
 * @throws LogmillError `store_damaged`, `bad_table` where it was never written like this.
 */
export function mergeRecord(
  books: Books,
  live: LiveTables,
  definitions: DefinitionsByKey,
  record: StoredRecord,
): void {
  if (record.type === "hint") {
    const { sourceId, hint } = decodeHintMeta(record.meta);
    books.ledger.hint(sourceId, hint);
    return;
  }
  const merged = decodeBatchMeta(record.meta);
  const partial = decodePartial(record.body);
  const { identity, range, summaries } = merged;
  if (books.ledger.verdict(identity.id, summaries, range.from, range.to) !== "new") {
    throw new LogmillError("store_damaged", `bytes ${range.from} to ${range.to} are there twice`);
  }
  const fault = partialFault(definitions, summaries, partial);
  if (fault !== null) throw new LogmillError("store_damaged", fault);
  Array.from(mergeBatch(books, live, definitions, merged, partial));
}

/** What there is of each summary, in the order of the definitions. */
export function summaryInfos(
  definitions: readonly StoredDefinition[],
  books: Books,
  runs: Iterable<Run>,
  live: readonly LiveTables[],
): SummaryInfo[] {
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
  for (const run of runs) count(run.summaryKey, run.bucketStart, run.rows);
  for (const tables of live) {
    for (const { summaryKey, bucketStart, table } of tables.tables()) {
      count(summaryKey, bucketStart, table.rows);
    }
  }
  return definitions.map(({ key, definition }) => ({
    key,
    name: definition.name,
    definition,
    buckets: [...(books.versions.get(key) ?? [])]
      .sort(([a], [b]) => a - b)
      .map(([bucketStart, version]) => ({
        bucketStart,
        version,
        ...(rows.get(key)?.get(bucketStart) ?? noRows),
      })),
  }));
}
